package fulgurite.protocol.units;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable string of bytes, compared as unsigned bytes. Arrays are copied in and out. */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);
    private static final HexFormat HEX = HexFormat.of();
    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    public static Bytes copyOf(byte[] source) {
        return source.length == 0 ? EMPTY : new Bytes(source.clone());
    }

    public static Bytes copyOf(byte[] source, int offset, int length) {
        return ofOwned(Arrays.copyOfRange(source, offset, offset + length));
    }

    /** Takes the array over without a copy: only for an array that nobody else holds. */
    public static Bytes ofOwned(byte[] owned) {
        return owned.length == 0 ? EMPTY : new Bytes(owned);
    }

    /** @throws IllegalArgumentException when {@code hex} is not an even number of hexadecimal digits */
    public static Bytes fromHex(String hex) {
        return new Bytes(HEX.parseHex(hex));
    }

    public static Bytes concat(Bytes... parts) {
        int size = 0;
        for (Bytes part : parts) size += part.size();
        byte[] all = new byte[size];
        int at = 0;
        for (Bytes part : parts) {
            part.copyTo(all, at);
            at += part.size();
        }
        return new Bytes(all);
    }

    /** {@code count} zero bytes. */
    public static Bytes zeros(int count) {
        return new Bytes(new byte[count]);
    }

    public int size() {
        return value.length;
    }

    public boolean isEmpty() {
        return value.length == 0;
    }

    public byte get(int index) {
        return value[index];
    }

    /** The byte at {@code index} as 0..255. */
    public int unsigned(int index) {
        return value[index] & 0xff;
    }

    /** The bytes from {@code from} (inclusive) to {@code to} (exclusive). */
    public Bytes slice(int from, int to) {
        return ofOwned(Arrays.copyOfRange(value, from, to));
    }

    public Bytes concat(Bytes tail) {
        return concat(this, tail);
    }

    public Bytes reversed() {
        byte[] turned = new byte[value.length];
        for (int i = 0; i < turned.length; i++) turned[i] = value[value.length - 1 - i];
        return new Bytes(turned);
    }

    public boolean isAllZero() {
        for (byte b : value) if (b != 0) return false;
        return true;
    }

    public byte[] toByteArray() {
        return value.clone();
    }

    public void copyTo(byte[] target, int offset) {
        System.arraycopy(value, 0, target, offset, value.length);
    }

    public String toHex() {
        return HEX.formatHex(value);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    /** Takes the same time wherever the first difference is. */
    public boolean equalsInConstantTime(Bytes other) {
        return java.security.MessageDigest.isEqual(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return toHex();
    }
}
