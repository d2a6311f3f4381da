package fulgurite.protocol.codec;

/** An unsigned 64-bit integer in 1, 3, 5 or 9 bytes, as few as hold it. @bolt 1, Appendix A: BigSize Test Vectors */
final class BigSizeCodec implements Codec<Long> {
    private static final int TWO_BYTES = 0xfd;
    private static final int FOUR_BYTES = 0xfe;
    private static final int EIGHT_BYTES = 0xff;

    @Override
    public Class<Long> type() {
        return Long.class;
    }

    @Override
    public void encode(Long value, ByteWriter out) {
        if (value >>> 32 != 0) out.writeU8(EIGHT_BYTES).writeU64(value);
        else if (value > 0xffff) out.writeU8(FOUR_BYTES).writeU32(value);
        else if (value >= TWO_BYTES) out.writeU8(TWO_BYTES).writeU16(value.intValue());
        else out.writeU8(value.intValue());
    }

    @Override
    public Long decode(ByteReader in) {
        int first = in.readU8();
        return switch (first) {
            case TWO_BYTES -> minimal(in.readU16(), TWO_BYTES);
            case FOUR_BYTES -> minimal(in.readU32(), 0x10000L);
            case EIGHT_BYTES -> minimal(in.readU64(), 0x100000000L);
            default -> (long) first;
        };
    }

    private static long minimal(long value, long least) {
        if (Long.compareUnsigned(value, least) < 0)
            throw new MalformedException("BigSize " + value + " is not minimally encoded");
        return value;
    }
}
