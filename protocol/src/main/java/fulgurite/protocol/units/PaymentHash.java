package fulgurite.protocol.units;

/** SHA-256 of a payment preimage. */
public record PaymentHash(Bytes bytes) implements Comparable<PaymentHash> {
    public static final int SIZE = 32;

    public PaymentHash {
        if (bytes.size() != SIZE)
            throw new IllegalArgumentException("PaymentHash is " + SIZE + " bytes, got " + bytes.size());
    }

    public static PaymentHash fromHex(String hex) {
        return new PaymentHash(Bytes.fromHex(hex));
    }

    public static PaymentHash copyOf(byte[] source) {
        return new PaymentHash(Bytes.copyOf(source));
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(PaymentHash other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.toHex();
    }
}
