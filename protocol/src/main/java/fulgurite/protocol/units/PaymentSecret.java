package fulgurite.protocol.units;

/** The secret of an invoice that proves to the payee that the sender has read it (BOLT 4, payment_secret). */
public record PaymentSecret(Bytes bytes) implements Comparable<PaymentSecret> {
    public static final int SIZE = 32;

    public PaymentSecret {
        if (bytes.size() != SIZE)
            throw new IllegalArgumentException("PaymentSecret is " + SIZE + " bytes, got " + bytes.size());
    }

    public static PaymentSecret fromHex(String hex) {
        return new PaymentSecret(Bytes.fromHex(hex));
    }

    public static PaymentSecret copyOf(byte[] source) {
        return new PaymentSecret(Bytes.copyOf(source));
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(PaymentSecret other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return "PaymentSecret(hidden)";
    }
}
