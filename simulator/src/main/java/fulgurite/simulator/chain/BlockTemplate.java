package fulgurite.simulator.chain;

import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which transactions of the mempool a miner takes, parents before children. */
final class BlockTemplate {
    private static final int ROOM = Consensus.MAX_BLOCK_WEIGHT - 4_000;

    private BlockTemplate() {}

    /** A transaction with those of its ancestors that are not in the block yet, parents first. */
    private record Candidate(List<Mempool.Entry> entries, Satoshi fee, long virtualSize, int weight) {
        static Candidate of(List<Mempool.Entry> entries) {
            int weight = entries.stream().mapToInt(entry -> entry.tx().weight()).sum();
            return new Candidate(entries, Mempool.fees(entries), Mempool.virtualSize(entries), weight);
        }

        boolean paysMoreThan(Candidate other) {
            // a/b > c/d without division: fees are below 2^51 only in theory, sizes below 2^20.
            return Math.multiplyExact(fee.sat(), other.virtualSize) > Math.multiplyExact(other.fee.sat(), virtualSize);
        }
    }

    /** First come, first served, as long as there is room. */
    static List<ParsedTx> firstCome(Mempool mempool) {
        var chosen = new ArrayList<ParsedTx>();
        int room = ROOM;
        for (Mempool.Entry entry : mempool.entries()) {
            room -= entry.tx().weight();
            // Stopping here keeps parents before children.
            if (room < 0) break;
            chosen.add(entry.tx());
        }
        return chosen;
    }

    /**
     * The best paying first, each together with what it spends unconfirmed; nothing that pays less than
     * {@code demanded} so. Of those that pay the same, the one that came first.
     */
    static List<ParsedTx> bestPaying(Mempool mempool, FeeratePerKw demanded) {
        Map<TxId, Mempool.Entry> left = new LinkedHashMap<>();
        for (Mempool.Entry entry : mempool.entries()) left.put(entry.tx().txid(), entry);
        var chosen = new ArrayList<ParsedTx>();
        int room = ROOM;
        for (;;) {
            Optional<Candidate> best = best(mempool, left, demanded, room);
            if (best.isEmpty()) return chosen;
            room -= best.get().weight();
            for (Mempool.Entry entry : best.get().entries()) {
                left.remove(entry.tx().txid());
                chosen.add(entry.tx());
            }
        }
    }

    private static Optional<Candidate> best(Mempool mempool, Map<TxId, Mempool.Entry> left, FeeratePerKw demanded,
            int room) {
        Optional<Candidate> best = Optional.empty();
        for (Mempool.Entry entry : left.values()) {
            var family = new ArrayList<Mempool.Entry>();
            for (Mempool.Entry ancestor : mempool.ancestors(entry.tx()))
                if (left.containsKey(ancestor.tx().txid())) family.add(ancestor);
            family.add(entry);
            Candidate candidate = Candidate.of(family);
            if (candidate.weight() > room || !Mempool.pays(family, demanded)) continue;
            if (best.isEmpty() || candidate.paysMoreThan(best.get())) best = Optional.of(candidate);
        }
        return best;
    }
}
