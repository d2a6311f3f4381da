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
import java.util.Arrays;
import java.util.Optional;

/**
 * Events as bytes: CBOR, units as scalars ({@link Scalars}), kinds of sealed types by name ({@link SealedTypes}).
 * Reading is strict: a missing component or an unknown one is an error, never a guess.
 *
 * <p>Version 1 writes an event as an object of its components by name. Version 2 writes its components as an array, in
 * the order in which the record declares them, and the kinds that it knew from the beginning by a code of one or two
 * letters ({@link KindCodes}); records of events never change, so their order is as good as their names, and a journal
 * is smaller by what the names took.
 */
public final class EventFormat {
    private static final ObjectMapper BY_NAME = mapper(new SealedTypes(Scalars::isScalar));
    private static final ObjectMapper BY_POSITION = mapper(new SealedTypes(Scalars::isScalar, KindCodes.VERSION_2))
            .registerModule(new RecordsAsArrays(Scalars::isScalar));

    private static ObjectMapper mapper(SealedTypes sealed) {
        return CBORMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new Scalars())
                .addModule(sealed)
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

    }

    private EventFormat() {}

    private static ObjectMapper of(int version) {
        return switch (version) {
            case 1 -> BY_NAME;
            case 2 -> BY_POSITION;
            default -> throw new IllegalArgumentException("there is no version " + version + " of writing events");
        };
    }

    /** @param version 1 or 2; @param type the sealed type that {@code event} is read back as */
    public static <T> byte[] write(int version, Class<T> type, T event) {
        try {
            return of(version).writerFor(type).writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + event.getClass().getName() + ": " + e.getMessage(), e);
        }
    }

    /** @throws MalformedException when {@code bytes} are not a {@code T} as {@link #write} writes it in that version */
    public static <T> T read(int version, Class<T> type, byte[] bytes) {
        try {
            T event = Optional.ofNullable(of(version).readValue(bytes, type))
                    .orElseThrow(() -> new IllegalArgumentException("nothing"));
            // Elements too many would be passed over: what is read must be what would be written.
            if (version > 1 && !Arrays.equals(write(version, type, event), bytes))
                throw new IllegalArgumentException("it is not written as version " + version + " writes");
            return event;
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedException("not a recorded " + SealedTypes.nameOf(type) + ": " + e.getMessage());
        }
    }
}
