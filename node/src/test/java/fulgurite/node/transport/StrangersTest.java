package fulgurite.node.transport;

import static fulgurite.node.transport.TwoTransports.LIMITS;
import static fulgurite.node.transport.TwoTransports.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import fulgurite.node.transport.TransportLimits.PerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One address floods or stalls; another is served. */
class StrangersTest {
    private static final ActorTestKit KIT = ActorTestKit.create("strangers");
    private static final String OFFENDER = "127.0.0.66";
    private static final String OTHER = "127.0.0.7";

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    private static TwoTransports two(int connections, PerAddress perAddress) {
        return new TwoTransports(KIT, false, LIMITS.with(connections, perAddress));
    }

    private static Socket connect(String from, TwoTransports two) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(two.address.name(), two.address.port()));
        return socket;
    }

    /** Whether the node hangs up on it. */
    private static boolean isCut(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Test
    void who_takes_all_its_places_takes_nobody_elses() throws IOException {
        List<Socket> held = new ArrayList<>();
        try (TwoTransports two = two(100, new PerAddress(5, 1_000, Duration.ofSeconds(1), true))) {
            for (int i = 0; i < 5; i++) {
                held.add(connect(OFFENDER, two));
                held.getLast().getOutputStream().write(0);
                two.accepted.receiveMessage(PATIENCE);
            }
            for (int i = 0; i < 20; i++) {
                held.add(connect(OFFENDER, two));
                assertThat(isCut(held.getLast())).isTrue();
            }
            held.add(connect(OTHER, two));
            held.getLast().getOutputStream().write(0);
            assertThat(two.accepted.receiveMessage(PATIENCE).description()).startsWith("from " + OTHER);
        } finally {
            for (Socket socket : held) socket.close();
        }
    }

    @Test
    void who_comes_again_and_again_is_soon_not_heard() throws IOException {
        try (TwoTransports two = two(100, new PerAddress(50, 8, Duration.ofMinutes(10), true))) {
            for (int i = 0; i < 8; i++)
                try (Socket one = connect(OFFENDER, two)) {
                    one.getOutputStream().write(0);
                    two.accepted.receiveMessage(PATIENCE);
                }
            for (int i = 0; i < 50; i++)
                try (Socket one = connect(OFFENDER, two)) {
                    assertThat(isCut(one)).isTrue();
                }
            try (Socket other = connect(OTHER, two)) {
                other.getOutputStream().write(0);
                assertThat(two.accepted.receiveMessage(PATIENCE).description()).startsWith("from " + OTHER);
            }
        }
    }

    @Test
    void who_says_nothing_gives_its_place_back_in_time() throws IOException {
        try (TwoTransports two = two(2, PerAddress.DEFAULT);
                Socket first = connect(OFFENDER, two);
                Socket second = connect(OFFENDER, two)) {
            assertThat(isCut(first)).isTrue();
            assertThat(isCut(second)).isTrue();
            two.open();
        }
    }

    @Test
    void who_speaks_something_else_is_cut_off_at_its_first_byte() throws IOException {
        try (TwoTransports two = two(100, PerAddress.DEFAULT)) {
            for (String greeting : List.of("SSH-2.0-x\r\n", "POST / HTTP/1.1\r\n\r\n", "\u0001", "\u0016\u0003\u0001"))
                try (Socket socket = connect(OFFENDER, two)) {
                    socket.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
                    assertThat(isCut(socket)).isTrue();
                }
            two.open();
        }
    }
}
