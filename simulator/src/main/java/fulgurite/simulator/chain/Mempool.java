package fulgurite.simulator.chain;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.LinkedHashSet;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;

/**
 * Transactions that wait for a block, in the order in which they came: parents stand before their children, so the
 * order is also one in which a block may hold them. The rules are tried in bitcoind's order, so that the first reason
 * is the same. Replacement is full RBF (Core 28's default): no signal is asked for.
 */
final class Mempool {
    private static final int MAX_CHAIN_LENGTH = 25;
    private static final int MAX_CHAIN_VIRTUAL_SIZE = 101_000;
    private static final int MAX_REPLACED = 100;
    private static final FeeratePerKw INCREMENTAL_FEERATE = new FeeratePerKw(250);

    private final Map<TxId, Entry> entries = new LinkedHashMap<>();
    private final Map<OutPoint, TxId> spenders = new TreeMap<>();

    /** @param fee what it pays by itself */
    record Entry(ParsedTx tx, Satoshi fee) {}

    /**
     * The chain as a transaction for the next block sees it.
     *
     * @param height of the next block
     * @param medianTimeOf the median time past of the block at a height
     * @param coins unspent in blocks
     */
    record Chain(int height, IntToLongFunction medianTimeOf, CoinView coins, Fees fees) {
        long medianTimePast() {
            return medianTimeOf.applyAsLong(height - 1);
        }

        /** The same, for a transaction whose fee is judged together with others. */
        Chain packaged() {
            return new Chain(height, medianTimeOf, coins, new Fees(fees.relay(), fees.minimum(), true));
        }
    }

    /**
     * What a transaction must pay.
     *
     * @param relay the least, which only a version 3 transaction may leave to its package
     * @param minimum what a full mempool asks of a single one
     * @param packaged whether minimum and replacement are judged for a package as a whole, elsewhere
     */
    record Fees(FeeratePerKw relay, FeeratePerKw minimum, boolean packaged) {
        static final Fees NONE = new Fees(new FeeratePerKw(0), new FeeratePerKw(0), false);
    }

    /** What was decided about a transaction. */
    sealed interface Verdict {
        /**
         * @param direct those in the mempool that spend the same outputs
         * @param conflicts the same with their descendants: they leave when it enters
         */
        record Acceptable(Entry entry, List<TxId> direct, List<TxId> conflicts) implements Verdict {}

        record Known() implements Verdict {}

        /** @param packageMayHelp whether company can cure it: the fee was too low, or a parent is not there yet */
        record Refused(String reason, boolean packageMayHelp) implements Verdict {
            private static Refused forGood(String reason) {
                return new Refused(reason, false);
            }

            private static Refused asItIs(String reason) {
                return new Refused(reason, true);
            }
        }
    }

    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    Optional<Entry> find(TxId txid) {
        return Optional.ofNullable(entries.get(txid));
    }

    Optional<Entry> spender(OutPoint outPoint) {
        return Optional.ofNullable(spenders.get(outPoint)).map(entries::get);
    }

    /** The output when a transaction here makes it, spent or not. */
    Optional<TxOutput> output(OutPoint outPoint) {
        return find(outPoint.txid()).map(entry -> entry.tx().tx().outputs())
                .filter(outputs -> outPoint.index() >= 0 && outPoint.index() < outputs.size())
                .map(outputs -> outputs.get(outPoint.index()));
    }

    /** What {@code tx} spends unconfirmed, and what that spends, and so on; parents first. */
    List<Entry> ancestors(ParsedTx tx) {
        return inOrder(ancestors(tx.tx()));
    }

    /** {@code txid} and all that spend its outputs, and theirs; parents first. */
    List<Entry> family(TxId txid) {
        return inOrder(withDescendants(new LinkedHashSet<>(List.of(txid))));
    }

    /** One more with the same transactions. */
    Mempool copy() {
        var copy = new Mempool();
        copy.become(this);
        return copy;
    }

    /** From now on these transactions instead. */
    void become(Mempool other) {
        clear();
        entries.putAll(other.entries);
        spenders.putAll(other.spenders);
    }

    /** Whether {@code tx} may enter; changes nothing. */
    Verdict judge(ParsedTx tx, Chain chain) {
        Optional<String> refusal = Consensus.checkShape(tx);
        if (refusal.isEmpty() && tx.isCoinbase()) refusal = Optional.of("coinbase");
        if (refusal.isEmpty()) refusal = Policy.checkStandard(tx);
        if (refusal.isEmpty() && !Consensus.isFinal(tx.tx(), chain.height(), chain.medianTimePast()))
            refusal = Optional.of("non-final");
        if (refusal.isPresent()) return Verdict.Refused.forGood(refusal.get());
        Entry known = entries.get(tx.txid());
        if (known != null)
            return known.tx().sameWitness(tx)
                    ? new Verdict.Known()
                    : Verdict.Refused.forGood("txn-same-nonwitness-data-in-mempool");
        return judgeInputs(tx, chain);
    }

    private Verdict judgeInputs(ParsedTx tx, Chain chain) {
        var coins = new ArrayList<Coin>();
        for (OutPoint spent : tx.spends()) {
            Optional<Coin> coin = lookup(spent, chain);
            if (coin.isEmpty())
                return isConfirmed(tx, chain)
                        ? Verdict.Refused.forGood("txn-already-known")
                        : Verdict.Refused.asItIs("bad-txns-inputs-missingorspent");
            coins.add(coin.get());
        }
        if (!Consensus.isOldEnough(tx.tx(), coins, chain.height(), chain.medianTimeOf()))
            return Verdict.Refused.forGood("non-BIP68-final");
        Satoshi fee = Consensus.fee(tx.tx(), coins);
        SequencedSet<TxId> direct = directConflicts(tx);
        SequencedSet<TxId> conflicts = withDescendants(direct);
        Optional<Verdict.Refused> refusal = Consensus.checkInputs(tx.tx(), coins, chain.height())
                .or(() -> Policy.checkWitnesses(tx.tx(), coins))
                .map(Verdict.Refused::forGood)
                .or(() -> checkFee(tx, fee, chain.fees()))
                .or(() -> checkAncestors(tx, conflicts).map(Verdict.Refused::forGood));
        if (refusal.isEmpty() && !direct.isEmpty() && !chain.fees().packaged())
            refusal = checkReplacement(tx, fee, direct, conflicts);
        return refusal.or(() -> Scripts.checkStandard(tx, coins).map(Verdict.Refused::forGood))
                .<Verdict>map(refused -> refused)
                .orElseGet(
                        () -> new Verdict.Acceptable(new Entry(tx, fee), List.copyOf(direct), List.copyOf(conflicts)));
    }

    private static Optional<Verdict.Refused> checkFee(ParsedTx tx, Satoshi fee, Fees asked) {
        boolean belowRelay = fee.lessThan(Policy.feeFor(asked.relay(), tx.virtualSize()));
        // A package cannot be kept together once it is in: so only version 3, which has rules for that, may lean on one.
        boolean mayLean = tx.tx().version() == 3;
        if (belowRelay && !mayLean) return Optional.of(Verdict.Refused.forGood("min relay fee not met"));
        if (asked.packaged()) return Optional.empty();
        if (fee.lessThan(Policy.feeFor(asked.minimum(), tx.virtualSize())))
            return Optional.of(Verdict.Refused.asItIs("mempool min fee not met"));
        return belowRelay ? Optional.of(Verdict.Refused.asItIs("min relay fee not met")) : Optional.empty();
    }

    /** Lets in what {@link #judge} found acceptable just now. */
    void enter(Verdict.Acceptable accepted) {
        accepted.conflicts().forEach(this::remove);
        ParsedTx tx = accepted.entry().tx();
        entries.put(tx.txid(), accepted.entry());
        for (OutPoint spent : tx.spends()) spenders.put(spent, tx.txid());
    }

    /** Lets in what was accepted in an earlier run, whatever it took the place of. */
    void readmit(ParsedTx tx, Chain chain) {
        if (judge(tx, chain.packaged()) instanceof Verdict.Acceptable acceptable) enter(acceptable);
    }

    /** A block has confirmed {@code tx}: it leaves, and so does whatever spends the same outputs. */
    void confirmed(ParsedTx tx) {
        remove(tx.txid());
        withDescendants(directConflicts(tx)).forEach(this::remove);
    }

    /**
     * Sends away what pays less than {@code minimum}, by itself and with all that spends it, as a mempool does that has
     * grown too large.
     */
    void evictBelow(FeeratePerKw minimum) {
        for (Entry entry : entries().reversed()) {
            if (!entries.containsKey(entry.tx().txid())) continue;
            List<Entry> family = family(entry.tx().txid());
            if (!pays(List.of(entry), minimum) && !pays(family, minimum))
                family.forEach(gone -> remove(gone.tx().txid()));
        }
    }

    void clear() {
        entries.clear();
        spenders.clear();
    }

    static Satoshi fees(List<Entry> of) {
        Satoshi total = Satoshi.ZERO;
        for (Entry entry : of) total = total.plus(entry.fee());
        return total;
    }

    static long virtualSize(List<Entry> of) {
        return of.stream().mapToLong(entry -> entry.tx().virtualSize()).sum();
    }

    /** Whether these together pay {@code feerate}. */
    static boolean pays(List<Entry> together, FeeratePerKw feerate) {
        return !fees(together).lessThan(Policy.feeFor(feerate, virtualSize(together)));
    }

    private List<Entry> inOrder(Set<TxId> ids) {
        return entries.values().stream().filter(entry -> ids.contains(entry.tx().txid())).toList();
    }

    private void remove(TxId txid) {
        Entry gone = entries.remove(txid);
        if (gone != null) gone.tx().spends().forEach(spenders::remove);
    }

    private Optional<Coin> lookup(OutPoint spent, Chain chain) {
        if (!entries.containsKey(spent.txid())) return chain.coins().find(spent);
        return output(spent).map(output -> new Coin(output, chain.height(), false));
    }

    private static boolean isConfirmed(ParsedTx tx, Chain chain) {
        for (int i = 0; i < tx.tx().outputs().size(); i++)
            if (chain.coins().find(tx.output(i)).isPresent()) return true;
        return false;
    }

    private SequencedSet<TxId> directConflicts(ParsedTx tx) {
        var conflicts = new LinkedHashSet<TxId>();
        for (OutPoint spent : tx.spends()) {
            TxId spender = spenders.get(spent);
            if (spender != null && !spender.equals(tx.txid())) conflicts.add(spender);
        }
        return conflicts;
    }

    /** These and all that spend their outputs, parents first. */
    private SequencedSet<TxId> withDescendants(SequencedSet<TxId> roots) {
        var all = new LinkedHashSet<TxId>(roots);
        if (roots.isEmpty()) return all;
        for (Entry entry : entries.values())
            if (entry.tx().tx().inputs().stream().anyMatch(input -> all.contains(input.outPoint().txid())))
                all.add(entry.tx().txid());
        return all;
    }

    private SequencedSet<TxId> ancestors(Tx tx) {
        var found = new LinkedHashSet<TxId>();
        var open = new ArrayList<>(List.of(tx));
        while (!open.isEmpty())
            for (var input : open.removeLast().inputs()) {
                Entry parent = entries.get(input.outPoint().txid());
                if (parent != null && found.add(parent.tx().txid())) open.add(parent.tx().tx());
            }
        return found;
    }

    private Optional<String> checkAncestors(ParsedTx tx, SequencedSet<TxId> conflicts) {
        SequencedSet<TxId> ancestors = ancestors(tx.tx());
        if (ancestors.stream().anyMatch(conflicts::contains)) return Optional.of("bad-txns-spends-conflicting-tx");
        if (ancestors.size() + 1 > MAX_CHAIN_LENGTH
                || virtualSize(ancestors) + tx.virtualSize() > MAX_CHAIN_VIRTUAL_SIZE)
            return Optional.of("too-long-mempool-chain");
        for (TxId ancestor : ancestors) {
            SequencedSet<TxId> family = withDescendants(new LinkedHashSet<>(List.of(ancestor)));
            family.removeAll(conflicts);
            if (family.size() + 1 > MAX_CHAIN_LENGTH
                    || virtualSize(family) + tx.virtualSize() > MAX_CHAIN_VIRTUAL_SIZE)
                return Optional.of("too-long-mempool-chain");
        }
        return Optional.empty();
    }

    /** BIP 125, rules 2 to 5, and the feerate rule that Core adds. */
    private Optional<Verdict.Refused> checkReplacement(ParsedTx tx, Satoshi fee, SequencedSet<TxId> direct,
            SequencedSet<TxId> conflicts) {
        var insufficient = Optional.of(Verdict.Refused.asItIs("insufficient fee"));
        for (TxId id : direct) {
            Entry old = entries.get(id);
            // a/b <= c/d without division; both sizes are far below 2^31.
            if (fee.sat() * old.tx().virtualSize() <= old.fee().sat() * tx.virtualSize()) return insufficient;
        }
        if (conflicts.size() > MAX_REPLACED)
            return Optional.of(Verdict.Refused.forGood("too many potential replacements"));
        for (OutPoint spent : tx.spends())
            if (entries.containsKey(spent.txid())
                    && direct.stream().noneMatch(id -> spends(entries.get(id), spent.txid())))
                return Optional.of(Verdict.Refused.forGood("replacement-adds-unconfirmed"));
        return fee.lessThan(leastToReplace(conflicts, tx.virtualSize())) ? insufficient : Optional.empty();
    }

    /** What something of this size must pay to take the place of {@code conflicts}: their fees, and its own relay. */
    Satoshi leastToReplace(Collection<TxId> conflicts, long virtualSize) {
        Satoshi replaced = Satoshi.ZERO;
        for (TxId id : conflicts) replaced = replaced.plus(entries.get(id).fee());
        return replaced.plus(Policy.feeFor(INCREMENTAL_FEERATE, virtualSize));
    }

    private static boolean spends(Entry entry, TxId parent) {
        return entry.tx().tx().inputs().stream().anyMatch(input -> input.outPoint().txid().equals(parent));
    }

    private long virtualSize(SequencedSet<TxId> ids) {
        long total = 0;
        for (TxId id : ids) total += entries.get(id).tx().virtualSize();
        return total;
    }
}
