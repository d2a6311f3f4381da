package fulgurite.protocol.bitcoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PublicKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HdKeysTest {
    private static final String WORDS = "abandon abandon abandon abandon abandon abandon abandon abandon abandon "
            + "abandon abandon about";

    @Test
    void derives_every_key_of_the_first_two_vectors_of_bip_32() throws IOException {
        int checked = 0;
        HdKeys master = HdKeys.fromSeed(Bytes.zeros(16));
        for (String line : lines("/bip/bip32.txt")) {
            String[] words = line.split(" ");
            if (words[0].equals("seed")) {
                master = HdKeys.fromSeed(Bytes.fromHex(words[1]));
            } else {
                HdKeys key = words[0].equals("m") ? master : master.path(words[0]);
                assertThat(key.extendedPrivateKey()).as(words[0]).isEqualTo(words[1]);
                checked++;
            }
        }
        assertThat(checked).isEqualTo(12);
    }

    @Test
    void derives_the_addresses_of_bip_84() {
        HdKeys account = HdKeys.fromMnemonic(WORDS, "").path("m/84'/0'/0'");
        assertThat(account.path("0/0").publicKey()).isEqualTo(
                PublicKey.fromHex("0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c"));
        assertThat(addresses(account, "0/0", "0/1", "1/0")).containsExactly(
                "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu", "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g",
                "bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el");
    }

    @Test
    void makes_the_words_and_seeds_of_every_vector_of_bip_39() throws IOException {
        List<String> vectors = lines("/bip/bip39.txt");
        assertThat(vectors).hasSize(24);
        for (String vector : vectors) {
            String[] parts = vector.split(" ", 3);
            assertThat(HdKeys.toMnemonic(Bytes.fromHex(parts[0]))).isEqualTo(parts[2]);
            assertThat(HdKeys.mnemonicSeed(parts[2], "TREZOR")).as(parts[2]).isEqualTo(Bytes.fromHex(parts[1]));
        }
    }

    @Test
    void words_and_entropy_are_the_same_thing() {
        assertThat(HdKeys.toMnemonic(Bytes.zeros(16))).isEqualTo(WORDS);
        assertThat(HdKeys.toMnemonic(Bytes.fromHex("7f".repeat(16))))
                .isEqualTo("legal winner thank year wave sausage worth useful legal winner thank yellow");
    }

    @Test
    void refuses_words_with_a_wrong_checksum_without_repeating_them() {
        assertThatThrownBy(() -> HdKeys.fromMnemonic(WORDS.replace("about", "abandon"), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("abandon")
                .hasNoCause();
        assertThatThrownBy(() -> HdKeys.fromMnemonic("fulgurite", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refuses_a_short_seed_and_a_path_of_another_form() {
        assertThatThrownBy(() -> HdKeys.fromSeed(Bytes.zeros(15))).isInstanceOf(IllegalArgumentException.class);
        HdKeys master = HdKeys.fromSeed(Bytes.zeros(32));
        for (String wrong : List.of("m/", "84''", "-1", "x", "1/"))
            assertThatThrownBy(() -> master.path(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void its_text_form_hides_the_key() {
        HdKeys key = HdKeys.fromSeed(Bytes.zeros(32)).path("84'");
        assertThat(key.toString()).isEqualTo("HdKeys(m/84', hidden)");
    }

    static List<String> lines(String resource) throws IOException {
        try (InputStream in = HdKeysTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    private static List<String> addresses(HdKeys account, String... paths) {
        return List.of(paths)
                .stream()
                .map(path -> Address.p2wpkh(account.path(path).publicKey(), BitcoinNetwork.MAINNET).toString())
                .toList();
    }
}
