package fulgurite.protocol.codec;

import fulgurite.protocol.units.Bytes;

/** Reads big-endian numbers and byte strings from the front; every read past the end is a {@link MalformedException}. */
public final class ByteReader {
    private final byte[] source;
    private final int end;
    private int at;

    public ByteReader(byte[] source, int offset, int length) {
        this.source = source;
        this.at = offset;
        this.end = offset + length;
    }

    public static ByteReader of(Bytes bytes) {
        return new ByteReader(bytes.toByteArray(), 0, bytes.size());
    }

    public int remaining() {
        return end - at;
    }

    public boolean isExhausted() {
        return at == end;
    }

    /** The bytes consumed so far, counted from the start of the source array. */
    public int position() {
        return at;
    }

    public int readU8() {
        need(1);
        return source[at++] & 0xff;
    }

    public int readU16() {
        return (int) readUnsigned(2);
    }

    public long readU32() {
        return readUnsigned(4);
    }

    /** All 64 bits: a value of 2^63 or more comes back negative. */
    public long readU64() {
        return readUnsigned(8);
    }

    public Bytes readBytes(int count) {
        need(count);
        Bytes read = Bytes.copyOf(source, at, count);
        at += count;
        return read;
    }

    public Bytes readRest() {
        return readBytes(remaining());
    }

    /** A reader of the next {@code count} bytes alone; this one skips them. */
    public ByteReader readSlice(int count) {
        need(count);
        var slice = new ByteReader(source, at, count);
        at += count;
        return slice;
    }

    /** @throws MalformedException when anything is left */
    public void expectEnd(String what) {
        if (!isExhausted()) throw new MalformedException(what + " has " + remaining() + " bytes too many");
    }

    private long readUnsigned(int width) {
        need(width);
        long value = 0;
        for (int i = 0; i < width; i++) value = value << 8 | source[at++] & 0xff;
        return value;
    }

    private void need(int count) {
        if (count < 0 || count > remaining())
            throw new MalformedException("expected " + count + " more bytes, only " + remaining() + " are left");
    }
}
