package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Interpreter;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A chain of a few rules: scripts by another's interpreter, absolute and relative locks, fees, no double spend. */
final class TestChain {
    private static final long RELATIVE_LOCK_DISABLED = 1L << 31;
    private final Map<OutPoint, Coin> coins = new TreeMap<>();
    private final Map<OutPoint, Spend> spends = new TreeMap<>();
    private List<Tx> mempool = new ArrayList<>();
    private int height;

    private record Coin(TxOutput output, int height) {}

    /** Which confirmed transaction has spent an output. */
    record Spend(Tx tx, BlockHeight height) {}

    TestChain(int height) {
        this.height = height;
    }

    BlockHeight height() {
        return new BlockHeight(height);
    }

    /** Puts outputs on chain that no transaction here made. */
    void give(OutPoint at, TxOutput output) {
        coins.put(at, new Coin(output, height));
    }

    List<Tx> mempool() {
        return List.copyOf(mempool);
    }

    void submit(Tx tx) {
        if (!mempool.contains(tx)) mempool.add(tx);
    }

    /** One block with everything of the mempool that may be in it. */
    List<Tx> mine() {
        height++;
        var block = new ArrayList<Tx>();
        var waiting = new ArrayList<Tx>();
        for (Tx tx : mempool) {
            if (!coins.keySet().containsAll(tx.inputs().stream().map(TxInput::outPoint).toList())) continue;
            if (isFinal(tx)) {
                confirm(tx);
                block.add(tx);
            } else waiting.add(tx);
        }
        // Whoever publishes too early is told so, as bitcoind would.
        if (!waiting.isEmpty()) throw new AssertionError("not final yet: " + waiting);
        mempool = new ArrayList<>();
        return block;
    }

    Optional<Spend> spendOf(OutPoint at) {
        return Optional.ofNullable(spends.get(at));
    }

    /** What lies on chain for a script. */
    Satoshi balanceOf(Bytes script) {
        return coins.values()
                .stream()
                .map(Coin::output)
                .filter(output -> output.script().equals(script))
                .map(TxOutput::amount)
                .reduce(Satoshi.ZERO, Satoshi::plus);
    }

    private void confirm(Tx tx) {
        Map<OutPoint, TxOutput> spent = new TreeMap<>();
        Satoshi fee = Satoshi.ZERO;
        for (TxInput input : tx.inputs()) {
            TxOutput output = coins.remove(input.outPoint()).output();
            spent.put(input.outPoint(), output);
            spends.put(input.outPoint(), new Spend(tx, height()));
            fee = fee.plus(output.amount());
        }
        Interpreter.check(tx, spent);
        for (int i = 0; i < tx.outputs().size(); i++) {
            coins.put(new OutPoint(tx.txid(), i), new Coin(tx.outputs().get(i), height));
            fee = fee.minus(tx.outputs().get(i).amount());
        }
        if (fee.lessThan(FeeratePerKw.FLOOR.feeFor(tx.weight())))
            throw new AssertionError("min relay fee not met: " + fee + " for " + tx.weight());
    }

    private boolean isFinal(Tx tx) {
        if (tx.lockTime() >= height && tx.lockTime() < 500_000_000) return false;
        for (TxInput input : tx.inputs())
            if ((input.sequence() & RELATIVE_LOCK_DISABLED) == 0
                    && height < coins.get(input.outPoint()).height() + (input.sequence() & 0xffff))
                return false;
        return true;
    }
}
