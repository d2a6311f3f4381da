package fulgurite.protocol.codec;

import java.util.ArrayList;
import java.util.List;

/** Items after each other: as many as a {@code u16} count says, or to the end of the reader. */
record ListCodec<T>(Codec<T> item, boolean counted) implements Codec<List<T>> {
    @Override
    @SuppressWarnings("unchecked") // a class token of a generic type
    public Class<List<T>> type() {
        return (Class<List<T>>) (Class<?>) List.class;
    }

    @Override
    public void encode(List<T> value, ByteWriter out) {
        if (counted) out.writeU16(value.size());
        for (T each : value) item.encode(each, out);
    }

    @Override
    public List<T> decode(ByteReader in) {
        var items = new ArrayList<T>();
        if (counted) for (int left = in.readU16(); left > 0; left--) items.add(item.decode(in));
        else while (!in.isExhausted()) items.add(item.decode(in));
        return List.copyOf(items);
    }
}
