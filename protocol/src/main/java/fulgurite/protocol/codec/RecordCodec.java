package fulgurite.protocol.codec;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/**
 * A record as its components in a row, in the order of its header.
 *
 * <p>The codec is bound when its class is initialised: a codec that does not fit its component's type fails there,
 * in the first test that touches the record, and not on a peer's bytes. The accessors and the constructor are method
 * handles over generic signatures, which the JIT compiles as it would direct calls.
 */
final class RecordCodec<R extends Record> implements Codec<R> {
    private final Class<R> type;
    private final Part[] parts;
    private final MethodHandle constructor;

    private record Part(String name, Codec<Object> codec, MethodHandle accessor) {}

    RecordCodec(Class<R> type, Codec<?>... codecs) {
        RecordComponent[] components = type.getRecordComponents();
        if (components.length != codecs.length)
            throw new IllegalArgumentException(
                    type.getSimpleName() + " has " + components.length + " components, got " + codecs.length
                            + " codecs");
        this.type = type;
        this.parts = new Part[codecs.length];
        try {
            for (int i = 0; i < codecs.length; i++) parts[i] = part(components[i], codecs[i]);
            Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            constructor = MethodHandles.publicLookup()
                    .findConstructor(type, methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getSimpleName() + " and its constructor must be public", e);
        }
    }

    @SuppressWarnings("unchecked") // the codec's type is compared with the component's just above the cast
    private Part part(RecordComponent component, Codec<?> codec) throws IllegalAccessException {
        if (methodType(component.getType()).wrap().returnType() != codec.type())
            throw new IllegalArgumentException(type.getSimpleName() + "." + component.getName() + " is a "
                    + component.getType().getSimpleName() + ", its codec is for " + codec.type().getSimpleName());
        MethodHandle accessor = MethodHandles.publicLookup()
                .unreflect(component.getAccessor())
                .asType(methodType(Object.class, Object.class));
        return new Part(component.getName(), (Codec<Object>) codec, accessor);
    }

    @Override
    public Class<R> type() {
        return type;
    }

    @Override
    public void encode(R value, ByteWriter out) {
        for (Part part : parts) part.codec.encode(read(part, value), out);
    }

    @Override
    public R decode(ByteReader in) {
        Object[] values = new Object[parts.length];
        for (int i = 0; i < values.length; i++) {
            try {
                values[i] = parts[i].codec.decode(in);
            } catch (MalformedException e) {
                throw new MalformedException(type.getSimpleName() + "." + parts[i].name + ": " + e.getMessage());
            }
        }
        return construct(values);
    }

    private Object read(Part part, R value) {
        try {
            return part.accessor.invokeExact((Object) value);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an accessor threw a checked exception", e);
        }
    }

    private R construct(Object[] values) {
        try {
            return type.cast(constructor.invokeExact(values));
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException(type.getSimpleName() + ": " + e.getMessage());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a record's constructor threw a checked exception", e);
        }
    }
}
