package fulgurite.node.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.Serializers;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.codec.ByteReader;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Messages;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes units as compact scalars: a unit of one number as that number, a unit of bytes as those bytes, an outpoint and
 * a transaction as the bytes that Bitcoin gives them, a message as the bytes that peers send. As keys of maps, numbers are decimal and bytes hexadecimal.
 */
final class Scalars extends SimpleModule {
    private static final List<String> PACKAGES = List.of("fulgurite.protocol.units", "fulgurite.protocol.wire");
    private static final ConcurrentHashMap<Class<?>, Optional<Scalar>> KNOWN = new ConcurrentHashMap<>();

    Scalars() {
        super("scalars");
    }

    /** One type's scalar form. @param toScalar gives a {@link Long} or {@link Bytes}, as {@code number} says */
    private record Scalar(boolean number, Function<Object, Object> toScalar, Function<Object, Object> fromScalar) {
        static <T> Scalar ofBytes(Class<T> type, Function<T, Bytes> write, Function<Bytes, T> read) {
            return new Scalar(false, value -> write.apply(type.cast(value)), scalar -> read.apply((Bytes) scalar));
        }
    }

    static boolean isScalar(Class<?> type) {
        return scalarOf(type).isPresent();
    }

    private static Optional<Scalar> scalarOf(Class<?> type) {
        Optional<Scalar> known = KNOWN.get(type);
        if (known == null) {
            known = find(type);
            KNOWN.put(type, known);
        }
        return known;
    }

    private static Optional<Scalar> find(Class<?> type) {
        if (type == Bytes.class) return Optional.of(Scalar.ofBytes(Bytes.class, bytes -> bytes, bytes -> bytes));
        if (type == Tx.class) return Optional.of(Scalar.ofBytes(Tx.class, Tx::toBytes, Tx::parse));
        if (type == OutPoint.class)
            return Optional.of(Scalar.ofBytes(OutPoint.class, Scalars::bytesOf, Scalars::outPointOf));
        if (LightningMessage.class.isAssignableFrom(type))
            return Optional.of(Scalar.ofBytes(LightningMessage.class, Messages::encode, Messages::decode));
        if (!type.isRecord() || !PACKAGES.contains(type.getPackageName())) return Optional.empty();
        RecordComponent[] components = type.getRecordComponents();
        return components.length == 1 ? wrapping(type, components[0]) : Optional.empty();
    }

    private static Optional<Scalar> wrapping(Class<?> type, RecordComponent component) {
        Class<?> inner = component.getType();
        if (inner == long.class)
            return Optional.of(around(type, component, new Scalar(true, value -> value, value -> value)));
        if (inner == int.class)
            return Optional.of(around(type, component, new Scalar(true, value -> ((Integer) value).longValue(),
                    value -> Math.toIntExact((Long) value))));
        return scalarOf(inner).map(scalar -> around(type, component, scalar));
    }

    private static Scalar around(Class<?> type, RecordComponent component, Scalar inner) {
        try {
            Method read = component.getAccessor();
            Constructor<?> make = type.getDeclaredConstructor(component.getType());
            return new Scalar(inner.number, value -> inner.toScalar.apply(call(() -> read.invoke(value))),
                    scalar -> call(() -> make.newInstance(inner.fromScalar.apply(scalar))));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has its canonical constructor", e);
        }
    }

    private interface Reflective {
        Object call() throws ReflectiveOperationException;
    }

    private static Object call(Reflective reflective) {
        try {
            return reflective.call();
        } catch (java.lang.reflect.InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Bytes bytesOf(OutPoint outPoint) {
        return outPoint.txid()
                .bytes()
                .concat(Bytes.ofOwned(
                        java.nio.ByteBuffer.allocate(4).putInt(outPoint.index()).array()));
    }

    private static OutPoint outPointOf(Bytes bytes) {
        var in = ByteReader.of(bytes);
        var outPoint = new OutPoint(new TxId(in.readBytes(TxId.SIZE)), Math.toIntExact(in.readU32()));
        in.expectEnd("OutPoint");
        return outPoint;
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addSerializers(new Serializers.Base() {
            @Override
            public @Nullable JsonSerializer<?> findSerializer(SerializationConfig config, JavaType type,
                    BeanDescription description) {
                return scalarOf(type.getRawClass()).map(ValueWriter::new).orElse(null);
            }
        });
        context.addKeySerializers(new Serializers.Base() {
            @Override
            public @Nullable JsonSerializer<?> findSerializer(SerializationConfig config, JavaType type,
                    BeanDescription description) {
                return scalarOf(type.getRawClass()).map(KeyWriter::new).orElse(null);
            }
        });
        context.addDeserializers(new Deserializers.Base() {
            @Override
            public @Nullable JsonDeserializer<?> findBeanDeserializer(JavaType type, DeserializationConfig config,
                    BeanDescription description) {
                return scalarOf(type.getRawClass()).map(ValueReader::new).orElse(null);
            }

            @Override
            public boolean hasDeserializerFor(DeserializationConfig config, Class<?> valueType) {
                return isScalar(valueType);
            }
        });
        context.addKeyDeserializers((type, config, description) -> scalarOf(type.getRawClass()).map(KeyReader::new)
                .orElse(null));
    }

    private static final class ValueWriter extends JsonSerializer<Object> {
        private final Scalar scalar;

        ValueWriter(Scalar scalar) {
            this.scalar = scalar;
        }

        @Override
        public void serialize(Object value, JsonGenerator out, SerializerProvider provider) throws IOException {
            switch (scalar.toScalar.apply(value)) {
                case Long number -> out.writeNumber(number);
                case Bytes bytes -> out.writeBinary(bytes.toByteArray());
                case Object other -> throw new IllegalStateException("not a scalar: " + other.getClass());
            }
        }
    }

    private static final class KeyWriter extends JsonSerializer<Object> {
        private final Scalar scalar;

        KeyWriter(Scalar scalar) {
            this.scalar = scalar;
        }

        @Override
        public void serialize(Object value, JsonGenerator out, SerializerProvider provider) throws IOException {
            Object written = scalar.toScalar.apply(value);
            out.writeFieldName(written instanceof Bytes bytes ? bytes.toHex() : written.toString());
        }
    }

    private static final class ValueReader extends JsonDeserializer<Object> {
        private final Scalar scalar;

        ValueReader(Scalar scalar) {
            this.scalar = scalar;
        }

        @Override
        public Object deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return scalar.fromScalar
                    .apply(scalar.number ? (Object) in.getLongValue() : Bytes.ofOwned(in.getBinaryValue()));
        }
    }

    private static final class KeyReader extends KeyDeserializer {
        private final Scalar scalar;

        KeyReader(Scalar scalar) {
            this.scalar = scalar;
        }

        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return scalar.fromScalar.apply(scalar.number ? (Object) Long.valueOf(key) : Bytes.fromHex(key));
        }
    }
}
