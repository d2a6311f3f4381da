package fulgurite.protocol.codec;

/** An unsigned integer of at most {@code width} bytes without leading zeros: all that is left of its reader. @bolt 1, Fundamental Types */
record TruncatedCodec(int width) implements Codec<Long> {
    @Override
    public Class<Long> type() {
        return Long.class;
    }

    @Override
    public void encode(Long value, ByteWriter out) {
        int significant = (71 - Long.numberOfLeadingZeros(value)) / 8;
        if (significant > width) throw new IllegalArgumentException(value + " does not fit tu" + 8 * width);
        for (int shift = 8 * (significant - 1); shift >= 0; shift -= 8) out.writeU8((int) (value >>> shift) & 0xff);
    }

    @Override
    public Long decode(ByteReader in) {
        int size = in.remaining();
        if (size > width) throw new MalformedException("a tu" + 8 * width + " has " + size + " bytes");
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | in.readU8();
            if (value == 0) throw new MalformedException("a truncated integer begins with a zero byte");
        }
        return value;
    }
}
