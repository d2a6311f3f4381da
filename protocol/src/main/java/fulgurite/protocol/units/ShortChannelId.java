package fulgurite.protocol.units;

/** Where a channel's funding output stands: block height (24 bits), transaction index (24), output index (16). @bolt 7, Definition of short_channel_id */
public record ShortChannelId(long value) implements Comparable<ShortChannelId> {
    public static ShortChannelId of(BlockHeight height, int transactionIndex, int outputIndex) {
        if (height.height() >>> 24 != 0 || transactionIndex >>> 24 != 0 || outputIndex >>> 16 != 0)
            throw new IllegalArgumentException(
                    "no short_channel_id for " + height + "x" + transactionIndex + "x" + outputIndex);
        return new ShortChannelId((long) height.height() << 40 | (long) transactionIndex << 16 | outputIndex);
    }

    /** From the text form {@code 539268x845x1}. @throws IllegalArgumentException when it is not of that form */
    public static ShortChannelId fromText(String text) {
        String[] parts = text.split("x", -1);
        if (parts.length != 3)
            throw new IllegalArgumentException("a short_channel_id looks like 539268x845x1, got " + text);
        return of(new BlockHeight(Integer.parseInt(parts[0])), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    public BlockHeight blockHeight() {
        return new BlockHeight((int) (value >>> 40));
    }

    /** Whether it can be a channel's: block 0 funds none, and what stands for a blinded path is named after it. */
    public boolean isReal() {
        return value >>> 40 != 0;
    }

    public int transactionIndex() {
        return (int) (value >>> 16 & 0xffffff);
    }

    public int outputIndex() {
        return (int) (value & 0xffff);
    }

    @Override
    public int compareTo(ShortChannelId other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return blockHeight() + "x" + transactionIndex() + "x" + outputIndex();
    }
}
