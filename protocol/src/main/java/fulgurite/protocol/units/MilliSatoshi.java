package fulgurite.protocol.units;

/** An amount in thousandths of a satoshi; negative only as a deficit. */
public record MilliSatoshi(long msat) implements Comparable<MilliSatoshi> {
    public static final MilliSatoshi ZERO = new MilliSatoshi(0);

    public static MilliSatoshi msat(long msat) {
        return new MilliSatoshi(msat);
    }

    /** @throws ArithmeticException on overflow */
    public MilliSatoshi plus(MilliSatoshi other) {
        return new MilliSatoshi(Math.addExact(msat, other.msat));
    }

    /** May go below zero: a deficit. @throws ArithmeticException on overflow */
    public MilliSatoshi minus(MilliSatoshi other) {
        return new MilliSatoshi(Math.subtractExact(msat, other.msat));
    }

    /** @throws ArithmeticException on overflow */
    public MilliSatoshi times(long factor) {
        return new MilliSatoshi(Math.multiplyExact(msat, factor));
    }

    public boolean lessThan(MilliSatoshi other) {
        return msat < other.msat;
    }

    public boolean atLeast(MilliSatoshi other) {
        return msat >= other.msat;
    }

    public boolean isZero() {
        return msat == 0;
    }

    public boolean isNegative() {
        return msat < 0;
    }

    public MilliSatoshi min(MilliSatoshi other) {
        return msat <= other.msat ? this : other;
    }

    public MilliSatoshi max(MilliSatoshi other) {
        return msat >= other.msat ? this : other;
    }

    /** Whole satoshis, rounded down. */
    public Satoshi toSatoshi() {
        return new Satoshi(Math.floorDiv(msat, 1000));
    }

    @Override
    public int compareTo(MilliSatoshi other) {
        return Long.compare(msat, other.msat);
    }

    @Override
    public String toString() {
        return msat + " msat";
    }
}
