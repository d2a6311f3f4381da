package fulgurite.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.units.Bytes;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a strict listener such as Core Lightning's sees when we dial it. */
class WebSocketOnTheWireTest {
    /** A stream that waits for the other side is given up after a moment, where one may be. */
    private static final ActorTestKit KIT = ActorTestKit.create("wire", ConfigFactory.parseString(
            "akka.stream.materializer.subscription-timeout.timeout = 100ms").withFallback(ConfigFactory.load()));
    private static final Pattern KEY = Pattern.compile("\r\nSec-WebSocket-Key: (\\S+)\r\n");

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    @Test
    void headers_are_spelt_as_wanted_and_each_frame_is_whole_binary_and_masked_with_zero() throws Exception {
        TestProbe<LineEvent> events = KIT.createTestProbe();
        var transport = SocketTransport.onLoopback(KIT.system(), 0);
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            transport.dial(PeerAddress.webSocket("127.0.0.1", listener.getLocalPort()), events.ref()::tell);
            try (Socket socket = listener.accept()) {
                var in = new DataInputStream(socket.getInputStream());
                String head = head(in);
                assertThat(head).contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n",
                        "\r\nSec-WebSocket-Version: 13\r\n").doesNotContain("Extensions", "Protocol:");
                // The other side takes its time to agree.
                events.expectNoMessage(Duration.ofMillis(500));
                socket.getOutputStream().write(switching(head).getBytes(StandardCharsets.US_ASCII));
                var line = events.expectMessageClass(LineEvent.Opened.class, Duration.ofSeconds(15)).line();
                byte[] sent = new byte[60_000];
                for (int i = 0; i < sent.length; i++) sent[i] = (byte) (i * 31);
                line.send(Bytes.copyOf(sent));
                assertThat(in.readUnsignedByte()).as("final, binary").isEqualTo(0x82);
                assertThat(in.readUnsignedByte()).as("masked, 16 bits of length").isEqualTo(0xfe);
                assertThat(in.readUnsignedShort()).isEqualTo(sent.length);
                assertThat(in.readInt()).as("masking key").isZero();
                assertThat(in.readNBytes(sent.length)).isEqualTo(sent);
            }
        }
        transport.stop();
    }

    private static String head(DataInputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) head.append((char) in.readUnsignedByte());
        return head.toString();
    }

    private static String switching(String head) throws Exception {
        Matcher key = KEY.matcher(head);
        assertThat(key.find()).isTrue();
        byte[] proof = MessageDigest.getInstance("SHA-1")
                .digest((key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(proof) + "\r\n\r\n";
    }
}
