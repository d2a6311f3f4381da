package fulgurite.protocol.onion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.Vectors;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The vectors of BOLT 4 for packets and failures, every published value of them. */
class OnionVectorsTest {
    /** The trace of the text pads to more than the 256 bytes that are usual. */
    private static final int TRACE_PADDED_SIZE = 1024;

    @Test
    void builds_and_peels_the_published_onion_at_each_of_its_five_hops() throws IOException {
        JsonNode vector = read("onion-test.json");
        JsonNode generate = vector.get("generate");
        Bytes associatedData = hex(generate.get("associated_data"));
        List<PublicKey> hops = new ArrayList<>();
        List<Bytes> payloads = new ArrayList<>();
        for (JsonNode hop : generate.get("hops")) {
            hops.add(PublicKey.fromHex(hop.get("pubkey").asText()));
            payloads.add(withoutLength(hex(hop.get("payload"))));
        }

        Sphinx.Built built = Sphinx.build(sessionKey(generate), hops, payloads, associatedData);
        assertThat(built.packet().toBytes()).isEqualTo(hex(vector.get("onion")));

        OnionPacket packet = OnionPacket.fromBytes(hex(vector.get("onion")));
        int peeled = 0;
        for (JsonNode key : vector.get("decode")) {
            var layer = (Peeling.Peeled) Sphinx.peel(PrivateKey.fromHex(key.asText()), associatedData, packet);
            assertThat(layer.payload()).isEqualTo(payloads.get(peeled));
            assertThat(layer.sharedSecret()).isEqualTo(built.sharedSecrets().get(peeled));
            peeled++;
            assertThat(layer.next().isEmpty()).isEqualTo(peeled == hops.size());
            if (layer.next().isPresent()) packet = layer.next().get();
        }
        assertThat(peeled).isEqualTo(5).isEqualTo(hops.size());
        Vectors.report("BOLT 4", "onion-test.json hops built and peeled", peeled);
    }

    @Test
    @Tag("rule:23")
    void creates_and_unwraps_the_published_failure() throws IOException {
        JsonNode vector = read("onion-error-test.json");
        JsonNode generate = vector.get("generate");
        List<SharedSecret> secrets = new ArrayList<>();
        List<PublicKey> hops = new ArrayList<>();
        for (JsonNode hop : generate.get("hops")) {
            var secret = SharedSecret.fromHex(hop.get("hop_shared_secret").asText());
            secrets.add(secret);
            hops.add(PublicKey.fromHex(hop.get("pubkey").asText()));
            assertThat(OnionKeys.derive(OnionKeys.Purpose.AMMAG, secret.bytes()).bytes())
                    .isEqualTo(hex(hop.get("ammag_key")));
        }
        assertThat(Sphinx.sharedSecrets(sessionKey(generate), hops)).isEqualTo(secrets);

        JsonNode erring = generate.get("hops").get(4);
        SharedSecret secret = secrets.get(4);
        assertThat(OnionKeys.derive(OnionKeys.Purpose.UM, secret.bytes()).bytes()).isEqualTo(hex(erring.get("um_key")));
        var failure = new FailureMessage.TemporaryNodeFailure();
        Bytes encoded = FailureCodec.encode(failure);
        assertThat(encoded).isEqualTo(hex(generate.get("failure_message")));
        assertThat(FailurePacket.padded(encoded, FailurePacket.PADDED_SIZE)).isEqualTo(hex(erring.get("payload")));

        Bytes packet = FailurePacket.create(secret, failure);
        for (int hop = 3; hop >= 0; hop--) packet = FailurePacket.wrap(secrets.get(hop), packet);
        assertThat(packet).isEqualTo(hex(vector.get("errorpacket")));
        assertThat(FailurePacket.unwrap(secrets, packet)).isEqualTo(new FailurePacket.Failed(4, failure));
        Vectors.report("BOLT 4", "onion-error-test.json hops", hops.size());
    }

    @Test
    @Tag("rule:23")
    void follows_the_failure_trace_of_the_text_back_through_five_hops() throws IOException {
        JsonNode vector = read("failure-trace.json");
        JsonNode create = vector.get("create");
        List<PublicKey> hops = new ArrayList<>();
        for (JsonNode key : vector.get("pubkeys")) hops.add(PublicKey.fromHex(key.asText()));
        List<SharedSecret> secrets = Sphinx.sharedSecrets(sessionKey(vector), hops);

        SharedSecret erring = secrets.get(vector.get("failure_source").asInt());
        assertThat(erring.bytes()).isEqualTo(hex(create.get("shared_secret")));
        assertThat(OnionKeys.derive(OnionKeys.Purpose.UM, erring.bytes()).bytes()).isEqualTo(hex(create.get("um_key")));
        JsonNode said = vector.get("failure_message");
        var failure = new FailureMessage.IncorrectOrUnknownPaymentDetails(
                MilliSatoshi.msat(said.get("htlc_msat").asLong()), new BlockHeight(said.get("height").asInt()));
        // The type and the length of the TLV behind the failure: 34001 and 300, as BigSizes.
        Bytes tlv = Bytes.concat(Bytes.fromHex("fd84d1fd012c"), hex(said.get("tlv_value")));
        Bytes content = FailurePacket.padded(FailureCodec.encode(failure).concat(tlv), TRACE_PADDED_SIZE);
        assertThat(content).isEqualTo(hex(create.get("payload")));
        assertThat(content.slice(2, content.size())).isEqualTo(hex(create.get("encoded_failure_message")));
        Bytes packet = FailurePacket.authenticate(erring, content);
        assertThat(packet).isEqualTo(hex(create.get("raw_error_packet")));

        int wrapped = 0;
        for (JsonNode hop : vector.get("hops")) {
            SharedSecret secret = secrets.get(hop.get("node").asInt());
            Bytes stream = hex(hop.get("stream"));
            assertThat(secret.bytes()).isEqualTo(hex(hop.get("shared_secret")));
            assertThat(OnionKeys.derive(OnionKeys.Purpose.AMMAG, secret.bytes()).bytes())
                    .isEqualTo(hex(hop.get("ammag_key")));
            assertThat(Bytes.ofOwned(OnionKeys.stream(OnionKeys.Purpose.AMMAG, secret.bytes(), stream.size())))
                    .isEqualTo(stream);
            packet = FailurePacket.wrap(secret, packet);
            assertThat(packet).isEqualTo(hex(hop.get("error_packet")));
            wrapped++;
        }
        assertThat(wrapped).isEqualTo(5);
        assertThat(FailurePacket.unwrap(secrets, packet)).isEqualTo(new FailurePacket.Failed(4, failure));
        Vectors.report("BOLT 4", "failure trace of the text, hops", wrapped);
    }

    private static PrivateKey sessionKey(JsonNode vector) {
        return PrivateKey.fromHex(vector.get("session_key").asText());
    }

    private static Bytes withoutLength(Bytes payload) {
        return payload.slice(payload.unsigned(0) == 0xfd ? 3 : 1, payload.size());
    }

    private static Bytes hex(JsonNode node) {
        return Bytes.fromHex(node.asText());
    }

    private static JsonNode read(String name) throws IOException {
        try (InputStream in = OnionVectorsTest.class.getResourceAsStream("/bolt04/" + name)) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
        }
    }
}
