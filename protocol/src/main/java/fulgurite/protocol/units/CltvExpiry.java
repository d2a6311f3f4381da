package fulgurite.protocol.units;

/** An absolute block height at which an HTLC times out: 0..499,999,999 is a height, above it would be a time. */
public record CltvExpiry(long height) implements Comparable<CltvExpiry> {
    public CltvExpiry {
        if (height < 0 || height > 0xffffffffL)
            throw new IllegalArgumentException("a cltv_expiry is 0..2^32-1, got " + height);
    }

    public static CltvExpiry at(BlockHeight height) {
        return new CltvExpiry(height.height());
    }

    public CltvExpiry plus(CltvDelta delta) {
        return new CltvExpiry(height + delta.blocks());
    }

    public CltvExpiry minus(CltvDelta delta) {
        return new CltvExpiry(height - delta.blocks());
    }

    /** Blocks until expiry, seen from {@code now}; negative once past. */
    public long blocksFrom(BlockHeight now) {
        return height - now.height();
    }

    @Override
    public int compareTo(CltvExpiry other) {
        return Long.compare(height, other.height);
    }

    @Override
    public String toString() {
        return Long.toString(height);
    }
}
