package fulgurite.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.Vectors;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ShortChannelId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** bolt07/extended-queries.json, as published; the text forbids zlib since, so those five are refused. */
class Bolt7QueryVectorsTest {
    @Test
    void plain_queries_are_read_and_written_as_published_and_compressed_ones_refused() throws IOException {
        JsonNode published;
        try (var in = Bolt7QueryVectorsTest.class.getResourceAsStream("bolt7-extended-queries.json")) {
            published = new ObjectMapper().readTree(in);
        }
        int plain = 0;
        int compressed = 0;
        for (JsonNode vector : published) {
            Bytes bytes = Bytes.fromHex(vector.get("hex").textValue());
            if (vector.toString().contains("ZLIB")) {
                assertThatThrownBy(() -> Messages.decode(bytes)).isExactlyInstanceOf(MalformedException.class)
                        .hasMessageContaining("encoding type 1");
                compressed++;
            } else {
                LightningMessage expected = message(vector.get("msg"));
                assertThat(Messages.decode(bytes)).isEqualTo(expected);
                assertThat(Messages.encode(expected)).isEqualTo(bytes);
                plain++;
            }
        }
        assertThat(plain).isEqualTo(5);
        assertThat(compressed).isEqualTo(5);
        Vectors.report("BOLT 7", "extended queries", plain + compressed);
    }

    private static LightningMessage message(JsonNode json) {
        Bytes32 chain = Bytes32.fromHex(json.get("chainHash").textValue());
        return switch (json.get("type").textValue()) {
            case "QueryChannelRange" -> new QueryChannelRange(chain, json.get("firstBlockNum").longValue(),
                    json.get("numberOfBlocks").longValue(), queryOption(json.at("/tlvStream/records/0").asText()));
            case "ReplyChannelRange" -> new ReplyChannelRange(chain, json.get("firstBlockNum").longValue(),
                    json.get("numberOfBlocks").longValue(), json.get("complete").intValue(), channels(json),
                    replyTlvs(json));
            case "QueryShortChannelIds" -> new QueryShortChannelIds(chain, channels(json));
            default -> throw new AssertionError("a message that the vectors did not have: " + json);
        };
    }

    private static TlvStream<QueryChannelRangeTlv> queryOption(String flags) {
        return flags.equals("WANT_TIMESTAMPS | WANT_CHECKSUMS")
                ? TlvStream.of(new QueryChannelRangeTlv.QueryOption(3))
                : TlvStream.empty();
    }

    private static TlvStream<ReplyChannelRangeTlv> replyTlvs(JsonNode json) {
        TlvStream<ReplyChannelRangeTlv> tlvs = TlvStream.empty();
        if (json.has("timestamps")) {
            var timestamps = new ArrayList<UpdateTimestamps>();
            for (JsonNode each : json.at("/timestamps/timestamps"))
                timestamps.add(new UpdateTimestamps(each.get("timestamp1").longValue(),
                        each.get("timestamp2").longValue()));
            assertThat(timestamps).isNotEmpty();
            tlvs = tlvs.with(new ReplyChannelRangeTlv.Timestamps(timestamps));
        }
        if (json.has("checksums")) {
            var checksums = new ArrayList<UpdateChecksums>();
            for (JsonNode each : json.at("/checksums/checksums"))
                checksums
                        .add(new UpdateChecksums(each.get("checksum1").longValue(), each.get("checksum2").longValue()));
            assertThat(checksums).isNotEmpty();
            tlvs = tlvs.with(new ReplyChannelRangeTlv.Checksums(checksums));
        }
        return tlvs;
    }

    private static List<ShortChannelId> channels(JsonNode json) {
        var channels = new ArrayList<ShortChannelId>();
        for (JsonNode text : json.at("/shortChannelIds/array"))
            channels.add(ShortChannelId.fromText(text.textValue()));
        assertThat(channels).isNotEmpty();
        return channels;
    }
}
