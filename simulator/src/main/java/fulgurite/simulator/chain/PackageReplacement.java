package fulgurite.simulator.chain;

import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Whether a parent and its child may take the place of what spends the same outputs: the rules of Bitcoin Core 28, in
 * its words. They are narrow, since what is replaced must be as simple as what replaces it.
 *
 * @param mempool before any of them has come in
 * @param newcomers what was decided about them, parents first
 */
record PackageReplacement(Mempool mempool, List<Mempool.Verdict.Acceptable> newcomers) {
    private static final int MAX_REPLACED = 100;
    private static final String FAILED = "package RBF failed: ";

    /** Empty when it may be, or when nothing is replaced. */
    Optional<String> check() {
        SequencedSet<TxId> direct = new LinkedHashSet<>();
        SequencedSet<TxId> conflicts = new LinkedHashSet<>();
        for (Mempool.Verdict.Acceptable each : newcomers) {
            direct.addAll(each.direct());
            conflicts.addAll(each.conflicts());
        }
        if (direct.isEmpty()) return Optional.empty();
        return checkRules(direct, conflicts).map(FAILED::concat);
    }

    private Optional<String> checkRules(SequencedSet<TxId> direct, SequencedSet<TxId> conflicts) {
        if (newcomers.size() != 2) return Optional.of("package must be 1-parent-1-child");
        Mempool.Entry parent = newcomers.getFirst().entry();
        Mempool.Entry child = newcomers.getLast().entry();
        boolean alone = mempool.ancestors(parent.tx()).isEmpty() && mempool.ancestors(child.tx()).isEmpty();
        if (!alone) return Optional.of("new transaction cannot have mempool ancestors");
        if (conflicts.size() > MAX_REPLACED) return Optional.of("too many potential replacements");
        List<Mempool.Entry> both = List.of(parent, child);
        Satoshi least = mempool.leastToReplace(conflicts, Mempool.virtualSize(both));
        if (Mempool.fees(both).lessThan(least)) return Optional.of("insufficient anti-DoS fees");
        var together = FeerateDiagram.Chunk.of(both);
        if (FeerateDiagram.Chunk.of(List.of(parent)).compareFeerate(together) >= 0)
            return Optional.of("package feerate is less than or equal to parent feerate");
        Optional<String> tangled = direct.stream().map(this::checkTopology).flatMap(Optional::stream).findFirst();
        if (tangled.isPresent()) return tangled;
        return diagramWith(conflicts, together).isBetterThan(diagramOf(conflicts))
                ? Optional.empty()
                : Optional.of("insufficient feerate: does not improve feerate diagram");
    }

    /** A conflict may have one parent or one child in the mempool, and that one nobody else. */
    private Optional<String> checkTopology(TxId conflict) {
        List<Mempool.Entry> ancestors = mempool.ancestors(entry(conflict).tx());
        List<Mempool.Entry> family = mempool.family(conflict);
        int descendants = family.size() - 1;
        if (ancestors.size() > 1)
            return Optional.of(conflict + " has " + ancestors.size() + " ancestors, max 1 allowed");
        if (descendants > 1) return Optional.of(conflict + " has " + descendants + " descendants, max 1 allowed");
        if (ancestors.size() + descendants > 1)
            return Optional.of(conflict + " has both ancestor and descendant, exceeding cluster limit of 2");
        if (descendants == 1 && mempool.ancestors(family.getLast().tx()).size() > 1)
            return Optional.of(conflict + " is not the only parent of child " + family.getLast().tx().txid());
        if (ancestors.size() == 1 && mempool.family(ancestors.getFirst().tx().txid()).size() > 2)
            return Optional.of(conflict + " is not the only child of parent " + ancestors.getFirst().tx().txid());
        return Optional.empty();
    }

    private FeerateDiagram diagramOf(SequencedSet<TxId> conflicts) {
        var chunks = new ArrayList<FeerateDiagram.Chunk>();
        var done = new LinkedHashSet<TxId>();
        for (TxId conflict : conflicts) {
            if (done.contains(conflict)) continue;
            List<Mempool.Entry> ancestors = mempool.ancestors(entry(conflict).tx());
            List<Mempool.Entry> cluster = mempool
                    .family(ancestors.isEmpty() ? conflict : ancestors.getFirst().tx().txid());
            cluster.forEach(each -> done.add(each.tx().txid()));
            chunks.addAll(chunksOf(cluster));
        }
        return new FeerateDiagram(chunks);
    }

    private FeerateDiagram diagramWith(SequencedSet<TxId> conflicts, FeerateDiagram.Chunk newcomer) {
        var chunks = new ArrayList<FeerateDiagram.Chunk>();
        chunks.add(newcomer);
        var staying = new LinkedHashSet<TxId>();
        for (TxId conflict : conflicts)
            for (Mempool.Entry ancestor : mempool.ancestors(entry(conflict).tx()))
                if (!conflicts.contains(ancestor.tx().txid()) && staying.add(ancestor.tx().txid()))
                    chunks.add(FeerateDiagram.Chunk.of(List.of(ancestor)));
        return new FeerateDiagram(chunks);
    }

    /** Of one or two transactions, parent first: a child that pays better pulls its parent along. */
    private static List<FeerateDiagram.Chunk> chunksOf(List<Mempool.Entry> cluster) {
        var first = FeerateDiagram.Chunk.of(cluster.subList(0, 1));
        if (cluster.size() == 1) return List.of(first);
        var second = FeerateDiagram.Chunk.of(cluster.subList(1, 2));
        return second.compareFeerate(first) > 0 ? List.of(FeerateDiagram.Chunk.of(cluster)) : List.of(first, second);
    }

    private Mempool.Entry entry(TxId txid) {
        return mempool.find(txid).orElseThrow();
    }
}
