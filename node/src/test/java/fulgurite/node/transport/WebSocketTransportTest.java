package fulgurite.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.units.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WebSocketTransportTest {
    private static final ActorTestKit KIT = ActorTestKit.create("transport", com.typesafe.config.ConfigFactory
            .parseString("akka.loglevel = WARNING, akka.logger-startup-timeout = 60s")
            .withFallback(com.typesafe.config.ConfigFactory.load()));
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final TransportLimits LIMITS = new TransportLimits(100_000, 50_000, 4_000_000, 3,
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final TestProbe<Line> accepted = KIT.createTestProbe();
    private final TestProbe<LineEvent> served = KIT.createTestProbe();
    private final TestProbe<LineEvent> dialled = KIT.createTestProbe();
    private final WebSocketTransport server = new WebSocketTransport(KIT.system(), "127.0.0.1", 0, Optional.empty(),
            LIMITS);
    private final WebSocketTransport client = new WebSocketTransport(KIT.system(), "127.0.0.1", 0, Optional.empty(),
            LIMITS);
    private PeerAddress address = new PeerAddress("none", 1);

    @BeforeEach
    void listens() throws Exception {
        address = server.listen(line -> {
            accepted.ref().tell(line);
            return served.ref()::tell;
        }).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stops() throws Exception {
        client.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        server.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    @Test
    void bytes_flow_both_ways_in_order() throws Exception {
        Line toServer = dial();
        Line toClient = accepted.receiveMessage(PATIENCE);
        Bytes question = random(300_000, 1);
        Bytes answer = random(200_000, 2);
        for (int at = 0; at < question.size(); at += 777)
            toServer.send(question.slice(at, Math.min(question.size(), at + 777)));
        assertThat(read(served, toClient, question.size())).isEqualTo(question);
        toClient.send(answer.slice(0, 60_000));
        toClient.send(answer.slice(60_000, 120_000));
        toClient.send(answer.slice(120_000, 200_000));
        assertThat(read(dialled, toServer, answer.size())).isEqualTo(answer);
    }

    @Test
    void what_was_sent_before_closing_arrives_and_then_both_are_told() throws Exception {
        Line toServer = dial();
        Line toClient = accepted.receiveMessage(PATIENCE);
        Bytes last = random(90_000, 3);
        toServer.send(last);
        toServer.close();
        toServer.send(last);
        assertThat(read(served, toClient, last.size())).isEqualTo(last);
        assertThat(closed(served)).contains("the other side closed it");
        assertThat(closed(dialled)).contains("we closed it");
    }

    @Test
    void reading_waits_for_a_listener_that_does_not_release() throws Exception {
        Line toServer = dial();
        Line toClient = accepted.receiveMessage(PATIENCE);
        Bytes part = random(50_000, 4);
        for (int i = 0; i < 60; i++) toServer.send(part);
        int seen = receivedBytes(served);
        while (seen < LIMITS.receiveWindow()) seen += receivedBytes(served);
        served.expectNoMessage(Duration.ofMillis(300));
        assertThat(seen).isLessThan(60 * 50_000);
        toClient.release(seen);
        while (seen < 60 * 50_000) {
            int more = receivedBytes(served);
            toClient.release(more);
            seen += more;
        }
        assertThat(seen).isEqualTo(60 * 50_000);
    }

    @Test
    @Timeout(60)
    void a_slow_reader_is_cut_off_alone() throws Exception {
        TestProbe<LineEvent> other = KIT.createTestProbe();
        try (var slow = new Socket(address.host(), address.port())) {
            slow.getOutputStream().write(upgradeRequest());
            Line toSlow = accepted.receiveMessage(PATIENCE);
            client.dial(address, other.ref()::tell);
            Line toServer = other.expectMessageClass(LineEvent.Opened.class, PATIENCE).line();
            Line toOther = accepted.receiveMessage(PATIENCE);
            Bytes part = random(65_000, 5);
            for (int i = 0; i < 400; i++) toSlow.send(part);
            assertThat(closed(served)).contains("reads too slowly");
            toOther.send(part);
            assertThat(read(other, toServer, part.size())).isEqualTo(part);
            // Its socket is reset too, although what fills it was never read.
            assertThatThrownBy(() -> {
                for (;;) slow.getOutputStream().write(0);
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    @Timeout(60)
    void a_closed_line_does_not_wait_for_a_reader_that_never_reads() throws Exception {
        try (var slow = new Socket(address.host(), address.port())) {
            slow.getOutputStream().write(upgradeRequest());
            Line toSlow = accepted.receiveMessage(PATIENCE);
            for (int i = 0; i < 50; i++) toSlow.send(random(65_000, 5));
            toSlow.close();
            assertThat(closed(served)).contains("we closed it");
            assertThatThrownBy(() -> {
                for (;;) slow.getOutputStream().write(0);
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_text_frame_ends_the_line() throws Exception {
        WebSocket socket = webSocket();
        socket.sendText("lightning?", true).get(20, TimeUnit.SECONDS);
        assertThat(closed(served)).contains("a text frame came");
    }

    @Test
    void a_fragmented_text_message_ends_the_line() throws Exception {
        WebSocket socket = webSocket();
        socket.sendText("light", false).get(20, TimeUnit.SECONDS);
        assertThat(closed(served)).contains("a text frame came");
    }

    @Test
    void a_frame_beyond_the_limit_ends_the_line() throws Exception {
        WebSocket socket = webSocket();
        Line line = accepted.receiveMessage(PATIENCE);
        socket.sendBinary(ByteBuffer.allocate(LIMITS.frame() + 1), true).get(20, TimeUnit.SECONDS);
        for (;;) {
            LineEvent event = served.receiveMessage(PATIENCE);
            if (event instanceof LineEvent.Received received) line.release(received.bytes().size());
            if (event instanceof LineEvent.Closed end) {
                assertThat(end.reason()).contains("a frame of more than 100000 bytes");
                return;
            }
        }
    }

    @Test
    void fragments_and_frames_in_pieces_are_one_stream() throws Exception {
        WebSocket socket = webSocket();
        Line line = accepted.receiveMessage(PATIENCE);
        Bytes all = random(3_000, 6);
        socket.sendBinary(ByteBuffer.wrap(all.slice(0, 1_000).toByteArray()), false).get(20, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(all.slice(1_000, 2_000).toByteArray()), true).get(20, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(all.slice(2_000, 3_000).toByteArray()), true).get(20, TimeUnit.SECONDS);
        assertThat(read(served, line, 3_000)).isEqualTo(all);
    }

    @Test
    void a_dropped_tcp_connection_is_told() throws Exception {
        try (var socket = new Socket(address.host(), address.port())) {
            socket.getOutputStream().write(upgradeRequest());
            accepted.receiveMessage(PATIENCE);
            socket.setSoLinger(true, 0);
        }
        assertThat(closed(served)).isNotEmpty();
    }

    @Test
    void a_connection_that_asks_for_nothing_is_dropped() throws Exception {
        try (var socket = new Socket(address.host(), address.port())) {
            socket.getOutputStream().write("GET / HT".getBytes());
            socket.setSoTimeout(20_000);
            while (socket.getInputStream().read() >= 0);
        }
        accepted.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void a_plain_http_request_is_told_what_this_port_is() throws Exception {
        try (var socket = new Socket(address.host(), address.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
            socket.setSoTimeout(20_000);
            assertThat(new String(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 426")
                    .contains(
                            "BOLT 8");
        }
    }

    @Test
    void connections_beyond_the_cap_are_dropped_and_a_place_becomes_free_again() throws Exception {
        Line first = dial();
        dialMore();
        dialMore();
        TestProbe<LineEvent> fourth = KIT.createTestProbe();
        client.dial(address, fourth.ref()::tell);
        assertThat(closed(fourth)).contains("cannot connect to " + address);
        first.close();
        closed(dialled);
        closed(served);
        dialMore();
    }

    @Test
    void dialling_where_nobody_listens_is_told_with_the_address() {
        PeerAddress nobody = new PeerAddress("127.0.0.1", 1);
        client.dial(nobody, dialled.ref()::tell);
        assertThat(closed(dialled)).contains("cannot connect to 127.0.0.1:1");
    }

    @Test
    void dialling_one_who_never_answers_is_given_up() throws Exception {
        try (var silent = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            client.dial(new PeerAddress("127.0.0.1", silent.getLocalPort()), dialled.ref()::tell);
            assertThat(closed(dialled)).contains("no answer within 1 s");
        }
    }

    @Test
    void listening_on_a_port_that_is_taken_says_so() {
        var second = new WebSocketTransport(KIT.system(), "127.0.0.1", address.port(), Optional.empty(), LIMITS);
        assertThatThrownBy(() -> second.listen(line -> event -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasMessageContaining("cannot listen on 127.0.0.1:" + address.port());
    }

    @Test
    void a_stopped_transport_cuts_its_lines_and_frees_its_port() throws Exception {
        dial();
        server.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(closed(served)).contains("this node is stopping");
        assertThat(closed(dialled)).isNotEmpty();
        var again = new WebSocketTransport(KIT.system(), "127.0.0.1", address.port(), Optional.empty(), LIMITS);
        again.listen(line -> event -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS);
        again.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Line dial() {
        client.dial(address, dialled.ref()::tell);
        return dialled.expectMessageClass(LineEvent.Opened.class, PATIENCE).line();
    }

    private void dialMore() {
        TestProbe<LineEvent> probe = KIT.createTestProbe();
        client.dial(address, probe.ref()::tell);
        probe.expectMessageClass(LineEvent.Opened.class, PATIENCE);
    }

    private WebSocket webSocket() throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + address + "/"), new WebSocket.Listener() {})
                .get(20, TimeUnit.SECONDS);
    }

    private byte[] upgradeRequest() {
        return ("GET / HTTP/1.1\r\nHost: " + address + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").getBytes();
    }

    private static Bytes read(TestProbe<LineEvent> probe, Line line, int size) throws Exception {
        var all = new ByteArrayOutputStream();
        while (all.size() < size) {
            Bytes bytes = probe.expectMessageClass(LineEvent.Received.class, PATIENCE).bytes();
            line.release(bytes.size());
            all.write(bytes.toByteArray());
        }
        return Bytes.ofOwned(all.toByteArray());
    }

    private static int receivedBytes(TestProbe<LineEvent> probe) {
        return probe.expectMessageClass(LineEvent.Received.class, PATIENCE).bytes().size();
    }

    private static String closed(TestProbe<LineEvent> probe) {
        return probe.expectMessageClass(LineEvent.Closed.class, PATIENCE).reason();
    }

    private static Bytes random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Bytes.ofOwned(bytes);
    }
}
