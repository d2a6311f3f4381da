package fulgurite.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.peer.Session.Action;
import fulgurite.node.peer.Session.Step;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.InitTlv;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.Ping;
import fulgurite.protocol.wire.Pong;
import fulgurite.protocol.wire.UnknownMessage;
import fulgurite.protocol.wire.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
    private static final Session FRESH = Session.open(PeerSettings.FEATURES, TestNode.CHAIN).next();
    private static final Init INIT = new Init(Features.EMPTY, PeerSettings.FEATURES);
    private static final Session READY = receive(FRESH, INIT).next();

    @Test
    @Tag("rule:1")
    void our_init_comes_first_with_our_features_and_our_chain() {
        Step step = Session.open(PeerSettings.FEATURES, TestNode.CHAIN);
        assertThat(step.actions()).singleElement().isInstanceOfSatisfying(Action.Send.class, send -> {
            Init init = (Init) send.message();
            assertThat(init.features().bits()).containsExactly(1, 5, 7, 9, 11, 13, 15, 17, 19, 23, 25, 27, 35,
                    45, 47, 51, 61);
            assertThat(init.globalFeatures().bytes().isEmpty()).isTrue();
            assertThat(init.tlvs().get(InitTlv.Networks.class)).contains(new InitTlv.Networks(List.of(TestNode.CHAIN)));
        });
    }

    @Test
    @Tag("rule:1")
    void both_bitmaps_count_as_one() {
        Step step = receive(FRESH, new Init(Features.ofBits(13), Features.ofBits(9)));
        assertThat(step.actions()).singleElement()
                .isInstanceOfSatisfying(Action.Ready.class, ready -> assertThat(ready
                        .theirs()
                        .bits()).containsExactly(9, 13));
    }

    @Test
    @Tag("rule:1")
    void what_today_s_peers_demand_is_known() {
        Step step = receive(FRESH, new Init(Features.EMPTY, Features.ofBits(0, 8, 12, 14, 44, 5, 7, 11, 17, 19, 23, 25,
                27, 35, 39, 43, 47, 51, 63)));
        assertThat(step.actions()).singleElement().isInstanceOf(Action.Ready.class);
    }

    @Test
    void a_peer_of_several_chains_with_ours_among_them_is_welcome() {
        var chains = TlvStream.<InitTlv>of(new InitTlv.Networks(List.of(Bytes32.ZERO, TestNode.CHAIN)));
        assertThat(receive(FRESH, new Init(Features.EMPTY, Features.EMPTY, chains)).actions()).singleElement()
                .isInstanceOf(Action.Ready.class);
    }

    @Test
    @Tag("rule:3")
    void a_peer_that_refuses_us_before_its_init_is_believed_in_printable_text() {
        Bytes text = Bytes.ofOwned("no\n\u001b[31mway".getBytes());
        assertThat(receive(FRESH, new ErrorMessage(ChannelId.ALL, text)).actions()).containsExactly(new Action.Close(
                "it refused us: no??[31mway"));
        assertThat(receive(FRESH, new Warning(ChannelId.ALL, text)).actions()).containsExactly(new Action.Close(
                "it refused us: no??[31mway"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 65_531})
    @Tag("rule:2")
    void a_ping_is_answered_with_what_it_asks_for(int size) {
        assertThat(receive(READY, new Ping(size, Bytes.zeros(9))).actions()).containsExactly(new Action.Send(new Pong(
                Bytes.zeros(size))));
    }

    @ParameterizedTest
    @ValueSource(ints = {65_532, 65_533, 65_535})
    @Tag("rule:2")
    void a_ping_that_asks_for_too_much_is_ignored(int size) {
        assertThat(receive(READY, new Ping(size, Bytes.EMPTY)).actions()).isEmpty();
    }

    @Test
    void pings_may_go_on_for_ever_at_a_decent_pace() {
        Session session = READY;
        for (int tick = 0; tick < 3; tick++) {
            for (int i = 0; i < Session.PINGS_PER_TICK; i++) {
                Step step = receive(session, new Ping(0, Bytes.EMPTY));
                assertThat(step.actions()).hasSize(1).noneMatch(action -> action instanceof Action.Close);
                session = step.next();
            }
            session = session.tick().next();
        }
        for (int i = 0; i < Session.PINGS_PER_TICK; i++) session = receive(session, new Ping(0, Bytes.EMPTY)).next();
        assertThat(receive(session, new Ping(0, Bytes.EMPTY)).actions()).last()
                .isEqualTo(new Action.Close(
                        "too many pings"));
    }

    @Test
    void a_silent_peer_is_pinged_and_then_given_up() {
        Session quiet = READY.tick().next();
        Step pinged = quiet.tick();
        assertThat(pinged.actions()).singleElement()
                .isInstanceOfSatisfying(Action.Send.class, send -> assertThat(((Ping) send
                        .message()).wantsPong()).isTrue());
        assertThat(pinged.next().tick().actions()).containsExactly(new Action.Close("it does not answer pings"));
    }

    @Test
    void a_pong_or_any_other_message_keeps_the_line() {
        Session pinged = READY.tick().next().tick().next();
        assertThat(receive(pinged, new Pong(Bytes.zeros(1))).next().tick().actions()).isEmpty();
        assertThat(receive(pinged, new UnknownMessage(33_001, Bytes.EMPTY)).next().tick().actions()).isEmpty();
    }

    @Test
    void a_peer_that_talks_is_not_pinged() {
        Session session = READY;
        for (int i = 0; i < 5; i++) {
            Step step = session.tick();
            assertThat(step.actions()).isEmpty();
            session = receive(step.next(), new Pong(Bytes.EMPTY)).next();
        }
    }

    @Test
    void a_pong_that_nobody_asked_for_is_ignored() {
        assertThat(receive(READY, new Pong(Bytes.zeros(5))).actions()).isEmpty();
    }

    @Test
    void every_known_message_is_delivered() {
        Warning warning = Warning.of(RawPeer.channel(1), "careful");
        assertThat(receive(READY, warning).actions()).containsExactly(new Action.Deliver(warning));
    }

    /** Whatever comes, a session never throws, closes at most once and last, and delivers nothing before init. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_messages_keep_the_rules(long seed) {
        var random = new Random(seed);
        for (int run = 0; run < 2_000; run++) SessionRules.check(messages(random));
    }

    private static List<Bytes> messages(Random random) {
        var messages = new ArrayList<Bytes>();
        if (random.nextInt(4) > 0) messages.add(Messages.encode(INIT));
        for (int i = random.nextInt(8); i > 0; i--) {
            byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 6 : 300)];
            random.nextBytes(bytes);
            // Small types are the known ones.
            if (bytes.length > 1 && random.nextInt(8) > 0) bytes[0] = (byte) random.nextInt(2);
            messages.add(Bytes.ofOwned(bytes));
        }
        return messages;
    }

    private static Step receive(Session session, LightningMessage message) {
        return session.receive(Messages.encode(message));
    }
}
