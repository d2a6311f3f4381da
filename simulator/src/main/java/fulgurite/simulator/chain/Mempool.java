package fulgurite.simulator.chain;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
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
    record Chain(int height, IntToLongFunction medianTimeOf, CoinView coins, FeeratePerKw minRelayFeerate) {
        long medianTimePast() {
            return medianTimeOf.applyAsLong(height - 1);
        }
    }

    /** What was decided about a transaction. */
    sealed interface Verdict {
        /** @param conflicts in the mempool, with their descendants: they leave when it enters */
        record Acceptable(Entry entry, List<TxId> conflicts) implements Verdict {}

        record Known() implements Verdict {}

        record Refused(String reason) implements Verdict {}
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

    /** Whether {@code tx} may enter; changes nothing. */
    Verdict judge(ParsedTx tx, Chain chain) {
        Optional<String> refusal = Consensus.checkShape(tx);
        if (refusal.isEmpty() && tx.isCoinbase()) refusal = Optional.of("coinbase");
        if (refusal.isEmpty()) refusal = Policy.checkStandard(tx);
        if (refusal.isEmpty() && !Consensus.isFinal(tx.tx(), chain.height(), chain.medianTimePast()))
            refusal = Optional.of("non-final");
        if (refusal.isPresent()) return new Verdict.Refused(refusal.get());
        Entry known = entries.get(tx.txid());
        if (known != null)
            return known.tx().sameWitness(tx)
                    ? new Verdict.Known()
                    : new Verdict.Refused("txn-same-nonwitness-data-in-mempool");
        return judgeInputs(tx, chain);
    }

    private Verdict judgeInputs(ParsedTx tx, Chain chain) {
        var coins = new ArrayList<Coin>();
        for (OutPoint spent : tx.spends()) {
            Optional<Coin> coin = lookup(spent, chain);
            if (coin.isEmpty())
                return new Verdict.Refused(isConfirmed(tx, chain)
                        ? "txn-already-known"
                        : "bad-txns-inputs-missingorspent");
            coins.add(coin.get());
        }
        if (!Consensus.isOldEnough(tx.tx(), coins, chain.height(), chain.medianTimeOf()))
            return new Verdict.Refused("non-BIP68-final");
        Satoshi fee = Consensus.fee(tx.tx(), coins);
        SequencedSet<TxId> direct = directConflicts(tx);
        SequencedSet<TxId> conflicts = withDescendants(direct);
        Optional<String> refusal = Consensus.checkInputs(tx.tx(), coins, chain.height());
        if (refusal.isEmpty()) refusal = Policy.checkWitnesses(tx.tx(), coins);
        if (refusal.isEmpty() && fee.lessThan(Policy.feeFor(chain.minRelayFeerate(), tx.virtualSize())))
            refusal = Optional.of("min relay fee not met");
        if (refusal.isEmpty()) refusal = checkAncestors(tx, conflicts);
        if (refusal.isEmpty() && !direct.isEmpty()) refusal = checkReplacement(tx, fee, direct, conflicts);
        if (refusal.isEmpty()) refusal = Scripts.checkStandard(tx, coins);
        return refusal.<Verdict>map(Verdict.Refused::new)
                .orElseGet(() -> new Verdict.Acceptable(new Entry(tx, fee), List.copyOf(conflicts)));
    }

    /** Lets in what {@link #judge} found acceptable just now. */
    void enter(Verdict.Acceptable accepted) {
        accepted.conflicts().forEach(this::remove);
        ParsedTx tx = accepted.entry().tx();
        entries.put(tx.txid(), accepted.entry());
        for (OutPoint spent : tx.spends()) spenders.put(spent, tx.txid());
    }

    /** A block has confirmed {@code tx}: it leaves, and so does whatever spends the same outputs. */
    void confirmed(ParsedTx tx) {
        remove(tx.txid());
        withDescendants(directConflicts(tx)).forEach(this::remove);
    }

    void clear() {
        entries.clear();
        spenders.clear();
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
    private Optional<String> checkReplacement(ParsedTx tx, Satoshi fee, SequencedSet<TxId> direct,
            SequencedSet<TxId> conflicts) {
        for (TxId id : direct) {
            Entry old = entries.get(id);
            // a/b <= c/d without division; both sizes are far below 2^31.
            if (fee.sat() * old.tx().virtualSize() <= old.fee().sat() * tx.virtualSize())
                return Optional.of("insufficient fee");
        }
        if (conflicts.size() > MAX_REPLACED) return Optional.of("too many potential replacements");
        for (OutPoint spent : tx.spends())
            if (entries.containsKey(spent.txid())
                    && direct.stream().noneMatch(id -> spends(entries.get(id), spent.txid())))
                return Optional.of("replacement-adds-unconfirmed");
        Satoshi replaced = Satoshi.ZERO;
        for (TxId id : conflicts) replaced = replaced.plus(entries.get(id).fee());
        Satoshi least = replaced.plus(Policy.feeFor(INCREMENTAL_FEERATE, tx.virtualSize()));
        return fee.lessThan(least) ? Optional.of("insufficient fee") : Optional.empty();
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
