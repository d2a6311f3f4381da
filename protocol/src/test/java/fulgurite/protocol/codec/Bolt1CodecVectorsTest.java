package fulgurite.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.Vectors;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** BOLT 1, Appendices A (BigSize) and D (signed integers), as published. */
class Bolt1CodecVectorsTest {
    @Test
    void every_published_bigsize_is_decoded_or_refused() throws IOException {
        List<JsonNode> vectors = vectors("bigsize-decoding.json").toList();
        assertThat(vectors).hasSize(18);
        for (JsonNode vector : vectors) {
            Bytes bytes = Bytes.fromHex(vector.get("bytes").textValue());
            if (vector.has("exp_error"))
                assertThatThrownBy(() -> Codecs.BIGSIZE.fromBytes(bytes)).as(vector.toString())
                        .isExactlyInstanceOf(MalformedException.class);
            else
                assertThat(Codecs.BIGSIZE.fromBytes(bytes)).as(vector.toString()).isEqualTo(unsigned(vector));
        }
        Vectors.report("BOLT 1", "BigSize decoding", vectors.size());
    }

    @Test
    void every_published_bigsize_is_encoded() throws IOException {
        List<JsonNode> vectors = vectors("bigsize-encoding.json").toList();
        assertThat(vectors).hasSize(8);
        for (JsonNode vector : vectors)
            assertThat(Codecs.BIGSIZE.toBytes(unsigned(vector)).toHex()).isEqualTo(vector.get("bytes").textValue());
        Vectors.report("BOLT 1", "BigSize encoding", vectors.size());
    }

    @Test
    void every_published_signed_integer_goes_both_ways() throws IOException {
        List<JsonNode> vectors = vectors("signed-integers.json").toList();
        assertThat(vectors).hasSize(23);
        for (JsonNode vector : vectors) {
            long value = vector.get("value").longValue();
            Bytes bytes = Bytes.fromHex(vector.get("bytes").textValue());
            switch (bytes.size()) {
                case 1 -> expectBothWays(Codecs.S8, (int) value, bytes);
                case 2 -> expectBothWays(Codecs.S16, (int) value, bytes);
                case 4 -> expectBothWays(Codecs.S32, value, bytes);
                case 8 -> expectBothWays(Codecs.S64, value, bytes);
                default -> throw new AssertionError("no signed integer has " + bytes.size() + " bytes");
            }
        }
        Vectors.report("BOLT 1", "signed integers", vectors.size());
    }

    private static <T> void expectBothWays(Codec<T> codec, T value, Bytes bytes) {
        assertThat(codec.toBytes(value)).isEqualTo(bytes);
        assertThat(codec.fromBytes(bytes)).isEqualTo(value);
    }

    private static long unsigned(JsonNode vector) {
        return Long.parseUnsignedLong(vector.get("value").asText());
    }

    private static Stream<JsonNode> vectors(String file) throws IOException {
        try (var in = Bolt1CodecVectorsTest.class.getResourceAsStream("bolt1/" + file)) {
            return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false);
        }
    }
}
