package fulgurite.protocol.units;

/** A compressed secp256k1 public key (33 bytes, first 2 or 3). Whether the point is on the curve is for {@code crypto} to say. */
public record PublicKey(Bytes bytes) implements Comparable<PublicKey> {
    public static final int SIZE = 33;

    public PublicKey {
        if (bytes.size() != SIZE)
            throw new IllegalArgumentException("PublicKey is " + SIZE + " bytes, got " + bytes.size());
        if (bytes.get(0) != 2 && bytes.get(0) != 3)
            throw new IllegalArgumentException("a compressed public key begins with 02 or 03, got " + bytes.toHex());
    }

    public static PublicKey fromHex(String hex) {
        return new PublicKey(Bytes.fromHex(hex));
    }

    public static PublicKey copyOf(byte[] source) {
        return new PublicKey(Bytes.copyOf(source));
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(PublicKey other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.toHex();
    }
}
