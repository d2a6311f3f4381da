package fulgurite.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.noise.NoiseEvent.Broken;
import fulgurite.protocol.noise.NoiseEvent.Established;
import fulgurite.protocol.noise.NoiseEvent.Message;
import fulgurite.protocol.noise.NoiseEvent.Reply;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseSessionTest {
    private static final PrivateKey ALICE = secret(0x11);
    private static final PrivateKey BOB = secret(0x21);
    private static final NodeId ALICE_ID = new NodeId(Curve.publicKey(ALICE));
    private static final NodeId BOB_ID = new NodeId(Curve.publicKey(BOB));

    private record Pair(NoiseSession alice, NoiseSession bob) {}

    @Test
    void both_sides_learn_who_the_other_is() {
        NoiseSession alice = NoiseSession.initiator(ALICE, BOB_ID, secret(0x12));
        NoiseSession bob = NoiseSession.responder(BOB, secret(0x22));

        assertThat(bob.opening()).isEqualTo(Bytes.EMPTY);
        List<NoiseEvent> actTwo = bob.receive(alice.opening());
        assertThat(bob.isEstablished()).isFalse();
        List<NoiseEvent> actThree = alice.receive(reply(actTwo));
        assertThat(actThree).hasSize(2).last().isEqualTo(new Established(BOB_ID));
        assertThat(bob.receive(reply(actThree))).containsExactly(new Established(ALICE_ID));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void any_chunking_of_the_stream_gives_the_same_messages(long seed) {
        var random = new SplittableRandom(seed);
        Pair pair = connected();
        var messages = new ArrayList<Bytes>(List.of(Bytes.EMPTY, Bytes.zeros(CipherState.MAX_MESSAGE)));
        // More than 1000 of them, so that both ends rotate their keys on the way.
        for (int i = 0; i < 1100; i++) messages.add(random(random, random.nextInt(200)));
        Bytes stream = Bytes.concat(messages.stream().map(pair.alice()::encrypt).toArray(Bytes[]::new));

        var received = new ArrayList<Bytes>();
        for (int at = 0; at < stream.size();) {
            int size = Math.min(stream.size() - at, random.nextInt(1, random.nextBoolean() ? 4 : 5000));
            for (NoiseEvent event : pair.bob().receive(stream.slice(at, at + size)))
                received.add(((Message) event).bytes());
            at += size;
        }

        assertThat(received).isEqualTo(messages);
    }

    @Test
    void a_handshake_and_its_first_messages_may_come_byte_by_byte() {
        NoiseSession alice = NoiseSession.initiator(ALICE, BOB_ID, secret(0x12));
        NoiseSession bob = NoiseSession.responder(BOB, secret(0x22));
        List<NoiseEvent> actTwo = feedByByte(bob, alice.opening());
        List<NoiseEvent> actThree = feedByByte(alice, reply(actTwo));
        Bytes hello = Bytes.fromHex("68656c6c6f");

        List<NoiseEvent> events = feedByByte(bob, reply(actThree).concat(alice.encrypt(hello)));

        assertThat(events).containsExactly(new Established(ALICE_ID), new Message(hello));
    }

    @Test
    void both_directions_have_keys_of_their_own() {
        Pair pair = connected();
        Bytes text = Bytes.fromHex("0102");
        Bytes there = pair.alice().encrypt(text);
        Bytes back = pair.bob().encrypt(text);

        assertThat(there).isNotEqualTo(back);
        assertThat(pair.bob().receive(there)).containsExactly(new Message(text));
        assertThat(pair.alice().receive(back)).containsExactly(new Message(text));
    }

    @Test
    void any_flipped_bit_of_a_frame_breaks_the_session_for_good() {
        int bits = connected().alice().encrypt(Bytes.fromHex("0010aabbcc")).size() * 8;
        for (int bit = 0; bit < bits; bit++) {
            Pair pair = connected();
            byte[] frame = pair.alice().encrypt(Bytes.fromHex("0010aabbcc")).toByteArray();
            frame[bit / 8] ^= (byte) (1 << bit % 8);

            List<NoiseEvent> events = pair.bob().receive(Bytes.ofOwned(frame));

            assertThat(events).as("bit %d", bit).hasSize(1).first().isInstanceOf(Broken.class);
            assertThat(pair.bob().receive(pair.alice().encrypt(Bytes.EMPTY))).isEmpty();
            assertThatThrownBy(() -> pair.bob().encrypt(Bytes.EMPTY)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_frame_that_is_replayed_breaks_the_session() {
        Pair pair = connected();
        Bytes frame = pair.alice().encrypt(Bytes.fromHex("00"));
        pair.bob().receive(frame);
        assertThat(pair.bob().receive(frame)).hasSize(1).first().isInstanceOf(Broken.class);
    }

    @Test
    void every_flipped_bit_of_an_act_fails_the_handshake_without_a_reply() {
        Bytes actOne = NoiseSession.initiator(ALICE, BOB_ID, secret(0x12)).opening();
        for (int bit = 0; bit < actOne.size() * 8; bit++) {
            byte[] changed = actOne.toByteArray();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(NoiseSession.responder(BOB, secret(0x22)).receive(Bytes.ofOwned(changed)))
                    .as("bit %d", bit)
                    .hasSize(1)
                    .first()
                    .isInstanceOf(Broken.class);
        }
    }

    @Test
    void dialling_the_wrong_identity_fails_at_the_responder() {
        NodeId other = new NodeId(Curve.publicKey(secret(0x31)));
        Bytes actOne = NoiseSession.initiator(ALICE, other, secret(0x12)).opening();
        assertThat(NoiseSession.responder(BOB, secret(0x22)).receive(actOne))
                .containsExactly(new Broken("the handshake failed: ACT1_BAD_TAG"));
    }

    @Test
    void a_message_longer_than_its_length_field_is_refused() {
        Pair pair = connected();
        assertThatThrownBy(() -> pair.alice().encrypt(Bytes.zeros(CipherState.MAX_MESSAGE + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535");
    }

    @Test
    void nothing_is_encrypted_before_the_handshake_is_done() {
        NoiseSession alice = NoiseSession.initiator(ALICE, BOB_ID, secret(0x12));
        assertThatThrownBy(() -> alice.encrypt(Bytes.EMPTY)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keys_are_hidden_from_text() {
        Handshake.AwaitingActOne waiting = (Handshake.AwaitingActOne) Handshake.respond(BOB, secret(0x22));
        CipherState cipher = CipherState.start(waiting.transcript().hash(), waiting.transcript().chainingKey());
        assertThat(waiting.toString() + waiting.transcript() + cipher)
                .doesNotContain(BOB.toHex(), cipher.key().toHex(), cipher.chainingKey().toHex());
    }

    private static Pair connected() {
        NoiseSession alice = NoiseSession.initiator(ALICE, BOB_ID, secret(0x12));
        NoiseSession bob = NoiseSession.responder(BOB, secret(0x22));
        bob.receive(reply(alice.receive(reply(bob.receive(alice.opening())))));
        return new Pair(alice, bob);
    }

    private static Bytes reply(List<NoiseEvent> events) {
        return ((Reply) events.getFirst()).bytes();
    }

    private static List<NoiseEvent> feedByByte(NoiseSession session, Bytes stream) {
        var events = new ArrayList<NoiseEvent>();
        for (int i = 0; i < stream.size(); i++) events.addAll(session.receive(stream.slice(i, i + 1)));
        return events;
    }

    private static Bytes random(SplittableRandom random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.ofOwned(bytes);
    }

    private static PrivateKey secret(int repeated) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) repeated);
        return PrivateKey.copyOf(bytes);
    }
}
