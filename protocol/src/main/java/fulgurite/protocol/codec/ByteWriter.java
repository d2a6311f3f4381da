package fulgurite.protocol.codec;

import fulgurite.protocol.units.Bytes;
import java.util.Arrays;

/** Collects big-endian numbers and byte strings; grows as needed. Not for sharing between threads. */
public final class ByteWriter {
    private byte[] target;
    private int size;

    public ByteWriter() {
        this(256);
    }

    public ByteWriter(int expectedSize) {
        target = new byte[Math.max(16, expectedSize)];
    }

    public ByteWriter writeU8(int value) {
        return writeUnsigned(value, 1);
    }

    public ByteWriter writeU16(int value) {
        return writeUnsigned(value, 2);
    }

    public ByteWriter writeU32(long value) {
        return writeUnsigned(value, 4);
    }

    /** All 64 bits of {@code value}. */
    public ByteWriter writeU64(long value) {
        return writeUnsigned(value, 8);
    }

    public ByteWriter writeBytes(Bytes bytes) {
        grow(bytes.size());
        bytes.copyTo(target, size);
        size += bytes.size();
        return this;
    }

    public int size() {
        return size;
    }

    public Bytes toBytes() {
        return Bytes.copyOf(target, 0, size);
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(target, size);
    }

    private ByteWriter writeUnsigned(long value, int width) {
        if (width < 8 && (value < 0 || value >>> 8 * width != 0))
            throw new IllegalArgumentException(value + " does not fit " + 8 * width + " bits");
        grow(width);
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) target[size++] = (byte) (value >>> shift);
        return this;
    }

    private void grow(int more) {
        if (size + more > target.length) target = Arrays.copyOf(target, Math.max(size + more, 2 * target.length));
    }
}
