package fulgurite.protocol.codec;

import java.util.function.Function;

/** A value told by another one; what the conversion refuses is malformed. */
record MappedCodec<A, B>(Codec<A> inner, Class<B> type, Function<A, B> from, Function<B, A> to) implements Codec<B> {
    @Override
    public void encode(B value, ByteWriter out) {
        inner.encode(to.apply(value), out);
    }

    @Override
    public B decode(ByteReader in) {
        A raw = inner.decode(in);
        try {
            return from.apply(raw);
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }
}
