package fulgurite.protocol.units;

/** An amount in satoshi, 1/100,000,000 bitcoin; negative only as a deficit. */
public record Satoshi(long sat) implements Comparable<Satoshi> {
    public static final Satoshi ZERO = new Satoshi(0);

    public static Satoshi sat(long sat) {
        return new Satoshi(sat);
    }

    /** @throws ArithmeticException on overflow */
    public Satoshi plus(Satoshi other) {
        return new Satoshi(Math.addExact(sat, other.sat));
    }

    /** May go below zero: a deficit. @throws ArithmeticException on overflow */
    public Satoshi minus(Satoshi other) {
        return new Satoshi(Math.subtractExact(sat, other.sat));
    }

    /** @throws ArithmeticException on overflow */
    public Satoshi times(long factor) {
        return new Satoshi(Math.multiplyExact(sat, factor));
    }

    public boolean lessThan(Satoshi other) {
        return sat < other.sat;
    }

    public boolean atLeast(Satoshi other) {
        return sat >= other.sat;
    }

    public boolean isZero() {
        return sat == 0;
    }

    public boolean isNegative() {
        return sat < 0;
    }

    public Satoshi min(Satoshi other) {
        return sat <= other.sat ? this : other;
    }

    public Satoshi max(Satoshi other) {
        return sat >= other.sat ? this : other;
    }

    /** @throws ArithmeticException on overflow */
    public MilliSatoshi toMilliSatoshi() {
        return new MilliSatoshi(Math.multiplyExact(sat, 1000));
    }

    @Override
    public int compareTo(Satoshi other) {
        return Long.compare(sat, other.sat);
    }

    @Override
    public String toString() {
        return sat + " sat";
    }
}
