package fulgurite.node.transport;

import static fulgurite.node.transport.TwoTransports.LIMITS;
import static fulgurite.node.transport.TwoTransports.PATIENCE;
import static fulgurite.node.transport.TwoTransports.closed;
import static fulgurite.node.transport.TwoTransports.random;
import static fulgurite.node.transport.TwoTransports.read;
import static fulgurite.node.transport.TwoTransports.receivedBytes;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.node.transport.TwoTransports.Ends;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for TCP and WebSocket alike. */
@ParameterizedClass(name = "webSocket = {0}")
@ValueSource(booleans = {false, true})
class SocketTransportTest {
    private static final ActorTestKit KIT = ActorTestKit.create("transport", com.typesafe.config.ConfigFactory
            .parseString("akka.loglevel = WARNING, akka.logger-startup-timeout = 60s")
            .withFallback(com.typesafe.config.ConfigFactory.load()));
    private final boolean webSocket;
    private final TwoTransports two;

    SocketTransportTest(boolean webSocket) {
        this.webSocket = webSocket;
        this.two = new TwoTransports(KIT, webSocket);
    }

    @AfterEach
    void stops() {
        two.close();
    }

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    @Test
    void bytes_flow_both_ways_in_order() throws Exception {
        Ends ends = two.open();
        Line toServer = ends.toServer();
        Line toClient = ends.toClient();
        Bytes question = random(300_000, 1);
        Bytes answer = random(200_000, 2);
        for (int at = 0; at < question.size(); at += 777)
            toServer.send(question.slice(at, Math.min(question.size(), at + 777)));
        assertThat(read(two.served, toClient, question.size())).isEqualTo(question);
        toClient.send(answer.slice(0, 60_000));
        toClient.send(answer.slice(60_000, 120_000));
        toClient.send(answer.slice(120_000, 200_000));
        assertThat(read(two.dialled, toServer, answer.size())).isEqualTo(answer);
    }

    @Test
    void what_was_sent_before_closing_arrives_and_then_both_are_told() throws Exception {
        Ends ends = two.open();
        Line toServer = ends.toServer();
        Line toClient = ends.toClient();
        Bytes last = random(90_000, 3);
        toServer.send(last);
        toServer.close();
        toServer.send(last);
        assertThat(read(two.served, toClient, last.size())).isEqualTo(last);
        assertThat(closed(two.served)).contains("the other side closed it");
        assertThat(closed(two.dialled)).contains("we closed it");
    }

    @Test
    void reading_waits_for_a_listener_that_does_not_release() throws Exception {
        Ends ends = two.open();
        Line toServer = ends.toServer();
        Line toClient = ends.toClient();
        Bytes part = random(50_000, 4);
        for (int i = 0; i < 60; i++) toServer.send(part);
        int seen = receivedBytes(two.served);
        while (seen < LIMITS.receiveWindow()) seen += receivedBytes(two.served);
        two.served.expectNoMessage(Duration.ofMillis(300));
        assertThat(seen).isLessThan(60 * 50_000);
        toClient.release(seen);
        while (seen < 60 * 50_000) {
            int more = receivedBytes(two.served);
            toClient.release(more);
            seen += more;
        }
        assertThat(seen).isEqualTo(60 * 50_000);
    }

    @Test
    @Timeout(60)
    void a_slow_reader_is_cut_off_alone() throws Exception {
        TestProbe<LineEvent> other = KIT.createTestProbe();
        try (var slow = new Socket(two.address.name(), two.address.port())) {
            slow.getOutputStream().write(beginning());
            Line toSlow = two.accepted.receiveMessage(PATIENCE);
            two.client.dial(two.address, other.ref()::tell);
            Line toServer = other.expectMessageClass(LineEvent.Opened.class, PATIENCE).line();
            toServer.send(Bytes.zeros(1));
            Line toOther = two.accepted.receiveMessage(PATIENCE);
            Bytes part = random(65_000, 5);
            for (int i = 0; i < 400; i++) toSlow.send(part);
            assertThat(closed(two.served)).contains("reads too slowly");
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
        try (var slow = new Socket(two.address.name(), two.address.port())) {
            slow.getOutputStream().write(beginning());
            Line toSlow = two.accepted.receiveMessage(PATIENCE);
            for (int i = 0; i < 50; i++) toSlow.send(random(65_000, 5));
            toSlow.close();
            assertThat(closed(two.served)).contains("we closed it");
            assertThatThrownBy(() -> {
                for (;;) slow.getOutputStream().write(0);
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_dropped_tcp_connection_is_told() throws Exception {
        try (var socket = new Socket(two.address.name(), two.address.port())) {
            socket.getOutputStream().write(beginning());
            two.accepted.receiveMessage(PATIENCE);
            socket.setSoLinger(true, 0);
        }
        assertThat(closed(two.served)).isNotEmpty();
    }

    @Test
    void connections_beyond_the_cap_are_dropped_and_a_place_becomes_free_again() throws Exception {
        Line first = two.open().toServer();
        two.dialMore().expectMessageClass(LineEvent.Opened.class, PATIENCE);
        two.dialMore().expectMessageClass(LineEvent.Opened.class, PATIENCE);
        TestProbe<LineEvent> fourth = two.dialMore();
        if (webSocket) assertThat(closed(fourth)).contains("cannot connect to " + two.address);
        else {
            // TCP is open before we are asked.
            fourth.expectMessageClass(LineEvent.Opened.class, PATIENCE).line().send(Bytes.zeros(1));
            closed(fourth);
        }
        first.close();
        closed(two.dialled);
        closed(two.served);
        TestProbe<LineEvent> fifth = two.dialMore();
        fifth.expectMessageClass(LineEvent.Opened.class, PATIENCE).line().send(Bytes.zeros(1));
        two.accepted.receiveMessage(PATIENCE);
    }

    @Test
    void dialling_where_nobody_listens_is_told_with_the_address() {
        PeerAddress nobody = webSocket ? PeerAddress.webSocket("127.0.0.1", 1) : new PeerAddress("127.0.0.1", 1);
        two.client.dial(nobody, two.dialled.ref()::tell);
        assertThat(closed(two.dialled)).contains("cannot connect to " + nobody);
    }

    @Test
    void listening_on_a_port_that_is_taken_says_so() {
        var second = TwoTransports.transport(KIT, two.address.port(), LIMITS);
        assertThatThrownBy(() -> second.listen(line -> event -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasMessageContaining("cannot listen on 127.0.0.1:" + two.address.port());
    }

    @Test
    void a_stopped_transport_cuts_its_lines_and_frees_its_port() throws Exception {
        two.open();
        two.server.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(closed(two.served)).contains("this node is stopping");
        assertThat(closed(two.dialled)).isNotEmpty();
        var again = TwoTransports.transport(KIT, two.address.port(), LIMITS);
        again.listen(line -> event -> {}).toCompletableFuture().get(20, TimeUnit.SECONDS);
        again.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Anybody may use the common pool, and block it. */
    @Test
    void lines_open_and_end_while_the_common_pool_is_blocked() throws Exception {
        var free = new CountDownLatch(1);
        for (int i = 0; i <= ForkJoinPool.getCommonPoolParallelism(); i++) ForkJoinPool.commonPool().execute(() -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            Ends ends = two.open();
            ends.toServer().close();
            assertThat(closed(two.served)).contains("the other side closed it");
            assertThat(closed(two.dialled)).contains("we closed it");
            two.close();
        } finally {
            free.countDown();
        }
    }

    /** What begins a line, from a peer that will read nothing. */
    private byte[] beginning() {
        return webSocket
                ? ("GET / HTTP/1.1\r\nHost: " + two.address.name() + "\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n\r\n").getBytes(US_ASCII)
                : new byte[]{0};
    }
}
