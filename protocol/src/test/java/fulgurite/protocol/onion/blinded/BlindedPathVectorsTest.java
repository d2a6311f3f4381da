package fulgurite.protocol.onion.blinded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.Vectors;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.onion.OnionPacket;
import fulgurite.protocol.onion.Peeling;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.onion.blinded.PathTlv.PaymentRelay;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Features;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The vectors of BOLT 4 for blinded paths, every published value of them. */
class BlindedPathVectorsTest {
    @Test
    void makes_the_published_route_of_two_paths_joined() throws IOException {
        JsonNode vector = read("route-blinding-test.json");
        JsonNode generate = vector.get("generate").get("hops");
        var made = new ArrayList<BlindedPath.Hop>();
        for (int from : new int[]{0, 2}) {
            List<Blinding.Step> steps = List.of(step(generate.get(from)), step(generate.get(from + 1)));
            PrivateKey ephemeral = PrivateKey.fromHex(generate.get(from).get("session_key").asText());
            List<BlindedPath.Hop> hops = Blinding.hops(ephemeral, steps);
            made.addAll(hops);
            for (int i = 0; i < 2; i++) {
                JsonNode expected = generate.get(from + i);
                ephemeral = agrees(expected, steps.get(i), ephemeral);
                assertThat(hops.get(i).blindedNodeId().toHex()).isEqualTo(text(expected, "blinded_node_id"));
                assertThat(hops.get(i).encryptedData().toHex()).isEqualTo(text(expected, "encrypted_data"));
            }
        }
        JsonNode route = vector.get("route");
        var whole = new BlindedPath(new Introduction.Node(NodeId.fromHex(text(route, "first_node_id"))),
                PublicKey.fromHex(text(route, "first_path_key")), made);
        assertThat(pathOf(route, "encrypted_data")).isEqualTo(whole);
        assertThat(BlindedPath.CODEC.fromBytes(BlindedPath.CODEC.toBytes(whole))).isEqualTo(whole);
        Vectors.report("BOLT 4", "route-blinding-test.json hops made", made.size());
    }

    /** @return the next ephemeral key */
    private static PrivateKey agrees(JsonNode expected, Blinding.Step step, PrivateKey ephemeral) {
        var secret = SharedSecret.of(ephemeral, step.node().key());
        assertThat(PathTlv.CODEC.toBytes(step.data()).toHex()).isEqualTo(text(expected, "encoded_tlvs"));
        assertThat(PathTlv.CODEC.fromBytes(Bytes.fromHex(text(expected, "encoded_tlvs")))).isEqualTo(step.data());
        assertThat(ephemeral.bytes().toHex()).isEqualTo(text(expected, "path_privkey"));
        assertThat(Curve.publicKey(ephemeral).toHex()).isEqualTo(text(expected, "path_key"));
        assertThat(secret.bytes().toHex()).isEqualTo(text(expected, "shared_secret"));
        assertThat(Blinding.rho(secret).bytes().toHex()).isEqualTo(text(expected, "rho"));
        return Curve.multiply(ephemeral, Blinding.following(Curve.publicKey(ephemeral), secret));
    }

    @Test
    void reads_the_published_route_at_each_hop() throws IOException {
        JsonNode vector = read("route-blinding-test.json");
        BlindedPath path = pathOf(vector.get("route"), "encrypted_data");
        PublicKey pathKey = path.firstPathKey();
        int read = 0;
        for (JsonNode hop : vector.get("unblind").get("hops")) {
            var nodeKey = PrivateKey.fromHex(text(hop, "node_privkey"));
            assertThat(pathKey.toHex()).isEqualTo(text(hop, "path_key"));
            assertThat(Blinding.tweaked(nodeKey, pathKey).bytes().toHex()).isEqualTo(text(hop, "blinded_privkey"));
            assertThat(Curve.publicKey(Blinding.tweaked(nodeKey, pathKey)))
                    .isEqualTo(path.hops().get(read).blindedNodeId());
            Blinding.Opened opened = Blinding.open(nodeKey, pathKey, path.hops().get(read).encryptedData())
                    .orElseThrow();
            assertThat(PathTlv.CODEC.toBytes(opened.data()).toHex()).isEqualTo(text(hop, "decrypted_data"));
            var secret = SharedSecret.of(nodeKey, pathKey);
            assertThat(Curve.multiply(pathKey, Blinding.following(pathKey, secret)).toHex())
                    .isEqualTo(text(hop, "next_path_key"));
            boolean overridden = hop.has("next_path_key_override");
            assertThat(opened.nextPathKey().toHex())
                    .isEqualTo(text(hop, overridden ? "next_path_key_override" : "next_path_key"));
            pathKey = opened.nextPathKey();
            read++;
        }
        assertThat(read).isEqualTo(4).isEqualTo(path.hops().size());
        Vectors.report("BOLT 4", "route-blinding-test.json hops read", read);
    }

    @Test
    void adds_up_the_published_pay_info_and_reads_the_published_payment_at_each_hop() throws IOException {
        JsonNode vector = read("blinded-payment-onion-test.json");
        JsonNode generate = vector.get("generate");
        JsonNode full = generate.get("full_route").get("hops");
        var relays = new ArrayList<PayInfo.Relaying>();
        OnionPacket onion = OnionPacket.fromBytes(Bytes.fromHex(text(generate, "onion")));
        Optional<PublicKey> given = Optional.empty();
        MilliSatoshi amount = MilliSatoshi.msat(full.get(0).get("tlvs").get("amt_to_forward").asLong());
        int at = 0;
        for (JsonNode hop : vector.get("decrypt").get("hops")) {
            assertThat(onion.toBytes().toHex()).isEqualTo(text(hop, "onion"));
            var nodeKey = PrivateKey.fromHex(text(hop, "node_privkey"));
            PrivateKey peeling = given.map(key -> Blinding.tweaked(nodeKey, key)).orElse(nodeKey);
            var peeled = (Peeling.Peeled) Sphinx.peel(peeling, Bytes.fromHex(text(generate, "associated_data")), onion);
            Bytes payload = Bytes.fromHex(text(full.get(at), "payload"));
            assertThat(peeled.payload()).isEqualTo(payload.slice(1, payload.size()));
            JsonNode tlvs = full.get(at).get("tlvs");
            if (tlvs.has("current_path_key")) given = Optional.of(PublicKey.fromHex(text(tlvs, "current_path_key")));
            if (tlvs.has("encrypted_recipient_data")) {
                JsonNode wanted = tlvs.get("encrypted_recipient_data");
                Bytes data = Bytes
                        .fromHex(text(generate.get("blinded_route").get("hops").get(at - 1), "encrypted_data"));
                Blinding.Opened opened = Blinding.open(nodeKey, given.orElseThrow(), data).orElseThrow();
                assertThat(opened.data()).isEqualTo(dataOf(wanted));
                assertThat(opened.nextPathKey().toHex()).isEqualTo(text(hop, "next_path_key"));
                given = Optional.of(opened.nextPathKey());
                Optional<PaymentRelay> relay = opened.data().get(PaymentRelay.class);
                if (relay.isPresent()) {
                    amount = relay.get().forwarded(amount).orElseThrow();
                    relays.add(new PayInfo.Relaying(relay.get(), MilliSatoshi.ZERO, MilliSatoshi.msat(1_000_000)));
                }
            }
            onion = peeled.next().orElse(onion);
            at++;
        }
        assertThat(at).isEqualTo(5);
        assertThat(amount.msat()).isEqualTo(generate.get("final_amount_msat").asLong());
        PayInfo info = PayInfo.of(relays, new CltvDelta(0)).orElseThrow();
        JsonNode expected = generate.get("blinded_payinfo");
        assertThat(info.feeBase().msat()).isEqualTo(expected.get("fee_base_msat").asLong());
        assertThat(info.feeProportionalMillionths())
                .isEqualTo(expected.get("fee_proportional_millionths").asLong());
        assertThat(info.cltvDelta().blocks()).isEqualTo(expected.get("cltv_expiry_delta").asInt());
        Vectors.report("BOLT 4", "blinded-payment-onion-test.json hops", at);
    }

    @Test
    void makes_and_reads_the_published_path_of_an_onion_message() throws IOException {
        JsonNode vector = read("blinded-onion-message-onion-test.json");
        JsonNode generate = vector.get("generate").get("hops");
        int made = 0;
        for (JsonNode hop : generate) {
            PrivateKey ephemeral = PrivateKey.fromHex(text(hop, "path_key_secret"));
            NodeId node = new NodeId(Curve.publicKey(PrivateKey.fromHex(
                    text(vector.get("decrypt").get("hops").get(made), "privkey"))));
            var secret = SharedSecret.of(ephemeral, node.key());
            var step = new Blinding.Step(node, dataOf(hop.get("tlvs")));
            BlindedPath.Hop hidden = Blinding.hops(ephemeral, List.of(step)).getFirst();
            PublicKey pathKey = Curve.publicKey(ephemeral);
            assertThat(PathTlv.CODEC.toBytes(step.data()).toHex()).isEqualTo(text(hop, "encrypted_data_tlv"));
            assertThat(secret.bytes().toHex()).isEqualTo(text(hop, "ss"));
            assertThat(Blinding.hiding(secret).bytes().toHex()).isEqualTo(text(hop, "HMAC256('blinded_node_id', ss)"));
            assertThat(hidden.blindedNodeId().toHex()).isEqualTo(text(hop, "blinded_node_id"));
            assertThat(pathKey.toHex()).isEqualTo(text(hop, "E"));
            assertThat(Blinding.following(pathKey, secret).bytes().toHex()).isEqualTo(text(hop, "H(E || ss)"));
            // Published with the 01 that marks a compressed secret behind it.
            assertThat(Curve.multiply(ephemeral, Blinding.following(pathKey, secret)).bytes().toHex() + "01")
                    .isEqualTo(text(hop, "next_e"));
            assertThat(Blinding.rho(secret).bytes().toHex()).isEqualTo(text(hop, "rho"));
            assertThat(hidden.encryptedData().toHex()).isEqualTo(text(hop, "encrypted_recipient_data"));
            made++;
        }
        BlindedPath path = pathOf(vector.get("route"), "encrypted_recipient_data");
        assertThat(made).isEqualTo(4).isEqualTo(path.hops().size());
        Vectors.report("BOLT 4", "blinded-onion-message-onion-test.json hops made", made);
        Vectors.report("BOLT 4", "blinded-onion-message-onion-test.json onions peeled", peelsMessages(vector, path));
    }

    private static int peelsMessages(JsonNode vector, BlindedPath path) {
        PublicKey pathKey = path.firstPathKey();
        OnionPacket onion = OnionPacket.fromBytes(
                Bytes.fromHex(text(vector.get("onionmessage"), "onion_message_packet")));
        int at = 0;
        for (JsonNode hop : vector.get("decrypt").get("hops")) {
            Bytes packet = onion.toBytes();
            String message = "0201" + pathKey.toHex() + String.format("%04x", packet.size()) + packet.toHex();
            assertThat(message).isEqualTo(text(hop, "onion_message"));
            var nodeKey = PrivateKey.fromHex(text(hop, "privkey"));
            var peeled = (Peeling.Peeled) Sphinx.peel(Blinding.tweaked(nodeKey, pathKey), Bytes.EMPTY, onion);
            BlindedPath.Hop known = path.hops().get(at);
            assertThat(peeled.payload().toHex()).contains(known.encryptedData().toHex());
            Blinding.Opened opened = Blinding.open(nodeKey, pathKey, known.encryptedData()).orElseThrow();
            if (hop.has("next_node_id"))
                assertThat(opened.data().get(PathTlv.NextNode.class).orElseThrow().node().toHex())
                        .isEqualTo(text(hop, "next_node_id"));
            else
                assertThat(peeled.payload().toHex()).contains(text(hop.get("tlvs"), "unknown_tag_1"));
            pathKey = opened.nextPathKey();
            onion = peeled.next().orElse(onion);
            at++;
        }
        return at;
    }

    private static Blinding.Step step(JsonNode hop) {
        return new Blinding.Step(NodeId.fromHex(text(hop, "node_id")), dataOf(hop.get("tlvs")));
    }

    private static TlvStream<PathTlv> dataOf(JsonNode tlvs) {
        var records = new ArrayList<PathTlv>();
        var unknown = new ArrayList<TlvStream.Unknown>();
        tlvs.properties().forEach(field -> {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "padding" -> records.add(new PathTlv.Padding(Bytes.fromHex(value.asText())));
                case "short_channel_id" -> records.add(new PathTlv.Channel(ShortChannelId.fromText(value.asText())));
                case "next_node_id" -> records.add(new PathTlv.NextNode(NodeId.fromHex(value.asText())));
                case "path_id" -> records.add(new PathTlv.PathId(Bytes.fromHex(value.asText())));
                case "next_path_key_override" ->
                    records.add(new PathTlv.NextPathKeyOverride(PublicKey.fromHex(value.asText())));
                case "payment_relay" -> records.add(new PaymentRelay(
                        new CltvDelta(value.get("cltv_expiry_delta").asInt()),
                        value.get("fee_proportional_millionths").asLong(),
                        MilliSatoshi.msat(value.path("fee_base_msat").asLong())));
                case "payment_constraints" -> records.add(new PathTlv.PaymentConstraints(
                        new CltvExpiry(value.get("max_cltv_expiry").asLong()),
                        MilliSatoshi.msat(value.get("htlc_minimum_msat").asLong())));
                case "allowed_features" -> {
                    Features features = Features.EMPTY;
                    for (JsonNode bit : value.get("features")) features = features.with(bit.asInt());
                    records.add(new PathTlv.AllowedFeatures(features));
                }
                // The secret behind an override of the same vector.
                case "path_key_override_secret" ->
                    assertThat(Curve.publicKey(PrivateKey.fromHex(value.asText())).toHex())
                            .isEqualTo(text(tlvs, "next_path_key_override"));
                default -> unknown.add(new TlvStream.Unknown(
                        Long.parseLong(field.getKey().replace("unknown_tag_", "")), Bytes.fromHex(value.asText())));
            }
        });
        return new TlvStream<>(records, unknown);
    }

    private static BlindedPath pathOf(JsonNode route, String data) {
        var hops = new ArrayList<BlindedPath.Hop>();
        for (JsonNode hop : route.get("hops"))
            hops.add(new BlindedPath.Hop(PublicKey.fromHex(text(hop, "blinded_node_id")),
                    Bytes.fromHex(text(hop, data))));
        return new BlindedPath(new Introduction.Node(NodeId.fromHex(text(route, "first_node_id"))),
                PublicKey.fromHex(text(route, "first_path_key")), hops);
    }

    private static String text(JsonNode node, String name) {
        return node.get(name).asText();
    }

    private static JsonNode read(String name) throws IOException {
        try (InputStream in = BlindedPathVectorsTest.class.getResourceAsStream("/bolt04/" + name)) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
        }
    }
}
