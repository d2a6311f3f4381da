package fulgurite.node.transport;

import static fulgurite.node.transport.TwoTransports.LIMITS;
import static fulgurite.node.transport.TwoTransports.PATIENCE;
import static fulgurite.node.transport.TwoTransports.closed;
import static fulgurite.node.transport.TwoTransports.random;
import static fulgurite.node.transport.TwoTransports.read;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.units.Bytes;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What only WebSocket can do wrong. */
class WebSocketTransportTest {
    private static final ActorTestKit KIT = ActorTestKit.create("transport", com.typesafe.config.ConfigFactory
            .parseString("akka.loglevel = WARNING, akka.logger-startup-timeout = 60s")
            .withFallback(com.typesafe.config.ConfigFactory.load()));
    private final TwoTransports two = new TwoTransports(KIT, true);

    @AfterEach
    void stops() {
        two.close();
    }

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    @Test
    void a_text_frame_ends_the_line() throws Exception {
        WebSocket socket = webSocket();
        socket.sendText("lightning?", true).get(20, TimeUnit.SECONDS);
        assertThat(closed(two.served)).contains("a text frame came");
    }

    @Test
    void a_fragmented_text_message_ends_the_line() throws Exception {
        WebSocket socket = webSocket();
        socket.sendText("light", false).get(20, TimeUnit.SECONDS);
        assertThat(closed(two.served)).contains("a text frame came");
    }

    @Test
    void a_frame_beyond_the_limit_ends_the_line() throws Exception {
        WebSocket socket = webSocket();
        Line line = two.accepted.receiveMessage(PATIENCE);
        socket.sendBinary(ByteBuffer.allocate(LIMITS.frame() + 1), true).get(20, TimeUnit.SECONDS);
        for (;;) {
            LineEvent event = two.served.receiveMessage(PATIENCE);
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
        Line line = two.accepted.receiveMessage(PATIENCE);
        Bytes all = random(3_000, 6);
        socket.sendBinary(ByteBuffer.wrap(all.slice(0, 1_000).toByteArray()), false).get(20, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(all.slice(1_000, 2_000).toByteArray()), true).get(20, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(all.slice(2_000, 3_000).toByteArray()), true).get(20, TimeUnit.SECONDS);
        assertThat(read(two.served, line, 3_000)).isEqualTo(all);
    }

    @Test
    void a_connection_that_asks_for_nothing_is_dropped() throws Exception {
        try (var socket = new Socket(two.address.name(), two.address.port())) {
            socket.getOutputStream().write("GET / HT".getBytes());
            socket.setSoTimeout(20_000);
            while (socket.getInputStream().read() >= 0);
        }
        two.accepted.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void a_plain_http_request_is_told_what_this_port_is() throws Exception {
        try (var socket = new Socket(two.address.name(), two.address.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
            socket.setSoTimeout(20_000);
            assertThat(new String(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 426")
                    .contains(
                            "BOLT 8");
        }
    }

    @Test
    void dialling_one_who_never_answers_is_given_up() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            two.client.dial(PeerAddress.webSocket("127.0.0.1", silent.getLocalPort()), two.dialled.ref()::tell);
            assertThat(closed(two.dialled)).contains("no answer within 1 s");
        }
    }

    private WebSocket webSocket() throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(two.address + "/"), new WebSocket.Listener() {})
                .get(20, TimeUnit.SECONDS);
    }
}
