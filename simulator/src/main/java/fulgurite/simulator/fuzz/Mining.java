package fulgurite.simulator.fuzz;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import fulgurite.simulator.chain.RegtestChain;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Finds blocks and takes them back, within what the protocol asks of a node: that it looks at the chain now and then.
 * A node that has been away for {@link #LONGEST_ABSENCE} blocks is brought back before the next is found; the delays
 * and deadlines of every channel leave it more than that.
 */
final class Mining {
    private static final int LONGEST_ABSENCE = 5;
    private static final Duration BETWEEN_BLOCKS = Duration.ofMillis(400);
    private static final Duration TO_RETURN = Duration.ofSeconds(3);

    private final Stage stage;
    private final CrashableWorld world;
    private final RegtestChain chain;
    private final int[] missed = new int[Setup.NODES];

    Mining(Stage stage) {
        this.stage = stage;
        this.world = stage.world();
        this.chain = world.chain();
    }

    void mine(int blocks, boolean atOnce) {
        if (atOnce) {
            for (int i = 0; i < blocks; i++) bringBackTheAbsent();
            chain.mine(blocks);
        } else {
            for (int i = 0; i < blocks; i++) {
                bringBackTheAbsent();
                chain.mine(1);
                world.runFor(BETWEEN_BLOCKS);
            }
        }
        stage.tally().add("blocks", blocks);
    }

    /** The branch is one block longer than what it replaces. */
    void reorganise(int wanted, int empty, boolean rivals) {
        int depth = Math.min(wanted, chain.tip().height().height() - stage.firstFreeHeight() + 1);
        if (depth <= 0) return;
        bringBackTheAbsent();
        List<Tx> gone = takenBack(depth);
        chain.disconnect(depth);
        int mined = rivals ? mineRivals(gone) : 0;
        for (; mined < Math.min(empty, depth); mined++) chain.mineExactly(List.of());
        chain.mine(depth + 1 - mined);
        stage.tally().count("reorganisations " + depth + " deep");
    }

    private List<Tx> takenBack(int depth) {
        var gone = new ArrayList<Tx>();
        int tip = chain.tip().height().height();
        for (int height = tip - depth + 1; height <= tip; height++)
            chain.block(new BlockHeight(height)).ifPresent(block -> gone.addAll(block.transactions()));
        return gone;
    }

    /** One block with whatever nodes had offered and what was taken back had displaced. @return blocks found */
    private int mineRivals(List<Tx> gone) {
        var spent = new TreeSet<OutPoint>();
        var known = new TreeSet<String>();
        for (Tx tx : gone) {
            known.add(tx.txid().toString());
            for (TxInput input : tx.inputs()) spent.add(input.outPoint());
        }
        for (Tx offered : world.offered()) {
            if (known.contains(offered.txid().toString())
                    || offered.inputs().stream().noneMatch(input -> spent.contains(input.outPoint())))
                continue;
            try {
                chain.mineExactly(List.of(offered));
                stage.tally().count("rivals mined");
                return 1;
            } catch (IllegalArgumentException impossible) {
                // Consensus forbids it on this branch.
            }
        }
        return 0;
    }

    private void bringBackTheAbsent() {
        boolean returning = false;
        for (int node = 0; node < Setup.NODES; node++) {
            if (isPresent(world.node(node))) {
                missed[node] = 0;
            } else if (++missed[node] > LONGEST_ABSENCE) {
                bringBack(world.node(node));
                returning = true;
            }
        }
        if (returning) world.runFor(TO_RETURN);
    }

    private static boolean isPresent(WorldNode node) {
        return node.isUp() && !node.chainIsInterrupted();
    }

    private static void bringBack(WorldNode node) {
        node.planNoCrash();
        node.restoreChain();
        node.start();
    }
}
