package fulgurite.protocol.units;

/** An ECDSA or Schnorr signature in its compact form: r then s, 32 bytes each. */
public record Signature(Bytes bytes) implements Comparable<Signature> {
    public static final int SIZE = 64;

    public Signature {
        if (bytes.size() != SIZE)
            throw new IllegalArgumentException("Signature is " + SIZE + " bytes, got " + bytes.size());
    }

    public static Signature fromHex(String hex) {
        return new Signature(Bytes.fromHex(hex));
    }

    public static Signature copyOf(byte[] source) {
        return new Signature(Bytes.copyOf(source));
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(Signature other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.toHex();
    }
}
