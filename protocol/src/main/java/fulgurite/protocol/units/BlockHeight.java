package fulgurite.protocol.units;

/** A block's height: 0 is the genesis block. */
public record BlockHeight(int height) implements Comparable<BlockHeight> {
    public BlockHeight {
        if (height < 0) throw new IllegalArgumentException("block height " + height + " is negative");
    }

    public BlockHeight plus(int blocks) {
        return new BlockHeight(Math.addExact(height, blocks));
    }

    /** Blocks from {@code earlier} to this one; negative when this one is earlier. */
    public int since(BlockHeight earlier) {
        return height - earlier.height;
    }

    @Override
    public int compareTo(BlockHeight other) {
        return Integer.compare(height, other.height);
    }

    @Override
    public String toString() {
        return Integer.toString(height);
    }
}
