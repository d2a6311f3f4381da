package fulgurite.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.AddressDescriptor.DnsName;
import fulgurite.protocol.wire.AddressDescriptor.Ipv4;
import fulgurite.protocol.wire.AddressDescriptor.Ipv6;
import fulgurite.protocol.wire.AddressDescriptor.OnionV3;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressDescriptorTest {
    /** The Tor Project's own site, as its specification of version 3 names it. */
    private static final String ONION = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    private static final Bytes ONION_BYTES = Onion.parse(ONION).orElseThrow();
    private static final String IPV4 = "017f0000012607";
    private static final String IPV6 = "0220010db80000000000000000000000072608";
    private static final String NAME = "05" + "0c" + "6e6f64652e6578616d706c" + "65" + "2609";

    private static List<AddressDescriptor> decode(String hex) {
        return AddressDescriptor.decode(Bytes.fromHex(hex));
    }

    @Test
    void every_kind_is_read_and_written_in_ascending_order() {
        List<AddressDescriptor> all = List.of(new Ipv4(Bytes.fromHex("7f000001"), 9735),
                new Ipv6(Bytes.fromHex("20010db8000000000000000000000007"), 9736), new OnionV3(ONION_BYTES, 9738),
                new DnsName("node.example", 9737));
        String hex = IPV4 + IPV6 + "04" + ONION_BYTES.toHex() + "260a" + NAME;
        assertThat(decode(hex)).isEqualTo(all);
        assertThat(AddressDescriptor.encode(all.reversed()).toHex()).isEqualTo(hex);
    }

    @Test
    void an_unknown_type_hides_what_follows_it_and_padding_and_old_onions_are_skipped() {
        assertThat(decode(IPV4 + "06" + IPV6)).hasSize(1);
        assertThat(decode("0000" + IPV4 + "03" + "00".repeat(12) + IPV6)).hasSize(2);
        assertThat(decode("")).isEmpty();
    }

    @Test
    void what_cannot_be_dialled_is_ignored() {
        assertThat(decode("017f0000010000" + IPV6)).hasSize(1);
        assertThat(decode("0501" + "0a" + "2607")).as("a line break").isEmpty();
        assertThat(decode("0500" + "2607")).as("no name").isEmpty();
        assertThat(decode("0501" + "e4" + "2607")).as("not ASCII").isEmpty();
        assertThat(decode("04" + "00".repeat(35) + "2607")).as("no onion").isEmpty();
    }

    @Test
    void of_two_names_the_first_counts_and_the_announcement_is_not_passed_on() {
        assertThat(decode(NAME + "0501622607")).containsExactly(new DnsName("node.example", 9737));
        assertThat(AddressDescriptor.isToBeForwarded(Bytes.fromHex(NAME + "0501622607"))).isFalse();
        assertThat(AddressDescriptor.isToBeForwarded(Bytes.fromHex(IPV4 + IPV4 + NAME))).isTrue();
    }

    @Test
    void a_descriptor_cut_short_is_refused() {
        for (String whole : List.of(IPV4, IPV6, "04" + ONION_BYTES.toHex() + "260a", NAME, "03" + "00".repeat(12)))
            for (int end = 2; end < whole.length(); end += 2) {
                String cut = whole.substring(0, end);
                assertThatThrownBy(() -> decode(cut)).isInstanceOf(MalformedException.class);
            }
    }

    @Test
    void two_names_and_ports_of_zero_are_not_announced() {
        assertThatThrownBy(() -> AddressDescriptor.encode(List.of(new DnsName("a", 1), new DnsName("b", 1))))
                .hasMessageContaining("one name");
        assertThatThrownBy(() -> AddressDescriptor.encode(List.of(new DnsName("a", 0)))).hasMessageContaining("zero");
    }

    @Test
    void an_onion_is_read_and_written_and_its_checksum_held() {
        assertThat(Onion.name(ONION_BYTES)).isEqualTo(ONION);
        assertThat(Onion.parse(ONION.toUpperCase(java.util.Locale.ROOT))).contains(ONION_BYTES);
        assertThat(Onion.parse("a" + ONION.substring(1))).isEmpty();
        assertThat(Onion.parse("1" + ONION.substring(1))).isEmpty();
        assertThat(Onion.parse("expyuzz4wqqyqhjn.onion")).as("version 2").isEmpty();
        assertThat(Onion.parse("node.example")).isEmpty();
    }
}
