package fulgurite.protocol.units;

/** A transaction id in wire order (as hashed); its text form is reversed, as people write it. */
public record TxId(Bytes bytes) implements Comparable<TxId> {
    public static final int SIZE = 32;

    public TxId {
        if (bytes.size() != SIZE) throw new IllegalArgumentException("TxId is " + SIZE + " bytes, got " + bytes.size());
    }

    public static TxId fromHex(String hex) {
        return new TxId(Bytes.fromHex(hex));
    }

    public static TxId copyOf(byte[] source) {
        return new TxId(Bytes.copyOf(source));
    }

    /** From the reversed text form that people and bitcoind use. */
    public static TxId fromText(String text) {
        return new TxId(Bytes.fromHex(text).reversed());
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(TxId other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.reversed().toHex();
    }
}
