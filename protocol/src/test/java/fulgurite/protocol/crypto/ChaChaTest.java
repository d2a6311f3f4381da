package fulgurite.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Against RFC 8439. */
class ChaChaTest {
    private static final Bytes32 KEY = Bytes32
            .fromHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    private static final Bytes NONCE = Bytes.fromHex("070000004041424344454647");
    private static final Bytes ASSOCIATED = Bytes.fromHex("50515253c0c1c2c3c4c5c6c7");
    private static final Bytes SUNSCREEN = Bytes.ofOwned(
            ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
                    + "sunscreen would be it.").getBytes(StandardCharsets.US_ASCII));
    private static final Bytes SEALED = Bytes.fromHex(
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
                    + "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                    + "3ff4def08e4b7a9de576d26586cec64b6116" + "1ae10b594f09e26a7e902ecbd0600691");

    @Test
    void the_key_stream_is_that_of_appendix_a1() {
        Bytes stream = ChaCha.keyStream(Bytes32.ZERO, 64);
        assertThat(stream.toHex()).isEqualTo(
                "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                        + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
        assertThat(ChaCha.keyStream(Bytes32.ZERO, 1300).slice(0, 64)).isEqualTo(stream);
        assertThat(ChaCha.keyStream(Bytes32.ZERO, 0)).isEqualTo(Bytes.EMPTY);
    }

    @Test
    void sealing_is_that_of_section_2_8_2() {
        assertThat(ChaCha.encrypt(KEY, NONCE, ASSOCIATED, SUNSCREEN)).isEqualTo(SEALED);
        assertThat(ChaCha.decrypt(KEY, NONCE, ASSOCIATED, SEALED)).contains(SUNSCREEN);
    }

    @Test
    void nothing_opens_when_anything_differs() {
        for (int bit = 0; bit < SEALED.size() * 8; bit += 7) {
            byte[] changed = SEALED.toByteArray();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(ChaCha.decrypt(KEY, NONCE, ASSOCIATED, Bytes.ofOwned(changed))).as("bit %d", bit).isEmpty();
        }
        assertThat(ChaCha.decrypt(KEY, NONCE, Bytes.EMPTY, SEALED)).isEmpty();
        assertThat(ChaCha.decrypt(KEY, Bytes.zeros(12), ASSOCIATED, SEALED)).isEmpty();
        assertThat(ChaCha.decrypt(Bytes32.ZERO, NONCE, ASSOCIATED, SEALED)).isEmpty();
    }

    @Test
    void what_is_shorter_than_a_tag_does_not_open() {
        for (int size = 0; size < 16; size++)
            assertThat(ChaCha.decrypt(KEY, NONCE, ASSOCIATED, Bytes.zeros(size))).as("%d bytes", size).isEmpty();
    }

    @Test
    void one_key_and_nonce_may_be_used_twice_in_a_row_and_after_a_forgery() {
        Bytes32 key = Bytes32.fromHex("07".repeat(32));
        Bytes nonce = Bytes.zeros(12);
        Bytes message = Bytes.fromHex("0102030405");
        Bytes once = ChaCha.encrypt(key, nonce, Bytes.EMPTY, message);

        assertThat(ChaCha.encrypt(key, nonce, Bytes.EMPTY, message)).isEqualTo(once);
        assertThat(ChaCha.decrypt(key, nonce, Bytes.EMPTY, once)).contains(message);
        assertThat(ChaCha.decrypt(key, nonce, Bytes.EMPTY, Bytes.zeros(21))).isEmpty();
        assertThat(ChaCha.decrypt(key, nonce, Bytes.EMPTY, once)).contains(message);
    }
}
