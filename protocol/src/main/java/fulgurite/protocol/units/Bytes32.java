package fulgurite.protocol.units;

/** Thirty-two bytes with no further meaning: a hash, a chain hash, a nonce. */
public record Bytes32(Bytes bytes) implements Comparable<Bytes32> {
    public static final int SIZE = 32;

    public Bytes32 {
        if (bytes.size() != SIZE)
            throw new IllegalArgumentException("Bytes32 is " + SIZE + " bytes, got " + bytes.size());
    }

    public static Bytes32 fromHex(String hex) {
        return new Bytes32(Bytes.fromHex(hex));
    }

    public static Bytes32 copyOf(byte[] source) {
        return new Bytes32(Bytes.copyOf(source));
    }

    public static final Bytes32 ZERO = new Bytes32(Bytes.zeros(SIZE));

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(Bytes32 other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.toHex();
    }
}
