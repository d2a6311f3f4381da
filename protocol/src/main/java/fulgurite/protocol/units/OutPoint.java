package fulgurite.protocol.units;

/** One output of one transaction. {@code index} is 0..65535 where it funds a channel. */
public record OutPoint(TxId txid, int index) implements Comparable<OutPoint> {
    public OutPoint {
        if (index < 0) throw new IllegalArgumentException("output index " + index + " is negative");
    }

    @Override
    public int compareTo(OutPoint other) {
        int byId = txid.compareTo(other.txid);
        return byId != 0 ? byId : Integer.compare(index, other.index);
    }

    @Override
    public String toString() {
        return txid + ":" + index;
    }
}
