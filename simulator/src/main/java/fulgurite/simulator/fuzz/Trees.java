package fulgurite.simulator.fuzz;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.chain.RegtestChain;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What became of channels on chain: for each funding output the transactions that grew from it, what each paid in
 * fees, and the outputs that nobody has spent.
 */
final class Trees {
    private final SortedMap<OutPoint, TxOutput> outputs = new TreeMap<>();
    private final Map<OutPoint, SortedSet<OutPoint>> roots = new TreeMap<>();
    private final Map<TxId, Satoshi> fees = new LinkedHashMap<>();
    private final Map<OutPoint, TxId> spenders = new TreeMap<>();
    private final List<Tx> transactions;

    private Trees(List<Tx> transactions) {
        this.transactions = transactions;
    }

    /** @param fundings the funding outputs of all channels that ever were; @param from the first height to look at */
    static Trees grow(RegtestChain chain, int from, SortedSet<OutPoint> fundings) {
        var trees = new Trees(ChainRead.transactions(chain, from));
        // The coins that the nodes were given stand just below.
        for (Tx tx : ChainRead.transactions(chain, from - 1)) trees.remember(tx, fundings);
        for (Tx tx : trees.transactions) {
            trees.remember(tx, fundings);
            trees.fees.put(tx.txid(), trees.fee(tx));
        }
        return trees;
    }

    private void remember(Tx tx, SortedSet<OutPoint> fundings) {
        var grownFrom = new TreeSet<OutPoint>();
        for (TxInput input : tx.inputs()) {
            spenders.put(input.outPoint(), tx.txid());
            grownFrom.addAll(roots.getOrDefault(input.outPoint(), new TreeSet<>()));
        }
        for (int i = 0; i < tx.outputs().size(); i++) {
            var outPoint = new OutPoint(tx.txid(), i);
            outputs.put(outPoint, tx.outputs().get(i));
            SortedSet<OutPoint> here = fundings.contains(outPoint) ? new TreeSet<>(List.of(outPoint)) : grownFrom;
            if (!here.isEmpty()) roots.put(outPoint, here);
        }
    }

    private Satoshi fee(Tx tx) {
        Satoshi fee = Satoshi.ZERO;
        for (TxInput input : tx.inputs()) fee = fee.plus(amount(input.outPoint()));
        for (TxOutput output : tx.outputs()) fee = fee.minus(output.amount());
        return fee;
    }

    List<Tx> transactions() {
        return transactions;
    }

    Satoshi feeOf(TxId txid) {
        return fees.get(txid);
    }

    Satoshi allFees() {
        return fees.values().stream().reduce(Satoshi.ZERO, Satoshi::plus);
    }

    boolean isSpent(OutPoint outPoint) {
        return spenders.containsKey(outPoint);
    }

    /** The confirmed transaction that spends the funding. */
    Optional<TxId> spender(OutPoint funding) {
        return Optional.ofNullable(spenders.get(funding));
    }

    /** Outputs that grew from channels and that nobody has spent, with the channels that they grew from. */
    Map<OutPoint, SortedSet<OutPoint>> unspent() {
        var unspent = new TreeMap<OutPoint, SortedSet<OutPoint>>();
        roots.forEach((outPoint, from) -> {
            if (!isSpent(outPoint)) unspent.put(outPoint, from);
        });
        return unspent;
    }

    boolean isConfirmed(OutPoint outPoint) {
        return outputs.containsKey(outPoint);
    }

    Satoshi amount(OutPoint outPoint) {
        return output(outPoint).amount();
    }

    Bytes script(OutPoint outPoint) {
        return output(outPoint).script();
    }

    private TxOutput output(OutPoint outPoint) {
        TxOutput found = outputs.get(outPoint);
        if (found == null) throw new IllegalStateException("an output from nowhere: " + outPoint);
        return found;
    }
}
