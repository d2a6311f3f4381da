package fulgurite.protocol.sweep;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns what channels want into transactions, and keeps at it until they are in blocks.
 *
 * <p>Design. A batch stands while everything in it is still wanted, and is published again at each block. When the
 * {@link Hurry} of it bids notably more, or the chain has refused it for its fee, a better one takes its place; when the
 * chain refuses several together, each goes alone, so that what the peer has pinned does not hold the rest. What
 * stands is kept in memory only: after a restart batches are made anew, and where the mempool prefers the old ones the
 * bids rise until either confirms.
 *
 * <p>Not for sharing between threads.
 */
public final class Sweeper {
    /** A replacement bids more by a quarter at least: mempools want 1 sat/vB more, and blocks come rarely. */
    private static final int RAISE_NUMERATOR = 5;
    private static final int RAISE_DENOMINATOR = 4;

    private final Purse purse;
    private final Building building;
    private List<Batch> standing = List.of();

    public Sweeper(Purse purse) {
        this.purse = purse;
        this.building = new Building(purse);
    }

    /**
     * What to publish now: each entry goes to the mempool as one, parents first.
     *
     * @param wants all that is wanted, of all channels
     */
    public List<List<Tx>> publish(List<Wanted> wants, BlockHeight now, Feerates feerates) {
        Map<OutPoint, Wanted> open = new LinkedHashMap<>();
        for (Wanted wanted : wants) open.put(wanted.outPoint(), wanted);
        var next = new ArrayList<Batch>();
        var publications = new ArrayList<List<Tx>>();
        var alone = new ArrayList<Wanted>();
        for (Batch batch : standing) {
            if (!batch.wants().stream().allMatch(wanted -> wanted.equals(open.get(wanted.outPoint())))) {
                purse.release(batch.purpose());
                continue;
            }
            batch.wants().forEach(wanted -> open.remove(wanted.outPoint()));
            if (batch.refusal().isPresent() && batch.wants().size() > 1) {
                purse.release(batch.purpose());
                alone.addAll(batch.wants());
                continue;
            }
            Batch kept = improved(batch, now, feerates);
            if (now.since(kept.toldAt()) > 0 || kept.bidAt().equals(now) && kept != batch)
                publications.add(kept.publication());
            next.add(kept.toldAt(now));
        }
        List<List<Wanted>> groups = new ArrayList<>();
        alone.forEach(wanted -> groups.add(List.of(wanted)));
        groups.addAll(Batching.group(List.copyOf(open.values()), now));
        for (List<Wanted> group : groups)
            building.build(group, bid(group, now, feerates), now).ifPresent(made -> {
                next.add(made);
                publications.add(made.publication());
            });
        standing = List.copyOf(next);
        return publications;
    }

    /** The chain's answer to what was published. @param txid of the last transaction of the publication */
    public void answered(TxId txid, Optional<String> refusal) {
        standing = standing.stream().map(batch -> {
            if (!batch.tx().txid().equals(txid)) return batch;
            return refusal.map(batch::refused).orElseGet(batch::accepted);
        }).toList();
    }

    private static FeeratePerKw bid(List<Wanted> wants, BlockHeight now, Feerates feerates) {
        return Batch.hurry(wants).bid(now, feerates, Building.weight(wants));
    }

    /** The batch as it is, or a dearer one: once for each block. */
    private Batch improved(Batch batch, BlockHeight now, Feerates feerates) {
        if (now.since(batch.bidAt()) <= 0) return batch;
        FeeratePerKw raised = new FeeratePerKw(
                Math.min(batch.feerate().satPerKw() * RAISE_NUMERATOR / RAISE_DENOMINATOR + 1, 0xffffffffL));
        FeeratePerKw wish = bid(batch.wants(), now, feerates);
        if (batch.isOutbid()) wish = wish.max(raised.min(batch.hurry().most(Building.weight(batch.wants()))));
        if (wish.lessThan(raised)) return batch;
        return building.build(batch.wants(), wish, now)
                // What has become too dear for some of it is better left as it stands.
                .filter(made -> made.wants().equals(batch.wants()))
                .orElse(batch);
    }
}
