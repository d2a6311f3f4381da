package fulgurite.protocol.bitcoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class AddressTest {
    @Test
    void reads_and_writes_every_valid_address_of_bip_350_and_refuses_every_invalid_one() throws IOException {
        int valid = 0;
        int invalid = 0;
        for (String line : HdKeysTest.lines("/bip/bip350.txt")) {
            String[] words = line.split(" ");
            if (words[0].equals("valid")) {
                String text = words[1].toLowerCase(Locale.ROOT);
                BitcoinNetwork network = text.startsWith("bc1") ? BitcoinNetwork.MAINNET : BitcoinNetwork.TESTNET4;
                Address address = Address.parse(words[1], network);
                assertThat(address.script()).as(text).isEqualTo(Bytes.fromHex(words[2]));
                assertThat(address).hasToString(text);
                assertThat(Address.ofScript(address.script(), network)).contains(address);
                valid++;
            } else {
                for (BitcoinNetwork network : BitcoinNetwork.values())
                    assertThatThrownBy(() -> Address.parse(words[1], network)).as(line)
                            .isInstanceOf(IllegalArgumentException.class);
                invalid++;
            }
        }
        assertThat(List.of(valid, invalid)).containsExactly(8, 15);
    }

    @Test
    void an_address_of_another_network_is_refused_with_the_prefix_to_use() {
        assertThatThrownBy(() -> Address.parse("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu", BitcoinNetwork.REGTEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bcrt1");
    }

    @Test
    void regtest_addresses_begin_with_bcrt() {
        var address = new Address(BitcoinNetwork.REGTEST, 0, Bytes.zeros(20));
        assertThat(address.toString()).startsWith("bcrt1q");
        assertThat(Address.parse(address.toString(), BitcoinNetwork.REGTEST)).isEqualTo(address);
    }

    @Test
    void a_script_that_is_no_witness_program_has_no_address() {
        for (String script : List.of("", "51", "6a0401020304", "0015" + "00".repeat(21),
                "76a914" + "00".repeat(20) + "88ac",
                "5014" + "00".repeat(20), "5214" + "00".repeat(19)))
            assertThat(Address.ofScript(Bytes.fromHex(script), BitcoinNetwork.REGTEST)).as(script).isEmpty();
    }
}
