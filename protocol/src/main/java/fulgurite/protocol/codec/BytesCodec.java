package fulgurite.protocol.codec;

import fulgurite.protocol.units.Bytes;

/** Byte strings: of a fixed size, with a {@code u16} length in front, or to the end. */
final class BytesCodec {
    private BytesCodec() {}

    record Fixed(int size) implements Codec<Bytes> {
        @Override
        public Class<Bytes> type() {
            return Bytes.class;
        }

        @Override
        public void encode(Bytes value, ByteWriter out) {
            if (value.size() != size)
                throw new IllegalArgumentException("expected " + size + " bytes, got " + value.size());
            out.writeBytes(value);
        }

        @Override
        public Bytes decode(ByteReader in) {
            return in.readBytes(size);
        }
    }

    record Prefixed() implements Codec<Bytes> {
        @Override
        public Class<Bytes> type() {
            return Bytes.class;
        }

        @Override
        public void encode(Bytes value, ByteWriter out) {
            out.writeU16(value.size()).writeBytes(value);
        }

        @Override
        public Bytes decode(ByteReader in) {
            return in.readBytes(in.readU16());
        }
    }

    record Rest() implements Codec<Bytes> {
        @Override
        public Class<Bytes> type() {
            return Bytes.class;
        }

        @Override
        public void encode(Bytes value, ByteWriter out) {
            out.writeBytes(value);
        }

        @Override
        public Bytes decode(ByteReader in) {
            return in.readRest();
        }
    }
}
