package fulgurite.protocol.units;

/** The secret that settles an HTLC. Its text form hides it. */
public record PaymentPreimage(Bytes bytes) implements Comparable<PaymentPreimage> {
    public static final int SIZE = 32;

    public PaymentPreimage {
        if (bytes.size() != SIZE)
            throw new IllegalArgumentException("PaymentPreimage is " + SIZE + " bytes, got " + bytes.size());
    }

    public static PaymentPreimage fromHex(String hex) {
        return new PaymentPreimage(Bytes.fromHex(hex));
    }

    public static PaymentPreimage copyOf(byte[] source) {
        return new PaymentPreimage(Bytes.copyOf(source));
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public String toHex() {
        return bytes.toHex();
    }

    @Override
    public int compareTo(PaymentPreimage other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return "PaymentPreimage(hidden)";
    }
}
