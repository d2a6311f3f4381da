package fulgurite.protocol.units;

/** A secp256k1 secret (32 bytes, big-endian). Its text form hides it. */
public record PrivateKey(Bytes bytes) implements Comparable<PrivateKey> {
    public static final int SIZE = 32;

    public PrivateKey {
        if (bytes.size() != SIZE)
            throw new IllegalArgumentException("PrivateKey is " + SIZE + " bytes, got " + bytes.size());
    }

    public static PrivateKey fromHex(String hex) {
        return new PrivateKey(Bytes.fromHex(hex));
    }

    public static PrivateKey copyOf(byte[] source) {
        return new PrivateKey(Bytes.copyOf(source));
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(PrivateKey other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return "PrivateKey(hidden)";
    }
}
