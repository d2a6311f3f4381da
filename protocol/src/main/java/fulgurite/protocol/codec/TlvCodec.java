package fulgurite.protocol.codec;

import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A TLV namespace: which type number is which record of the sealed interface {@code T}. Decoding takes everything
 * that is left of the reader, demands strictly increasing types and minimal numbers, and refuses unknown even types.
 *
 * @bolt 1, Type-Length-Value Format
 */
public final class TlvCodec<T> implements Codec<TlvStream<T>> {
    private final SortedMap<Long, Codec<? extends T>> byType = new TreeMap<>(Long::compareUnsigned);
    private final String name;

    private TlvCodec(String name, List<Entry<? extends T>> entries) {
        this.name = name;
        for (Entry<? extends T> entry : entries)
            if (byType.put(entry.type, entry.codec) != null)
                throw new IllegalArgumentException("two records of type " + entry.type + " in " + name);
    }

    /** One record of a namespace. */
    public record Entry<R>(long type, Codec<R> codec) {}

    /** A namespace. @param name as the BOLT writes it, for error messages */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public static <T> TlvCodec<T> of(String name, Entry<? extends T>... entries) {
        return new TlvCodec<>(name, List.of(entries));
    }

    /** A record's type number and the codec of its value. */
    public static <R> Entry<R> tlv(long type, Codec<R> codec) {
        return new Entry<>(type, codec);
    }

    @Override
    @SuppressWarnings("unchecked") // a class token of a generic type
    public Class<TlvStream<T>> type() {
        return (Class<TlvStream<T>>) (Class<?>) TlvStream.class;
    }

    @Override
    public void encode(TlvStream<T> stream, ByteWriter out) {
        var values = new TreeMap<Long, Bytes>(Long::compareUnsigned);
        for (TlvStream.Unknown unknown : stream.unknown()) put(unknown.type(), unknown.value(), values);
        for (T record : stream.records()) put(typeOf(record), valueOf(record), values);
        values.forEach((type, value) -> {
            Codecs.BIGSIZE.encode(type, out);
            Codecs.BIGSIZE.encode((long) value.size(), out);
            out.writeBytes(value);
        });
    }

    @Override
    public TlvStream<T> decode(ByteReader in) {
        var records = new ArrayList<T>();
        var unknown = new ArrayList<TlvStream.Unknown>();
        long last = 0;
        for (boolean first = true; !in.isExhausted(); first = false) {
            long type = Codecs.BIGSIZE.decode(in);
            if (!first && Long.compareUnsigned(type, last) <= 0)
                throw new MalformedException(
                        name + " " + Long.toUnsignedString(type) + " follows " + Long.toUnsignedString(last));
            last = type;
            ByteReader value = value(type, in);
            Codec<? extends T> known = byType.get(type);
            if (known != null) records.add(decode(type, known, value));
            else
                if ((type & 1) == 0)
                    throw new MalformedException(name + " " + Long.toUnsignedString(type) + " is even and unknown");
                else
                    unknown.add(new TlvStream.Unknown(type, value.readRest()));
        }
        return new TlvStream<>(records, unknown);
    }

    private ByteReader value(long type, ByteReader in) {
        long length = Codecs.BIGSIZE.decode(in);
        if (Long.compareUnsigned(length, in.remaining()) > 0)
            throw new MalformedException(name + " " + Long.toUnsignedString(type) + " says it has "
                    + Long.toUnsignedString(length) + " bytes, only " + in.remaining() + " are left");
        return in.readSlice((int) length);
    }

    private T decode(long type, Codec<? extends T> codec, ByteReader value) {
        T record = codec.decode(value);
        value.expectEnd(name + " " + Long.toUnsignedString(type));
        return record;
    }

    private long typeOf(T record) {
        for (var entry : byType.entrySet()) if (entry.getValue().type() == record.getClass()) return entry.getKey();
        throw new IllegalArgumentException(record.getClass().getSimpleName() + " is no record of " + name);
    }

    @SuppressWarnings("unchecked") // typeOf found the entry by the record's class
    private Bytes valueOf(T record) {
        return ((Codec<T>) (Codec<?>) java.util.Objects.requireNonNull(byType.get(typeOf(record)))).toBytes(record);
    }

    private static void put(long type, Bytes value, SortedMap<Long, Bytes> values) {
        if (values.put(type, value) != null)
            throw new IllegalArgumentException("two TLV records of type " + Long.toUnsignedString(type));
    }
}
