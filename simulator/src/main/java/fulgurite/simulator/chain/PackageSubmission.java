package fulgurite.simulator.chain;

import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A child offered to the mempool together with parents of it, by the rules of Bitcoin Core 28's submitpackage and in
 * its words. Each transaction is tried alone first. Those that are refused for nothing but their fee, and the child that
 * misses them, are then judged as one, by what they pay together; a parent and its child may so replace others too.
 *
 * @param message {@code success}, or why the package as a whole was not taken
 * @param results of the transactions, in their order
 * @param entered those that were not in the mempool before, in the order in which they came in
 * @param replaced what left the mempool for them
 */
record PackageSubmission(String message, List<Result> results, List<ParsedTx> entered, Set<TxId> replaced) {
    static final String NOT_A_CHILD_WITH_PARENTS = "package topology disallowed. not child-with-parents or parents depend on each other.";
    private static final String SUCCESS = "success";
    private static final String FAILED = "transaction failed";
    private static final int MAX_COUNT = 25;
    private static final int MAX_WEIGHT = 404_000;

    /** What became of one of the transactions. */
    sealed interface Result {
        /** @param together what it was judged with, itself among them */
        record InMempool(Mempool.Entry entry, List<Mempool.Entry> together) implements Result {}

        /** The mempool has the same transaction with another witness. */
        record OtherWitness(Mempool.Entry entry) implements Result {}

        record Refused(String reason) implements Result {}

        /** Another one failed before it was its turn. */
        record NotTried() implements Result {}
    }

    /** Whether the last one spends each of the others, and these nothing of each other. */
    static boolean isChildWithParents(List<ParsedTx> transactions) {
        if (transactions.size() < 2) return false;
        List<ParsedTx> parents = transactions.subList(0, transactions.size() - 1);
        Set<TxId> spent = new TreeSet<>(transactions.getLast().spends().stream().map(OutPoint::txid).toList());
        Set<TxId> ids = new TreeSet<>(parents.stream().map(ParsedTx::txid).toList());
        return spent.containsAll(ids)
                && parents.stream().flatMap(tx -> tx.spends().stream()).map(OutPoint::txid).noneMatch(ids::contains);
    }

    /** Why not, in one: what was wrong with them together, or with the first that was refused; empty when nothing was. */
    Optional<String> refusal() {
        if (message.equals(SUCCESS)) return Optional.empty();
        if (message.equals(FAILED))
            for (Result result : results)
                if (result instanceof Result.Refused(String reason)) return Optional.of(reason);
        return Optional.of(message);
    }

    /** Offers them; {@code mempool} has afterwards what was accepted of them. */
    static PackageSubmission submit(Mempool mempool, Mempool.Chain chain, List<ParsedTx> transactions) {
        return new Attempt(mempool, chain, transactions).run();
    }

    private static final class Attempt {
        private enum Alone {
            DONE, NEEDS_COMPANY, HOPELESS
        }

        private final Mempool mempool;
        private final Mempool.Chain chain;
        private final List<ParsedTx> transactions;
        private final Map<TxId, Result> results = new LinkedHashMap<>();
        private final List<ParsedTx> entered = new ArrayList<>();
        private final Set<TxId> replaced = new LinkedHashSet<>();

        Attempt(Mempool mempool, Mempool.Chain chain, List<ParsedTx> transactions) {
            this.mempool = mempool;
            this.chain = chain;
            this.transactions = transactions;
        }

        PackageSubmission run() {
            Optional<String> malformed = checkShape();
            if (malformed.isPresent()) return ended(malformed.get());
            var together = new ArrayList<ParsedTx>();
            for (ParsedTx tx : transactions)
                switch (tryAlone(tx)) {
                case DONE -> {}
                case NEEDS_COMPANY -> together.add(tx);
                case HOPELESS -> {
                    return ended(FAILED);
                }
                }
            if (together.isEmpty()) return ended(SUCCESS);
            // One that is left over is refused for what it was refused alone.
            Optional<String> refusal = together.size() == 1 ? Optional.of(FAILED) : enterAsOne(together);
            return ended(refusal.orElse(SUCCESS));
        }

        private Optional<String> checkShape() {
            if (transactions.size() > MAX_COUNT) return Optional.of("package-too-many-transactions");
            if (transactions.stream().mapToInt(ParsedTx::weight).sum() > MAX_WEIGHT)
                return Optional.of("package-too-large");
            Set<TxId> ids = new TreeSet<>(transactions.stream().map(ParsedTx::txid).toList());
            if (ids.size() < transactions.size()) return Optional.of("package-contains-duplicates");
            var spent = new TreeSet<OutPoint>();
            for (ParsedTx tx : transactions)
                for (OutPoint each : tx.spends()) if (!spent.add(each)) return Optional.of("conflict-in-package");
            if (!isChildWithParents(transactions)) return Optional.of("package-not-child-with-parents");
            boolean complete = transactions.getLast()
                    .spends()
                    .stream()
                    .allMatch(each -> ids.contains(each.txid()) || chain.coins().find(each).isPresent());
            return complete ? Optional.empty() : Optional.of("package-not-child-with-unconfirmed-parents");
        }

        private Alone tryAlone(ParsedTx tx) {
            Optional<Mempool.Entry> known = mempool.find(tx.txid());
            if (known.isPresent()) {
                Mempool.Entry entry = known.get();
                results.put(tx.txid(), entry.tx().sameWitness(tx)
                        ? new Result.InMempool(entry, List.of(entry))
                        : new Result.OtherWitness(entry));
                return Alone.DONE;
            }
            return switch (mempool.judge(tx, chain)) {
                case Mempool.Verdict.Known k -> throw new IllegalStateException("known, yet not found");
                case Mempool.Verdict.Acceptable acceptable -> {
                    enter(acceptable);
                    results.put(tx.txid(), new Result.InMempool(acceptable.entry(), List.of(acceptable.entry())));
                    yield Alone.DONE;
                }
                case Mempool.Verdict.Refused(String reason, boolean packageMayHelp) -> {
                    results.put(tx.txid(), new Result.Refused(reason));
                    yield packageMayHelp ? Alone.NEEDS_COMPANY : Alone.HOPELESS;
                }
            };
        }

        private Optional<String> enterAsOne(List<ParsedTx> together) {
            Mempool trial = mempool.copy();
            var verdicts = new ArrayList<Mempool.Verdict.Acceptable>();
            for (ParsedTx tx : together) {
                switch (trial.judge(tx, chain.packaged())) {
                    case Mempool.Verdict.Known k -> throw new IllegalStateException("known, yet not found");
                    case Mempool.Verdict.Refused(String reason, boolean packageMayHelp) -> {
                        results.put(tx.txid(), new Result.Refused(reason));
                        return Optional.of(FAILED);
                    }
                    case Mempool.Verdict.Acceptable acceptable -> {
                        trial.enter(acceptable);
                        verdicts.add(acceptable);
                    }
                }
            }
            List<Mempool.Entry> entries = verdicts.stream().map(Mempool.Verdict.Acceptable::entry).toList();
            if (!Mempool.pays(entries, chain.fees().minimum())) return tooCheap(together, "mempool min fee not met");
            if (!Mempool.pays(entries, chain.fees().relay())) return tooCheap(together, "min relay fee not met");
            Optional<String> refusal = new PackageReplacement(mempool, verdicts).check();
            if (refusal.isPresent()) return refusal;
            // What the parent replaced is gone when the child comes: the mempool takes both steps as the trial did.
            verdicts.forEach(this::enter);
            for (Mempool.Entry entry : entries) results.put(entry.tx().txid(), new Result.InMempool(entry, entries));
            return Optional.empty();
        }

        private Optional<String> tooCheap(List<ParsedTx> together, String reason) {
            results.put(together.getLast().txid(), new Result.Refused(reason));
            return Optional.of(FAILED);
        }

        private void enter(Mempool.Verdict.Acceptable acceptable) {
            replaced.addAll(acceptable.conflicts());
            entered.add(acceptable.entry().tx());
            mempool.enter(acceptable);
        }

        private PackageSubmission ended(String message) {
            List<Result> all = transactions.stream()
                    .<Result>map(tx -> results.getOrDefault(tx.txid(), new Result.NotTried()))
                    .toList();
            return new PackageSubmission(message, all, List.copyOf(entered), replaced);
        }
    }
}
