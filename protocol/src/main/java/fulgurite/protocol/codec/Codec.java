package fulgurite.protocol.codec;

import fulgurite.protocol.units.Bytes;

/** Turns values of one type into bytes and back. Encoding what was decoded gives the same bytes. */
public interface Codec<T> {
    /** The (boxed) type whose values this codec carries. */
    Class<T> type();

    void encode(T value, ByteWriter out);

    /** @throws MalformedException when the bytes are not a {@code T}; never returns null */
    T decode(ByteReader in);

    default Bytes toBytes(T value) {
        var out = new ByteWriter();
        encode(value, out);
        return out.toBytes();
    }

    /** Decodes all of {@code bytes}. @throws MalformedException when some are left over too */
    default T fromBytes(Bytes bytes) {
        var in = ByteReader.of(bytes);
        T value = decode(in);
        in.expectEnd(type().getSimpleName());
        return value;
    }
}
