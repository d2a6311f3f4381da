package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.wallet.Hands;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.simulator.chain.PlayedChain;
import fulgurite.simulator.chain.RegtestChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** A chain and the parties that follow it, block by block. */
final class World {
    /** What a mempool may say to somebody who is not alone; everything else it says to a transaction that is wrong. */
    private static final List<String> FAIR_REFUSALS = List.of("bad-txns-inputs-missingorspent", "insufficient fee",
            "mempool min fee not met", "txn-already-known", "package RBF failed", "replacement-adds-unconfirmed",
            "too many potential replacements");
    /** Also said to who has not heard yet how many blocks were taken back. */
    private static final List<String> LATE_REFUSALS = List.of("non-final", "non-BIP68-final");
    private boolean reorganised;
    final PlayedChain chain;
    final List<Party> parties = new ArrayList<>();

    World(PlayedChain chain) {
        this.chain = chain;
    }

    Party party(String name) {
        var party = new Party(name, chain);
        parties.add(party);
        return party;
    }

    int height() {
        return chain.tip().height().height();
    }

    /** Finds blocks one after another; everybody awake hears of each and acts before the next. */
    void mine(int blocks) {
        for (int i = 0; i < blocks; i++) {
            chain.mine(1);
            follow();
        }
    }

    void mineTo(int height) {
        assertThat(height()).as("not there yet").isLessThanOrEqualTo(height);
        mine(height - height());
    }

    /** A block with these alone. */
    void mineExactly(Tx... transactions) {
        chain.mineExactly(List.of(transactions));
        follow();
    }

    /** Takes the top blocks back; what they held waits in the mempool again. */
    void takeBack(int blocks) {
        reorganised = true;
        chain.disconnect(blocks);
        follow();
    }

    /** Takes the top blocks back, and another branch that is one block longer takes their place, its first with these. */
    void reorganise(int depth, Tx... first) {
        reorganised = true;
        chain.reorganise(depth, List.of(first));
        follow();
    }

    /** Until nobody has anything to do before the next block. */
    void follow() {
        boolean any = true;
        while (any) {
            any = false;
            for (Party party : parties) any |= party.follow();
        }
        for (Party party : parties) {
            var all = new ArrayList<>(party.refusals);
            all.addAll(party.hands.refusals());
            for (Hands.Refusal refusal : all)
                assertThat(isFair(refusal.reason())).as(party.name + " published " + refusal).isTrue();
        }
    }

    private boolean isFair(String reason) {
        return FAIR_REFUSALS.stream().anyMatch(reason::startsWith)
                || reorganised && LATE_REFUSALS.stream().anyMatch(reason::equals);
    }

    /** Only what pays that, with what it spends unconfirmed, comes into blocks. */
    void demandFeerate(FeeratePerKw feerate) {
        chain.demandFeerate(feerate);
    }

    /** The mempool is so full that it refuses what pays less. */
    void mempoolMinimum(FeeratePerKw feerate) {
        if (!(chain instanceof RegtestChain simulated))
            throw new TestAbortedException("a mempool that is full is played on the simulated chain only");
        simulated.setMempoolMinimum(feerate);
    }

    void feerate(long satPerKw) {
        chain.setEstimatedFeerate(new FeeratePerKw(satPerKw));
    }

    /** The transaction that spends the output, in the mempool or in a block. */
    Optional<Tx> spender(OutPoint outPoint) {
        return chain.mempoolSpender(outPoint).or(() -> confirmedSpender(outPoint));
    }

    Optional<Tx> confirmedSpender(OutPoint outPoint) {
        for (int height = height(); height > 0; height--)
            for (Tx tx : chain.block(new BlockHeight(height)).orElseThrow().transactions())
                for (TxInput input : tx.inputs()) if (input.outPoint().equals(outPoint)) return Optional.of(tx);
        return Optional.empty();
    }
}
