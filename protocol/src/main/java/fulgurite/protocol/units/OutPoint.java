package fulgurite.protocol.units;

/**
 * One output of one transaction. {@code index} is 0..65535 where it funds a channel. In general it is an unsigned
 * 32-bit number held in an int: the input of a coinbase names {@link #NONE}, whose index is 2^32-1.
 */
public record OutPoint(TxId txid, int index) implements Comparable<OutPoint> {
    /** What the input of a coinbase names: no output at all. */
    public static final OutPoint NONE = new OutPoint(new TxId(Bytes.zeros(TxId.SIZE)), -1);

    @Override
    public int compareTo(OutPoint other) {
        int byId = txid.compareTo(other.txid);
        return byId != 0 ? byId : Integer.compareUnsigned(index, other.index);
    }

    @Override
    public String toString() {
        return txid + ":" + Integer.toUnsignedString(index);
    }
}
