package fulgurite.protocol.units;

/** Satoshis for a thousand weight units, 0..2^32-1. @bolt 3, Fees */
public record FeeratePerKw(long satPerKw) implements Comparable<FeeratePerKw> {
    /** The least that bitcoind relays: 1 sat/vB is 250, and 253 survives its rounding. */
    public static final FeeratePerKw FLOOR = new FeeratePerKw(253);

    public FeeratePerKw {
        if (satPerKw < 0 || satPerKw > 0xffffffffL)
            throw new IllegalArgumentException("a feerate is 0..2^32-1 sat/kw, got " + satPerKw);
    }

    /** The fee of {@code weight} units, rounded down. */
    public Satoshi feeFor(long weight) {
        return new Satoshi(Math.multiplyExact(satPerKw, weight) / 1000);
    }

    public FeeratePerKw max(FeeratePerKw other) {
        return lessThan(other) ? other : this;
    }

    public FeeratePerKw min(FeeratePerKw other) {
        return other.lessThan(this) ? other : this;
    }

    public boolean lessThan(FeeratePerKw other) {
        return satPerKw < other.satPerKw;
    }

    @Override
    public int compareTo(FeeratePerKw other) {
        return Long.compare(satPerKw, other.satPerKw);
    }

    @Override
    public String toString() {
        return satPerKw + " sat/kw";
    }
}
