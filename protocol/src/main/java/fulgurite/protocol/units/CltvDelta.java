package fulgurite.protocol.units;

/** A number of blocks between two expiries. */
public record CltvDelta(int blocks) implements Comparable<CltvDelta> {
    public CltvDelta {
        if (blocks < 0) throw new IllegalArgumentException("a CLTV delta of " + blocks + " is negative");
    }

    public CltvDelta plus(CltvDelta other) {
        return new CltvDelta(Math.addExact(blocks, other.blocks));
    }

    @Override
    public int compareTo(CltvDelta other) {
        return Integer.compare(blocks, other.blocks);
    }

    @Override
    public String toString() {
        return blocks + " blocks";
    }
}
