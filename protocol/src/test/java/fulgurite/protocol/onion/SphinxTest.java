package fulgurite.protocol.onion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SphinxTest {
    @Test
    void every_hop_of_every_route_length_finds_its_own_payload() {
        for (int hops = 1; hops <= 20; hops++)
            for (int seed = 0; seed < 5; seed++) {
                var samples = new OnionSamples(1000L * hops + seed);
                travels(samples, hops, OnionPacket.PAYMENT_PAYLOADS_SIZE);
            }
    }

    @ParameterizedTest
    @ValueSource(ints = {70, 105, 1300, 4000, 32_768})
    void a_packet_of_any_size_travels(int size) {
        travels(new OnionSamples(size), Math.min(6, size / 70 + 1), size);
    }

    private static void travels(OnionSamples samples, int hops, int size) {
        List<PrivateKey> keys = samples.keys(hops);
        List<Bytes> payloads = samples.payloads(hops, size);
        Bytes associatedData = samples.bytes(32);
        Sphinx.Built built = Sphinx.build(samples.key(), OnionSamples.publicKeys(keys), payloads, associatedData, size);
        OnionPacket packet = built.packet();
        for (int i = 0; i < hops; i++) {
            assertThat(packet.hopPayloads().size()).isEqualTo(size);
            var layer = (Peeling.Peeled) Sphinx.peel(keys.get(i), associatedData,
                    OnionPacket.fromBytes(packet.toBytes()));
            assertThat(layer.payload()).isEqualTo(payloads.get(i));
            assertThat(layer.sharedSecret()).isEqualTo(built.sharedSecrets().get(i));
            assertThat(layer.isFinal()).isEqualTo(i == hops - 1);
            packet = layer.next().orElse(packet);
        }
    }

    @Test
    void a_payload_may_fill_the_whole_packet() {
        Bytes payload = new OnionSamples(1).bytes(1300 - 3 - 32);
        var key = new OnionSamples(2).key();

        var built = Sphinx.build(key, OnionSamples.publicKeys(List.of(key)), List.of(payload), Bytes.EMPTY);

        assertThat(Sphinx.sizeOf(List.of(payload))).isEqualTo(1300);
        assertThat(((Peeling.Peeled) Sphinx.peel(key, Bytes.EMPTY, built.packet())).payload()).isEqualTo(payload);
    }

    @Test
    void refuses_to_build_what_does_not_fit() {
        var key = new OnionSamples(2).key();
        var hops = OnionSamples.publicKeys(List.of(key));

        assertThatThrownBy(() -> Sphinx.build(key, hops, List.of(Bytes.zeros(1300 - 2 - 32)), Bytes.EMPTY))
                .hasMessageContaining("do not fit");
        assertThatThrownBy(() -> Sphinx.build(key, hops, List.of(), Bytes.EMPTY)).hasMessageContaining("hops");
        assertThatThrownBy(() -> Sphinx.build(key, hops, List.of(Bytes.zeros(1)), Bytes.EMPTY))
                .hasMessageContaining("framed");
    }

    @Test
    void the_same_session_key_gives_the_same_onion_and_another_one_an_unlike_one() {
        var samples = new OnionSamples(5);
        var hops = OnionSamples.publicKeys(samples.keys(3));
        var payloads = samples.payloads(3, 300);
        var session = samples.key();

        Bytes onion = Sphinx.build(session, hops, payloads, Bytes.EMPTY).packet().toBytes();

        assertThat(Sphinx.build(session, hops, payloads, Bytes.EMPTY).packet().toBytes()).isEqualTo(onion);
        assertThat(Sphinx.build(samples.key(), hops, payloads, Bytes.EMPTY).packet().toBytes()).isNotEqualTo(onion);
    }

    @Test
    @Tag("rule:22")
    void any_flipped_byte_is_rejected_with_the_hash_of_the_onion() {
        var samples = new OnionSamples(9);
        List<PrivateKey> keys = samples.keys(3);
        Bytes associatedData = samples.bytes(32);
        Bytes onion = Sphinx
                .build(samples.key(), OnionSamples.publicKeys(keys), samples.payloads(3, 500), associatedData)
                .packet()
                .toBytes();
        for (int at = 0; at < onion.size(); at++) {
            byte[] flipped = onion.toByteArray();
            flipped[at] ^= (byte) (1 << samples.between(0, 7));

            var peeling = Sphinx.peel(keys.get(0), associatedData, OnionPacket.fromBytes(Bytes.copyOf(flipped)));

            var failure = ((Peeling.Rejected) peeling).failure();
            assertThat(failure.sha256OfOnion()).isEqualTo(Hashes.sha256(Bytes.copyOf(flipped)));
            if (at == 0) assertThat(failure).isInstanceOf(FailureMessage.InvalidOnionVersion.class);
            if (at > 33) assertThat(failure).isInstanceOf(FailureMessage.InvalidOnionHmac.class);
        }
    }

    @Test
    @Tag("rule:22")
    void rejects_other_associated_data_and_another_node_s_onion() {
        var samples = new OnionSamples(10);
        List<PrivateKey> keys = samples.keys(2);
        OnionPacket packet = Sphinx
                .build(samples.key(), OnionSamples.publicKeys(keys), samples.payloads(2, 500), samples.bytes(32))
                .packet();

        var hmac = new FailureMessage.InvalidOnionHmac(packet.sha256());
        assertThat(Sphinx.peel(keys.get(0), samples.bytes(32), packet)).isEqualTo(new Peeling.Rejected(hmac));
        assertThat(Sphinx.peel(keys.get(1), samples.bytes(32), packet)).isEqualTo(new Peeling.Rejected(hmac));
    }

    @Test
    void rejects_a_version_that_is_not_zero() {
        var packet = new OnionPacket(1, Bytes.zeros(33), Bytes.zeros(1300), Bytes32.ZERO);

        assertThat(Sphinx.peel(new OnionSamples(1).key(), Bytes.EMPTY, packet)).isEqualTo(
                new Peeling.Rejected(new FailureMessage.InvalidOnionVersion(packet.sha256())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "04", "02"})
    void rejects_a_key_that_is_no_point(String first) {
        // x = 2^256 - 1 is beyond the field, so 02 in front of it is no point either.
        Bytes key = Bytes.fromHex(first + "ff".repeat(32));
        var packet = new OnionPacket(0, key, Bytes.zeros(1300), Bytes32.ZERO);

        assertThat(Sphinx.peel(new OnionSamples(1).key(), Bytes.EMPTY, packet))
                .isEqualTo(new Peeling.Rejected(new FailureMessage.InvalidOnionKey(packet.sha256())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "fd0001", "fd00fc", "fd0600", "fe00000100", "ff0000000000000100"})
    void a_payload_with_a_broken_length_is_a_failure_that_can_be_encrypted(String length) {
        var samples = new OnionSamples(3);
        PrivateKey node = samples.key();
        PrivateKey session = samples.key();
        OnionPacket packet = withFirstBytes(session, node, Bytes.fromHex(length));

        var peeling = (Peeling.Unreadable) Sphinx.peel(node, Bytes.EMPTY, packet);

        assertThat(peeling.failure()).isEqualTo(new FailureMessage.InvalidOnionPayload(0, 0));
        assertThat(peeling.sharedSecret())
                .isEqualTo(Sphinx.sharedSecrets(session, OnionSamples.publicKeys(List.of(node))).get(0));
    }

    /** A packet that opens, under a true HMAC, to {@code first} and zeros. */
    private static OnionPacket withFirstBytes(PrivateKey session, PrivateKey node, Bytes first) {
        SharedSecret secret = Sphinx.sharedSecrets(session, OnionSamples.publicKeys(List.of(node))).get(0);
        byte[] payloads = new byte[1300];
        first.copyTo(payloads, 0);
        OnionKeys.xor(payloads, 0, 1300, OnionKeys.stream(OnionKeys.Purpose.RHO, secret.bytes(), 1300), 0);
        Bytes hopPayloads = Bytes.copyOf(payloads);
        Bytes32 hmac = Hashes.hmacSha256(OnionKeys.derive(OnionKeys.Purpose.MU, secret.bytes()).bytes(), hopPayloads);
        return new OnionPacket(0, fulgurite.protocol.crypto.Curve.publicKey(session).bytes(), hopPayloads, hmac);
    }

    @Test
    void an_onion_without_room_for_a_payload_is_malformed() {
        for (int size : List.of(0, 1, 34, 66))
            assertThatThrownBy(() -> OnionPacket.fromBytes(Bytes.zeros(size))).isInstanceOf(MalformedException.class);
        assertThat(OnionPacket.fromBytes(Bytes.zeros(67)).hopPayloads().size()).isEqualTo(1);
    }

    @Test
    void onions_of_any_bytes_are_judged_without_an_exception() {
        for (int seed = 0; seed < 300; seed++) {
            var samples = new OnionSamples(seed);
            PrivateKey node = samples.key();
            Bytes key = fulgurite.protocol.crypto.Curve.publicKey(samples.key()).bytes();
            var packet = new OnionPacket(0, seed % 2 == 0 ? key : samples.bytes(33),
                    samples.bytes(samples.between(1, 200)), new Bytes32(samples.bytes(32)));

            assertThat(Sphinx.peel(node, Bytes.EMPTY, packet)).isInstanceOf(Peeling.Rejected.class);
        }
    }

    @Test
    void secrets_are_not_in_texts() {
        var samples = new OnionSamples(4);
        var keys = samples.keys(2);
        var built = Sphinx.build(samples.key(), OnionSamples.publicKeys(keys), samples.payloads(2, 200), Bytes.EMPTY);
        Optional<String> shown = Optional.of(built.toString() + Sphinx.peel(keys.get(0), Bytes.EMPTY, built.packet()));
        for (SharedSecret secret : new ArrayList<>(built.sharedSecrets()))
            assertThat(shown.get()).doesNotContain(secret.bytes().toHex());
    }
}
