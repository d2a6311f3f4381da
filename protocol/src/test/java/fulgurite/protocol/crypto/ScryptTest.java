package fulgurite.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.units.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScryptTest {
    @Test
    void derives_the_keys_of_rfc_7914() {
        assertThat(derived("", "", new Scrypt.Cost(16, 1, 1))).isEqualTo(
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
        assertThat(derived("password", "NaCl", new Scrypt.Cost(1024, 8, 16))).isEqualTo(
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
        assertThat(derived("pleaseletmein", "SodiumChloride", new Scrypt.Cost(16384, 8, 1))).isEqualTo(
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                        + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
    }

    @Test
    void refuses_a_cost_that_is_none_or_would_take_all_memory() {
        assertThatThrownBy(() -> new Scrypt.Cost(1000, 8, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Scrypt.Cost(1 << 20, 32, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Scrypt.Cost(1 << 21, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Scrypt.Cost(16, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String derived(String passphrase, String salt, Scrypt.Cost cost) {
        return Scrypt.derive(ascii(passphrase), ascii(salt), cost, 64).toHex();
    }

    private static Bytes ascii(String text) {
        return Bytes.ofOwned(text.getBytes(StandardCharsets.US_ASCII));
    }
}
