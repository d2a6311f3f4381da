package fulgurite.protocol.codec;

/** Big-endian integers of a fixed width, unsigned or two's complement. @bolt 1, Fundamental Types */
final class IntegerCodec {
    private IntegerCodec() {}

    /** One or two bytes, as an {@code int}. */
    record Narrow(int width, boolean signed) implements Codec<Integer> {
        @Override
        public Class<Integer> type() {
            return Integer.class;
        }

        @Override
        public void encode(Integer value, ByteWriter out) {
            write(value, width, signed, out);
        }

        @Override
        public Integer decode(ByteReader in) {
            return (int) read(width, signed, in);
        }
    }

    /** Four or eight bytes, as a {@code long}. */
    record Wide(int width, boolean signed) implements Codec<Long> {
        @Override
        public Class<Long> type() {
            return Long.class;
        }

        @Override
        public void encode(Long value, ByteWriter out) {
            write(value, width, signed, out);
        }

        @Override
        public Long decode(ByteReader in) {
            return read(width, signed, in);
        }
    }

    private static void write(long value, int width, boolean signed, ByteWriter out) {
        int unused = 64 - 8 * width;
        long back = signed ? value << unused >> unused : value << unused >>> unused;
        if (back != value)
            throw new IllegalArgumentException(value + " does not fit " + (signed ? "s" : "u") + 8 * width);
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) out.writeU8((int) (value >>> shift) & 0xff);
    }

    private static long read(int width, boolean signed, ByteReader in) {
        long value = switch (width) {
            case 1 -> in.readU8();
            case 2 -> in.readU16();
            case 4 -> in.readU32();
            default -> in.readU64();
        };
        int unused = 64 - 8 * width;
        return signed ? value << unused >> unused : value;
    }
}
