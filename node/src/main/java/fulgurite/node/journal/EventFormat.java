package fulgurite.node.journal;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import fulgurite.protocol.codec.MalformedException;
import java.io.IOException;

/**
 * Events as bytes: CBOR objects of their components by name, units as scalars ({@link Scalars}), sealed types by name
 * ({@link SealedTypes}). Reading is strict: a missing component or an unknown one is an error, never a guess.
 */
public final class EventFormat {
    private static final ObjectMapper MAPPER = CBORMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new Scalars())
            .addModule(new SealedTypes(Scalars::isScalar))
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private EventFormat() {}

    /** @param type the sealed type that {@code event} is read back as */
    public static <T> byte[] write(Class<T> type, T event) {
        try {
            return MAPPER.writerFor(type).writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + event.getClass().getName() + ": " + e.getMessage(), e);
        }
    }

    /** @throws MalformedException when {@code bytes} are not a {@code T} as {@link #write} writes it */
    public static <T> T read(Class<T> type, byte[] bytes) {
        try {
            return MAPPER.readValue(bytes, type);
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedException("not a recorded " + SealedTypes.nameOf(type) + ": " + e.getMessage());
        }
    }
}
