package fulgurite.protocol.codec;

import static fulgurite.protocol.codec.TlvCodec.tlv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.Vectors;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** BOLT 1, Appendix B, as published, over its two namespaces. */
class Bolt1TlvVectorsTest {
    /** The appendix's namespace n1. Its amounts are plain numbers: one vector is above all bitcoin. */
    public sealed interface N1 {
        record Tlv1(long amountMsat) implements N1 {}

        record Tlv2(ShortChannelId scid) implements N1 {}

        record Tlv3(PublicKey nodeId, long amountMsat1, long amountMsat2) implements N1 {}

        record Tlv4(CltvDelta cltvDelta) implements N1 {}
    }

    /** The appendix's namespace n2. */
    public sealed interface N2 {
        record Tlv1(long amountMsat) implements N2 {}

        record Tlv2(CltvExpiry cltvExpiry) implements N2 {}
    }

    private static final TlvCodec<N1> N1_CODEC = TlvCodec.of("n1",
            tlv(1, Codecs.record(N1.Tlv1.class, Codecs.TU64)),
            tlv(2, Codecs.record(N1.Tlv2.class, Codecs.SHORT_CHANNEL_ID)),
            tlv(3, Codecs.record(N1.Tlv3.class, Codecs.PUBLIC_KEY, Codecs.U64, Codecs.U64)),
            tlv(254, Codecs.record(N1.Tlv4.class, Codecs.CLTV_DELTA_U16)));
    private static final TlvCodec<N2> N2_CODEC = TlvCodec.of("n2",
            tlv(0, Codecs.record(N2.Tlv1.class, Codecs.TU64)),
            tlv(11, Codecs.record(N2.Tlv2.class, Codecs.CLTV_EXPIRY_TU32)));

    private final JsonNode published = published();

    @Test
    @Tag("rule:4")
    void every_published_invalid_stream_is_refused() {
        for (String group : List.of("invalidAnywhere", "unknownEven")) {
            for (JsonNode vector : published.get(group)) {
                expectRefused(N1_CODEC, vector);
                expectRefused(N2_CODEC, vector);
            }
        }
        for (String group : List.of("invalidN1", "misorderedN1"))
            for (JsonNode vector : published.get(group)) expectRefused(N1_CODEC, vector);
        for (JsonNode vector : published.get("misorderedN2")) expectRefused(N2_CODEC, vector);

        int count = count("invalidAnywhere", "unknownEven", "invalidN1", "misorderedN1", "misorderedN2");
        assertThat(count).isEqualTo(38);
        Vectors.report("BOLT 1", "invalid TLV streams", count);
    }

    @Test
    @Tag("rule:4")
    void every_published_valid_stream_is_decoded_to_its_values_and_back() {
        for (JsonNode vector : published.get("ignored")) {
            assertThat(decodeAndBack(N1_CODEC, stream(vector)).records()).isEmpty();
            assertThat(decodeAndBack(N2_CODEC, stream(vector)).records()).isEmpty();
        }
        for (JsonNode vector : published.get("validN1")) {
            List<N1> records = decodeAndBack(N1_CODEC, stream(vector)).records();
            assertThat(records).hasSize(1);
            assertThat(asPublished(records.getFirst())).isEqualTo(vector.get("says").textValue());
        }
        int count = count("ignored", "validN1");
        assertThat(count).isEqualTo(19);
        Vectors.report("BOLT 1", "valid TLV streams", count);
    }

    @Test
    @Tag("rule:4")
    void an_invalid_stream_after_a_valid_one_is_refused() {
        var invalid = new ArrayList<Bytes>();
        for (String group : List.of("invalidAnywhere", "unknownEven", "invalidN1", "misorderedN1"))
            published.get(group).forEach(vector -> invalid.add(stream(vector)));
        for (Bytes valid : validN1())
            for (Bytes tail : invalid)
                assertThatThrownBy(() -> N1_CODEC.fromBytes(valid.concat(tail))).as(valid + " then " + tail)
                        .isExactlyInstanceOf(MalformedException.class);
        Vectors.report("BOLT 1", "TLV append rule: invalid after valid", 1);
    }

    @Test
    void a_valid_stream_may_follow_one_of_lower_type_and_no_other() {
        for (Bytes first : validN1()) {
            for (Bytes second : validN1()) {
                if (first.isEmpty() || second.isEmpty()) continue;
                boolean ascending = Long.compareUnsigned(typeOf(first), typeOf(second)) < 0;
                Bytes both = first.concat(second);
                if (ascending) assertThat(decodeAndBack(N1_CODEC, both).isEmpty()).isFalse();
                else
                    assertThatThrownBy(() -> N1_CODEC.fromBytes(both)).as(both.toHex())
                            .isExactlyInstanceOf(MalformedException.class);
            }
        }
        Vectors.report("BOLT 1", "TLV append rule: higher after lower", 1);
    }

    private List<Bytes> validN1() {
        var valid = new ArrayList<Bytes>();
        for (String group : List.of("ignored", "validN1"))
            published.get(group).forEach(vector -> valid.add(stream(vector)));
        return valid;
    }

    private static long typeOf(Bytes stream) {
        return Codecs.BIGSIZE.decode(ByteReader.of(stream));
    }

    private static String asPublished(N1 record) {
        return switch (record) {
            case N1.Tlv1 tlv -> "`tlv1` `amount_msat`=" + tlv.amountMsat();
            case N1.Tlv2 tlv -> "`tlv2` `scid`=" + tlv.scid();
            case N1.Tlv3 tlv -> "`tlv3` `node_id`=" + tlv.nodeId() + " `amount_msat_1`=" + tlv.amountMsat1()
                    + " `amount_msat_2`=" + tlv.amountMsat2();
            case N1.Tlv4 tlv -> "`tlv4` `cltv_delta`=" + tlv.cltvDelta().blocks();
        };
    }

    private static <T> TlvStream<T> decodeAndBack(TlvCodec<T> codec, Bytes bytes) {
        TlvStream<T> stream = codec.fromBytes(bytes);
        assertThat(codec.toBytes(stream)).isEqualTo(bytes);
        return stream;
    }

    private static void expectRefused(TlvCodec<?> codec, JsonNode vector) {
        assertThatThrownBy(() -> codec.fromBytes(stream(vector))).as(vector.toString())
                .isExactlyInstanceOf(MalformedException.class);
    }

    private static Bytes stream(JsonNode vector) {
        return Bytes.fromHex(vector.get("stream").textValue());
    }

    private int count(String... groups) {
        int count = 0;
        for (String group : groups) count += published.get(group).size();
        return count;
    }

    private static JsonNode published() {
        try (var in = Bolt1TlvVectorsTest.class.getResourceAsStream("bolt1/tlv.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
