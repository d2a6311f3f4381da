package fulgurite.node.transport;

import static fulgurite.node.transport.TwoTransports.LIMITS;
import static fulgurite.node.transport.TwoTransports.PATIENCE;
import static fulgurite.node.transport.TwoTransports.closed;
import static fulgurite.node.transport.TwoTransports.random;
import static fulgurite.node.transport.TwoTransports.read;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is dialled through a proxy, and what is not; no name here can be looked up. */
class ProxiedTransportTest {
    private static final ActorTestKit KIT = ActorTestKit.create("proxied");
    private static final String ONION = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    private final TwoTransports two = new TwoTransports(KIT, false);
    private final TestProbe<LineEvent> events = KIT.createTestProbe();

    @AfterEach
    void stops() {
        two.close();
    }

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    private static SocketTransport by(int proxy, boolean always) {
        return new SocketTransport(KIT.system(), "127.0.0.1", 0, LIMITS, Optional.of(new ProxySettings("127.0.0.1",
                proxy, always)), () -> 0);
    }

    private static void stop(SocketTransport transport) {
        transport.stop().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            ONION:9735, false, 3 ONION 9735
            ws://ONION:80, false, 3 ONION 80
            nobody.invalid:9735, true, 3 nobody.invalid 9735
            ws://nobody.invalid:9736, true, 3 nobody.invalid 9736
            192.0.2.77:9735, true, 1 c000024d 9735
            [2001:db8::7]:9735, true, 4 20010db8000000000000000000000007 9735
            ws://[2001:db8::7]:9735, true, 4 20010db8000000000000000000000007 9735
            """)
    void the_proxy_is_given_names_as_they_are_and_carries_bytes_both_ways(String to, boolean always, String asked)
            throws IOException {
        try (var proxy = new SocksProxy(two.address.port(), 0)) {
            SocketTransport transport = by(proxy.port(), always);
            transport.dial(PeerAddress.parse(to.replace("ONION", ONION)), events.ref()::tell);
            Line there = events.expectMessageClass(LineEvent.Opened.class, PATIENCE).line();
            there.send(Bytes.zeros(1));
            Line back = two.accepted.receiveMessage(PATIENCE);
            Bytes question = random(90_000, 1);
            there.send(question);
            assertThat(read(two.served, back, question.size() + 1).slice(1, question.size() + 1)).isEqualTo(question);
            back.send(question);
            assertThat(read(events, there, question.size())).isEqualTo(question);
            assertThat(proxy.asked).containsExactly(asked.replace("ONION", ONION));
            stop(transport);
        }
    }

    @Test
    void what_is_no_onion_is_dialled_without_the_proxy_unless_all_is_to_go_through_it() throws IOException {
        try (var proxy = new SocksProxy(two.address.port(), 0)) {
            SocketTransport transport = by(proxy.port(), false);
            transport.dial(two.address, events.ref()::tell);
            events.expectMessageClass(LineEvent.Opened.class, PATIENCE);
            assertThat(proxy.asked).isEmpty();
            stop(transport);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ws://"})
    void an_onion_is_not_even_looked_for_without_a_proxy(String scheme) {
        two.client.dial(PeerAddress.parse(scheme + ONION), two.dialled.ref()::tell);
        assertThat(closed(two.dialled)).contains(ONION, "needs a proxy (proxy.host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ws://"})
    void a_refusal_of_the_proxy_is_told(String scheme) throws IOException {
        try (var proxy = new SocksProxy(two.address.port(), 5)) {
            SocketTransport transport = by(proxy.port(), true);
            transport.dial(PeerAddress.parse(scheme + "192.0.2.77:9735"), events.ref()::tell);
            assertThat(closed(events)).contains("cannot connect to", "192.0.2.77:9735", "connection refused");
            stop(transport);
        }
    }

    @Test
    void a_proxy_that_says_nothing_is_given_up_and_one_that_is_not_there_is_told() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SocketTransport transport = by(silent.getLocalPort(), true);
            transport.dial(new PeerAddress("192.0.2.77", 9735), events.ref()::tell);
            assertThat(closed(events)).contains("no answer within 1 s");
            stop(transport);
        }
        SocketTransport transport = by(1, true);
        transport.dial(new PeerAddress("192.0.2.77", 9735), events.ref()::tell);
        assertThat(closed(events)).contains("cannot connect to 192.0.2.77:9735");
        stop(transport);
    }
}
