package fulgurite.node.wallet;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.sweep.Sweeper;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What all channels want brought home, and how the chain stands: gives the {@link Sweeper} all it needs. Not for sharing between threads. */
final class SweepDesk {
    private final Sweeper sweeper;
    private final SortedMap<Long, List<Wanted>> wants = new TreeMap<>();
    private Optional<Sky> sky = Optional.empty();
    private Optional<BlockHeight> retriedAt = Optional.empty();

    private record Sky(BlockHeight height, Feerates feerates) {}

    SweepDesk(WalletPurse purse) {
        this.sweeper = new Sweeper(purse);
    }

    /** Takes the place of what the channel wanted before. @return whether that is something else */
    boolean want(long channel, List<Wanted> list) {
        List<Wanted> before = list.isEmpty() ? wants.remove(channel) : wants.put(channel, list);
        return !list.equals(before == null ? List.of() : before);
    }

    void look(BlockHeight height, Feerates feerates) {
        sky = Optional.of(new Sky(height, feerates));
    }

    /** What to publish now; nothing before the chain's height is known. */
    List<List<Tx>> due() {
        if (sky.isEmpty()) return List.of();
        var all = new ArrayList<Wanted>();
        wants.values().forEach(all::addAll);
        return sweeper.publish(all, sky.get().height(), sky.get().feerates());
    }

    /** Whether what was refused may be tried otherwise at once: only once at each height, for it may be refused again. */
    boolean mayRetry() {
        Optional<BlockHeight> now = sky.map(Sky::height);
        boolean may = !retriedAt.equals(now);
        retriedAt = now;
        return may;
    }

    void answered(TxId txid, Optional<String> refusal) {
        sweeper.answered(txid, refusal);
    }
}
