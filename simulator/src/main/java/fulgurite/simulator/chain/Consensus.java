package fulgurite.simulator.chain;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntToLongFunction;

/** What every transaction in a block must keep. Each rule answers empty, or the reason in bitcoind's words. */
final class Consensus {
    static final int COINBASE_MATURITY = 100;
    static final int MAX_BLOCK_WEIGHT = 4_000_000;
    private static final Satoshi MAX_MONEY = new Satoshi(21_000_000L * 100_000_000L);
    private static final int HALVING_INTERVAL = 150;
    private static final long LOCKTIME_IS_TIME = 500_000_000;
    private static final long SEQUENCE_FINAL = 0xffffffffL;
    private static final long SEQUENCE_DISABLED = 1L << 31;
    private static final long SEQUENCE_IS_TIME = 1L << 22;

    private Consensus() {}

    /** What the block at {@code height} may create on regtest. */
    static Satoshi subsidy(int height) {
        int halvings = height / HALVING_INTERVAL;
        return new Satoshi(halvings >= 64 ? 0 : 5_000_000_000L >>> halvings);
    }

    /** Rules that need nothing but the transaction. */
    static Optional<String> checkShape(ParsedTx parsed) {
        Tx tx = parsed.tx();
        if (tx.inputs().isEmpty()) return Optional.of("bad-txns-vin-empty");
        if (tx.outputs().isEmpty()) return Optional.of("bad-txns-vout-empty");
        if (parsed.forScripts().baseSize() * 4 > MAX_BLOCK_WEIGHT) return Optional.of("bad-txns-oversize");
        Satoshi total = Satoshi.ZERO;
        for (TxOutput output : tx.outputs()) {
            if (output.amount().isNegative()) return Optional.of("bad-txns-vout-negative");
            if (MAX_MONEY.lessThan(output.amount())) return Optional.of("bad-txns-vout-toolarge");
            total = total.plus(output.amount());
            if (MAX_MONEY.lessThan(total)) return Optional.of("bad-txns-txouttotal-toolarge");
        }
        if (new TreeSet<>(parsed.spends()).size() < tx.inputs().size())
            return Optional.of("bad-txns-inputs-duplicate");
        if (parsed.isCoinbase()) {
            int size = tx.inputs().getFirst().scriptSig().size();
            return size < 2 || size > 100 ? Optional.of("bad-cb-length") : Optional.empty();
        }
        return parsed.spends().contains(OutPoint.NONE) ? Optional.of("bad-txns-prevout-null") : Optional.empty();
    }

    /** nLockTime: whether {@code tx} may be in the block at {@code height}, whose parent has this median time. */
    static boolean isFinal(Tx tx, int height, long medianTimePast) {
        if (tx.lockTime() == 0) return true;
        if (tx.lockTime() < (tx.lockTime() < LOCKTIME_IS_TIME ? height : medianTimePast)) return true;
        return tx.inputs().stream().allMatch(input -> input.sequence() == SEQUENCE_FINAL);
    }

    /**
     * BIP 68: whether every input is old enough for the block at {@code height}.
     *
     * @param coins what the inputs spend, in their order
     * @param medianTimeOf the median time past of the block at a height
     */
    static boolean isOldEnough(Tx tx, List<Coin> coins, int height, IntToLongFunction medianTimeOf) {
        if (tx.version() < 2) return true;
        for (int i = 0; i < coins.size(); i++) {
            TxInput input = tx.inputs().get(i);
            if ((input.sequence() & SEQUENCE_DISABLED) != 0) continue;
            long value = input.sequence() & 0xffff;
            int created = coins.get(i).height();
            boolean old = (input.sequence() & SEQUENCE_IS_TIME) == 0
                    ? created + value <= height
                    : medianTimeOf.applyAsLong(Math.max(created - 1, 0)) + (value << 9) <= medianTimeOf
                            .applyAsLong(height - 1);
            if (!old) return false;
        }
        return true;
    }

    /** Maturity and amounts. @param coins what the inputs spend, in their order; @param height of the block it would be in */
    static Optional<String> checkInputs(Tx tx, List<Coin> coins, int height) {
        Satoshi in = Satoshi.ZERO;
        for (Coin coin : coins) {
            if (coin.coinbase() && height - coin.height() < COINBASE_MATURITY)
                return Optional.of("bad-txns-premature-spend-of-coinbase");
            in = in.plus(coin.output().amount());
            if (MAX_MONEY.lessThan(in)) return Optional.of("bad-txns-inputvalues-outofrange");
        }
        return in.lessThan(outputs(tx)) ? Optional.of("bad-txns-in-belowout") : Optional.empty();
    }

    /** What the inputs leave to the miner. */
    static Satoshi fee(Tx tx, List<Coin> coins) {
        Satoshi in = Satoshi.ZERO;
        for (Coin coin : coins) in = in.plus(coin.output().amount());
        return in.minus(outputs(tx));
    }

    static Satoshi outputs(Tx tx) {
        Satoshi total = Satoshi.ZERO;
        for (TxOutput output : tx.outputs()) total = total.plus(output.amount());
        return total;
    }
}
