package fulgurite.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.units.NodeId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerUriTest {
    private static final String ID = "028d7500dd4c12685d1f568b4c2b5048e8534b873319f3a8daa612b469132ec7f7";

    @Test
    void a_uri_is_read_and_written_back() {
        String text = "fulgurite://" + ID + "@127.0.0.1:9735";
        PeerUri uri = PeerUri.parse(text);
        assertThat(uri).isEqualTo(new PeerUri(NodeId.fromHex(ID), new PeerAddress("127.0.0.1", 9735)));
        assertThat(uri).hasToString(text);
    }

    @Test
    void the_scheme_may_be_left_out_and_space_around_is_ignored() {
        assertThat(PeerUri.parse("  " + ID + "@node.example:1/ \n").address()).isEqualTo(new PeerAddress("node.example",
                1));
    }

    @Test
    void an_ipv6_host_stands_in_brackets_both_ways() {
        String text = "fulgurite://" + ID + "@[::1]:9735";
        assertThat(PeerUri.parse(text).address().host()).isEqualTo("::1");
        assertThat(PeerUri.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            ws://node.example:7000, ws://node.example, node.example, 7000, ws://node.example:7000
            WS://[::1]:1, ws://::1, ::1, 1, ws://[::1]:1
            Node.Example, node.example, node.example, 9735, node.example:9735
            [2001:db8::7], 2001:db8::7, 2001:db8::7, 9735, [2001:db8::7]:9735
            """)
    void an_address_says_how_it_is_spoken_to(String text, String host, String name, int port, String written) {
        PeerAddress address = PeerUri.parse(ID + "@" + text).address();
        assertThat(address).isEqualTo(new PeerAddress(host, port)).hasToString(written);
        assertThat(address.name()).isEqualTo(name);
        assertThat(address.isWebSocket()).isEqualTo(text.toLowerCase(Locale.ROOT).startsWith("ws:"));
    }

    @Test
    void an_onion_is_known_by_its_name() {
        assertThat(PeerAddress.parse("x.ONION:9735").isOnion()).isTrue();
        assertThat(PeerAddress.parse("ws://x.onion").isOnion()).isTrue();
        assertThat(PeerAddress.parse("onion.example").isOnion()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '', not of that form
            nonsense, not of that form
            http://ID@127.0.0.1:1, scheme is not fulgurite
            fulgurite://ID, not of that form
            fulgurite://ID@http://127.0.0.1:1, an address is HOST:PORT or ws://HOST:PORT
            fulgurite://ID@:80, needs a host
            fulgurite://ID@[]:80, needs a host
            fulgurite://ID@127.0.0.1:0, a port is 1..65535
            fulgurite://ID@127.0.0.1:65536, a port is 1..65535
            fulgurite://ID@127.0.0.1:999999, an address is HOST:PORT
            fulgurite://ID@::1:9735, an address is HOST:PORT
            fulgurite://ID@127.0.0.1:80/path, an address is HOST:PORT
            fulgurite://02ff@127.0.0.1:80, '66 hexadecimal digits, not 4'
            fulgurite://04IDx@127.0.0.1:80, '66 hexadecimal digits'
            """)
    void what_is_wrong_is_said(String text, String complaint) {
        assertThatThrownBy(() -> PeerUri.parse(text.replace("ID", ID))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fulgurite://NODEID@HOST:PORT")
                .hasMessageContaining(complaint);
    }

    @Test
    void a_node_id_that_is_no_key_is_refused() {
        assertThatThrownBy(() -> PeerUri.parse("04" + ID.substring(2) + "@h:1")).hasMessageContaining(
                "not a compressed public key");
        assertThatThrownBy(() -> PeerUri.parse("zz" + ID.substring(2) + "@h:1")).hasMessageContaining(
                "not a compressed public key");
    }
}
