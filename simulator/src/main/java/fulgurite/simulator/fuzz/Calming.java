package fulgurite.simulator.fuzz;

import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.time.Duration;
import java.util.Optional;

/**
 * Heals everything and waits until all is settled: every node runs, every payment has its outcome, every channel either
 * works or is over and gone, every transaction is in a block.
 *
 * <p>First without blocks, for longer than the longest pause before a node dials again; then block by block, for longer
 * than any HTLC may live and all that follows its end on chain.
 */
final class Calming {
    private static final FeeratePerKw ORDINARY = new FeeratePerKw(1_000);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration RECONNECTING = Duration.ofMinutes(8);
    /** Of a persistent actor whose journal is back. */
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(31);
    private static final Duration BETWEEN_BLOCKS = Duration.ofSeconds(4);
    private static final int MOST_BLOCKS = 300;
    /** As BOLT 2 has a fundee wait, and a few more. */
    private static final int UNTIL_FORGOTTEN = 2_020;
    /** Deeper than what is final, so that closed channels are gone. */
    private static final int LAST_BLOCKS = Setup.DEEPEST_REORGANISATION + 3;

    private final Stage stage;
    private final CrashableWorld world;

    Calming(Stage stage) {
        this.stage = stage;
        this.world = stage.world();
    }

    /** @throws RunFailedException when something is never settled */
    void calm() {
        heal();
        for (Duration spent = Duration.ZERO; spent.compareTo(RECONNECTING) < 0 && unsettled().isPresent(); spent = spent
                .plus(LOOK))
            world.runFor(LOOK);
        int blocks = 0;
        boolean waited = false;
        for (int calm = 0; calm < LAST_BLOCKS; blocks++) {
            Optional<Unsettled> open = unsettled();
            if (open.isPresent() && blocks >= MOST_BLOCKS && !waited && isForFunding(open.get())) {
                waited = true;
                world.chain().mine(UNTIL_FORGOTTEN);
                stage.tally().count("openings forgotten after 2016 blocks");
            } else
                if (open.isPresent() && blocks >= MOST_BLOCKS)
                    throw new RunFailedException(open.get().rule(), "not settled after " + MOST_BLOCKS
                            + " calm blocks: " + open.get().what());
            calm = open.isPresent() ? 0 : calm + 1;
            world.chain().mine(1);
            world.runFor(BETWEEN_BLOCKS);
        }
        stage.tally().add("blocks until calm", blocks);
    }

    /** A fundee waits for a funding that its funder has given up. */
    private boolean isForFunding(Unsettled open) {
        return open.channel().flatMap(NodeService.Channel::funding).filter(at -> !isOnChain(at.txid())).isPresent();
    }

    private boolean isOnChain(TxId txid) {
        return ChainRead.transactions(world.chain(), stage.firstFreeHeight())
                .stream()
                .anyMatch(tx -> tx.txid().equals(txid));
    }

    private void heal() {
        world.chain().setEstimatedFeerate(ORDINARY);
        world.lines().healAll();
        world.lines().delay(Duration.ZERO);
        if (stage.outages().endAll()) world.runFor(LONGEST_BACK_OFF);
        for (WorldNode node : world.nodes()) {
            node.planNoCrash();
            node.holdNoMore();
            node.restoreChain();
        }
        world.runFor(Duration.ofSeconds(1));
        world.nodes().forEach(WorldNode::start);
        world.require("all nodes run", () -> world.nodes().stream().allMatch(WorldNode::isUp),
                CrashableWorld.PATIENCE);
    }

    /** Something that is not settled. @param rule its kind; @param channel whose it is */
    private record Unsettled(String rule, String what, Optional<NodeService.Channel> channel) {}

    private Optional<Unsettled> unsettled() {
        for (WorldNode node : world.nodes()) {
            NodeService service = node.service()
                    .orElseThrow(() -> new RunFailedException("down", node + " is not up though nothing is wrong"));
            for (NodeService.Payment payment : world.await(service.payments()))
                if (payment.state() == PaymentState.PENDING)
                    return unsettled("payment-pending", node + "'s payment " + payment.paymentHash());
            for (NodeService.Channel channel : world.await(service.channels())) {
                String which = node + "'s channel " + channel.channelId();
                if (!channel.state().equals("normal"))
                    return Optional.of(new Unsettled("channel-" + channel.state().replace(' ', '-'),
                            which + " is " + channel.state(), Optional.of(channel)));
                if (!channel.connected()) return unsettled("channel-unconnected", which + " is not connected");
                if (channel.htlcsIn() + channel.htlcsOut() > 0)
                    return unsettled("htlc-pending", which + " has HTLCs");
            }
            NodeService.Balance balance = world.await(service.balance());
            if (balance.onChainUnconfirmed().sat() > 0)
                return unsettled("unconfirmed", node + " has unconfirmed coins");
        }
        if (!world.chain().mempool().isEmpty())
            return unsettled("mempool", "transaction " + world.chain().mempool().getFirst().txid() + " is in no block");
        return Optional.empty();
    }

    private static Optional<Unsettled> unsettled(String rule, String what) {
        return Optional.of(new Unsettled(rule, what, Optional.empty()));
    }
}
