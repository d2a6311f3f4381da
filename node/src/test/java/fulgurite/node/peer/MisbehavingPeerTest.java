package fulgurite.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import fulgurite.node.peer.PeerActor.Event.MessageReceived;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.transport.TransportLimits;
import fulgurite.node.transport.SocketTransport;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.InitTlv;
import fulgurite.protocol.wire.Ping;
import fulgurite.protocol.wire.Pong;
import fulgurite.protocol.wire.UnknownMessage;
import fulgurite.protocol.wire.UpdateFee;
import fulgurite.protocol.wire.Warning;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever breaks the rules is disconnected, alone, and told why where that is allowed. */
class MisbehavingPeerTest {
    private static final ActorTestKit KIT = TestNode.kit("misbehaving");
    /** A time-out never ends what these tests watch, but where {@link #IMPATIENT} says so. */
    private static final PeerSettings.Timing PATIENT = timing(Duration.ofMinutes(5));
    private static final PeerSettings.Timing IMPATIENT = timing(Duration.ofSeconds(1));
    private static final int OFFENDER = 66;

    private final TestNode node = new TestNode(KIT, TestNode.settings(1, PATIENT), new SocketTransport(KIT.system(),
            "127.0.0.1", 0, TransportLimits.DEFAULT, Optional.empty(), () -> 0));
    private final TestNode good = new TestNode(KIT, TestNode.settings(2), SocketTransport.onLoopback(KIT.system(),
            0));
    private final SocketTransport raw = SocketTransport.onLoopback(KIT.system(), 0);
    private PeerUri uri = new PeerUri(node.id(), TestNode.nowhere());

    @BeforeEach
    void a_good_peer_is_connected() {
        uri = node.listen();
        good.connect(uri);
        good.up();
        node.up();
    }

    /** The good peer was never disturbed: no event but its message. */
    @AfterEach
    void the_good_peer_is_still_served() {
        UpdateFee message = new UpdateFee(RawPeer.channel(5), new FeeratePerKw(300));
        good.tell(node.id(), new PeerActor.Send(message));
        PeerActor.Event event = node.events.receiveMessage(TestNode.PATIENCE);
        while (!event.peer().equals(good.id())) event = node.events.receiveMessage(TestNode.PATIENCE);
        assertThat(event).isEqualTo(new MessageReceived(good.id(), message));
        good.events.expectNoMessage(Duration.ofMillis(20));
        raw.stop().toCompletableFuture().orTimeout(15, TimeUnit.SECONDS).join();
        good.stop();
        node.stop();
    }

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    @Test
    void a_garbage_handshake_is_hung_up_on_without_a_word() {
        RawPeer peer = silent();
        peer.line.send(random(50));
        assertThat(peer.ended()).contains("the other side closed it");
    }

    @Test
    void a_handshake_for_another_node_is_hung_up_on() {
        RawPeer peer = RawPeer.silent(KIT, raw, uri, TestNode.settings(9).nodeId(), OFFENDER);
        peer.line.send(peer.noise.opening());
        assertThat(peer.ended()).contains("the other side closed it");
    }

    @Test
    void a_wrong_third_act_is_hung_up_on() {
        RawPeer peer = silent();
        peer.line.send(peer.noise.opening());
        peer.line.send(Bytes.zeros(66));
        assertThat(peer.ended()).contains("the other side closed it");
    }

    @Test
    void one_who_says_nothing_is_hung_up_on() {
        impatiently(there -> RawPeer.silent(KIT, raw, there, there.nodeId(), OFFENDER));
    }

    @Test
    void one_who_stops_in_the_middle_of_the_handshake_is_hung_up_on() {
        impatiently(there -> {
            RawPeer peer = RawPeer.silent(KIT, raw, there, there.nodeId(), OFFENDER);
            peer.line.send(peer.noise.opening().slice(0, 49));
            return peer;
        });
    }

    @Test
    void one_who_shakes_hands_and_sends_no_init_is_hung_up_on() {
        impatiently(there -> RawPeer.shaken(KIT, raw, there, OFFENDER));
    }

    @Test
    void one_who_drips_bytes_has_no_more_time_than_others() {
        impatiently(there -> {
            RawPeer peer = RawPeer.silent(KIT, raw, there, there.nodeId(), OFFENDER);
            Bytes act = peer.noise.opening();
            // Two seconds in all, where one is allowed from the first byte on.
            for (int i = 0; i < act.size(); i++) {
                peer.line.send(act.slice(i, i + 1));
                KIT.createTestProbe().expectNoMessage(Duration.ofMillis(40));
            }
            return peer;
        });
    }

    private void impatiently(Function<PeerUri, RawPeer> dial) {
        TransportLimits usual = TransportLimits.DEFAULT;
        var limits = new TransportLimits(usual.frame(), usual.receiveWindow(), usual.sendQueue(), usual.connections(),
                Duration.ofSeconds(1), usual.closing(), usual.idle(), usual.perAddress());
        var impatient = new TestNode(KIT, TestNode.settings(7, IMPATIENT), new SocketTransport(KIT.system(),
                "127.0.0.1", 0, limits, Optional.empty(), () -> 0));
        assertThat(dial.apply(impatient.listen()).ended()).contains("the other side closed it");
        impatient.stop();
    }

    @Test
    void bytes_that_do_not_decrypt_are_hung_up_on() {
        RawPeer peer = ready();
        peer.line.send(random(18));
        assertThat(peer.ended()).contains("the other side closed it");
    }

    @Test
    @Tag("rule:1")
    void a_message_before_init_is_refused() {
        RawPeer peer = RawPeer.shaken(KIT, raw, uri, OFFENDER);
        peer.send(new Ping(1, Bytes.EMPTY));
        assertThat(peer.next()).isInstanceOf(Init.class);
        refused(peer, "message 18 came before init");
    }

    @Test
    @Tag("rule:1")
    void an_unknown_feature_that_is_demanded_is_refused() {
        refusedInit(new Init(Features.EMPTY, PeerSettings.FEATURES.with(100)), "the features [100] are demanded");
    }

    @Test
    @Tag("rule:1")
    void an_unknown_feature_in_the_old_bitmap_counts_too() {
        refusedInit(new Init(Features.ofBits(30), PeerSettings.FEATURES), "the features [30] are demanded");
    }

    @Test
    @Tag("rule:1")
    void a_feature_without_its_dependency_is_refused() {
        refusedInit(new Init(Features.EMPTY, Features.ofBits(17)), "lack what they depend on");
    }

    @Test
    void a_peer_of_another_chain_is_refused() {
        var elsewhere = TlvStream.<InitTlv>of(new InitTlv.Networks(List.of(Bytes32.ZERO)));
        refusedInit(new Init(Features.EMPTY, PeerSettings.FEATURES, elsewhere), "no chain in common");
    }

    private void refusedInit(Init init, String why) {
        RawPeer peer = RawPeer.shaken(KIT, raw, uri, OFFENDER);
        peer.send(init);
        assertThat(peer.next()).isInstanceOf(Init.class);
        refused(peer, why);
    }

    @Test
    void a_second_init_is_refused() {
        RawPeer peer = ready();
        peer.send(new Init(Features.EMPTY, PeerSettings.FEATURES));
        refused(peer, "init came twice");
    }

    @Test
    @Tag("rule:4")
    void a_malformed_message_is_refused() {
        RawPeer peer = ready();
        peer.send(Bytes.fromHex("0084" + "00".repeat(40)));
        refused(peer, "a malformed message of type 132");
    }

    @Test
    void a_message_without_a_type_is_refused() {
        RawPeer peer = ready();
        peer.send(Bytes.fromHex("00"));
        refused(peer, "a malformed message of type (none)");
    }

    @Test
    void an_even_unknown_message_is_refused_and_an_odd_one_ignored() {
        RawPeer peer = ready();
        peer.send(new UnknownMessage(32_769, Bytes.zeros(100)));
        peer.send(new Ping(3, Bytes.zeros(60_000)));
        assertThat(peer.next()).isEqualTo(new Pong(Bytes.zeros(3)));
        peer.send(new UnknownMessage(32_768, Bytes.zeros(100)));
        refused(peer, "message type 32768 is even and not known here");
    }

    @Test
    void a_flood_of_pings_is_refused() {
        RawPeer peer = ready();
        for (int i = 0; i <= Session.PINGS_PER_TICK; i++) peer.send(new Ping(65_532, Bytes.EMPTY));
        refused(peer, "too many pings");
    }

    @Test
    void a_flood_of_messages_is_read_at_its_pace_and_loses_nothing() {
        RawPeer peer = ready();
        Bytes message = Bytes.zeros(1_000);
        for (int i = 0; i < 2_000; i++) peer.send(new UnknownMessage(33_001, message));
        peer.send(new Ping(7, Bytes.EMPTY));
        assertThat(peer.next()).isEqualTo(new Pong(Bytes.zeros(7)));
    }

    @Test
    void a_text_frame_is_hung_up_on() throws Exception {
        var closed = new CompletableFuture<String>();
        WebSocket socket = webSocket(closed);
        socket.sendText("GET / HTTP/1.1", true).get(15, TimeUnit.SECONDS);
        assertThat(closed.get(15, TimeUnit.SECONDS)).isEqualTo("closed");
    }

    @Test
    void an_oversized_frame_is_hung_up_on() throws Exception {
        var closed = new CompletableFuture<String>();
        WebSocket socket = webSocket(closed);
        socket.sendBinary(ByteBuffer.allocate(TransportLimits.DEFAULT.frame() + 1), true);
        assertThat(closed.get(15, TimeUnit.SECONDS)).isEqualTo("closed");
    }

    private WebSocket webSocket(CompletableFuture<String> closed) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + uri.address() + "/"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        closed.complete("closed");
                        return CompletableFuture.completedFuture(null);
                    }

                    @Override
                    public void onError(WebSocket socket, Throwable error) {
                        closed.complete("closed");
                    }
                })
                .get(15, TimeUnit.SECONDS);
    }

    private RawPeer silent() {
        return RawPeer.silent(KIT, raw, uri, uri.nodeId(), OFFENDER);
    }

    private RawPeer ready() {
        return RawPeer.ready(KIT, raw, uri, OFFENDER);
    }

    private static void refused(RawPeer peer, String why) {
        assertThat(peer.next()).isInstanceOfSatisfying(Warning.class, warning -> {
            assertThat(warning.channelId()).isEqualTo(ChannelId.ALL);
            assertThat(warning.text()).contains(why);
        });
        assertThat(peer.ended()).contains("the other side closed it");
    }

    private static PeerSettings.Timing timing(Duration setUp) {
        PeerSettings.Timing quick = TestNode.QUICK;
        return new PeerSettings.Timing(quick.dial(), setUp, quick.ping(), quick.settled(), quick.simultaneous(), quick
                .firstRetry(), quick.longestRetry());
    }

    private static Bytes random(int size) {
        byte[] bytes = new byte[size];
        new Random(8).nextBytes(bytes);
        return Bytes.ofOwned(bytes);
    }
}
