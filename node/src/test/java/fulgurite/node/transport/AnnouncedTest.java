package fulgurite.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.units.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnouncedTest {
    private static final String ONION = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";

    @Test
    void what_is_announced_is_read_back_in_ascending_order() {
        List<PeerAddress> all = List.of(new PeerAddress("203.0.113.7", 9735), PeerAddress.parse("[2001:db8::7]:9736"),
                new PeerAddress(ONION, 9737), new PeerAddress("node.example", 9738));
        List<PeerAddress> read = Announced.addresses(Announced.descriptors(all.reversed()));
        assertThat(read).extracting(PeerAddress::port).containsExactly(9735, 9736, 9737, 9738);
        assertThat(read.get(0).name()).isEqualTo("203.0.113.7");
        assertThat(read.get(1).name()).isEqualTo("2001:db8:0:0:0:0:0:7");
        assertThat(read.get(2).isOnion()).isTrue();
        assertThat(read.get(3)).isEqualTo(all.get(3));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            ws://203.0.113.7:9735, only plain TCP
            expyuzz4wqqyqhjn.onion:9735, not an onion of version 3
            0.0.0.0:9735, stands for every address
            [::]:9735, stands for every address
            no_de!.example:9735, not a name
            999.0.0.1:9735, not an address
            """)
    void what_cannot_be_announced_is_said(String address, String complaint) {
        assertThatThrownBy(() -> Announced.descriptors(List.of(PeerAddress.parse(address))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void a_malformed_announcement_has_no_addresses() {
        assertThat(Announced.addresses(Bytes.fromHex("017f"))).isEmpty();
    }

    @Test
    void what_is_for_this_machine_alone_is_not_reachable() {
        assertThat(Announced.isReachable(new PeerAddress("127.0.0.1", 1))).isFalse();
        assertThat(Announced.isReachable(new PeerAddress("0.0.0.0", 1))).isFalse();
        assertThat(Announced.isReachable(new PeerAddress("fe80::1", 1))).isFalse();
        assertThat(Announced.isReachable(new PeerAddress("203.0.113.7", 1))).isTrue();
    }
}
