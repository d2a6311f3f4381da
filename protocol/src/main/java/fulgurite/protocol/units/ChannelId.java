package fulgurite.protocol.units;

/** Identifies a channel between its two peers. @bolt 2, Definition of channel_id */
public record ChannelId(Bytes bytes) implements Comparable<ChannelId> {
    public static final int SIZE = 32;

    public ChannelId {
        if (bytes.size() != SIZE)
            throw new IllegalArgumentException("ChannelId is " + SIZE + " bytes, got " + bytes.size());
    }

    public static ChannelId fromHex(String hex) {
        return new ChannelId(Bytes.fromHex(hex));
    }

    public static ChannelId copyOf(byte[] source) {
        return new ChannelId(Bytes.copyOf(source));
    }

    /** All zero: an {@code error} with this id is meant for every channel of the connection. */
    public static final ChannelId ALL = new ChannelId(Bytes.zeros(SIZE));

    /** The v1 id: the funding transaction id (as on the wire) with its last two bytes XORed by the output index. */
    public static ChannelId fromFunding(OutPoint funding) {
        byte[] id = funding.txid().toByteArray();
        id[30] ^= (byte) (funding.index() >>> 8);
        id[31] ^= (byte) funding.index();
        return new ChannelId(Bytes.ofOwned(id));
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(ChannelId other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.toHex();
    }
}
