package fulgurite.protocol.units;

/** A moment in milliseconds since 1970 (UTC): always given to the rules as a value, never read by them from a clock. */
public record Timestamp(long epochMillis) implements Comparable<Timestamp> {
    /** @throws ArithmeticException on overflow */
    public static Timestamp ofEpochSeconds(long seconds) {
        return new Timestamp(Math.multiplyExact(seconds, 1000L));
    }

    /** Whole seconds since 1970, rounded down: what goes on the wire and into invoices. */
    public long epochSeconds() {
        return Math.floorDiv(epochMillis, 1000L);
    }

    /** @throws ArithmeticException on overflow */
    public Timestamp plusSeconds(long seconds) {
        return new Timestamp(Math.addExact(epochMillis, Math.multiplyExact(seconds, 1000L)));
    }

    /** @throws ArithmeticException on overflow */
    public Timestamp plusMillis(long millis) {
        return new Timestamp(Math.addExact(epochMillis, millis));
    }

    public boolean isAfter(Timestamp other) {
        return epochMillis > other.epochMillis;
    }

    @Override
    public int compareTo(Timestamp other) {
        return Long.compare(epochMillis, other.epochMillis);
    }

    @Override
    public String toString() {
        return epochMillis + " ms";
    }
}
