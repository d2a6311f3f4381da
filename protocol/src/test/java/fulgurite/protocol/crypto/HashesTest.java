package fulgurite.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HashesTest {
    @Test
    void sha256_is_that_of_fips_180() {
        String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertThat(Hashes.sha256(ascii("abc")).toHex()).isEqualTo(expected);
        assertThat(Hashes.sha256(ascii("a"), Bytes.EMPTY, ascii("bc")).toHex()).isEqualTo(expected);
        assertThat(Hashes.sha256Twice(ascii("hello")).toHex())
                .isEqualTo("9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50");
    }

    @Test
    void ripemd160_is_that_of_its_authors() {
        assertThat(Hashes.ripemd160(ascii("abc")).toHex()).isEqualTo("8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
        // BIP 173's key hash is that of the generator point.
        Bytes generator = Bytes.fromHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        assertThat(Hashes.hash160(generator).toHex()).isEqualTo("751e76e8199196d454941c45d1b3a323f1433bd6");
    }

    @Test
    void hmac_is_that_of_rfc_4231() {
        assertThat(Hashes.hmacSha256(Bytes.fromHex("0b".repeat(20)), ascii("Hi There")).toHex())
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(Hashes.hmacSha256(ascii("Jefe"), ascii("what do ya want "), ascii("for nothing?")).toHex())
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(Hashes.hmacSha256(Bytes.fromHex("aa".repeat(131)),
                ascii("Test Using Larger Than Block-Size Key - Hash Key First")).toHex())
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
        assertThat(Hashes.hmacSha256(Bytes.EMPTY, Bytes.EMPTY).toHex())
                .isEqualTo("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    }

    @Test
    void hkdf_begins_as_rfc_5869_says() {
        // The RFC's first and third cases expand to 42 bytes; the first 42 of our 64 are the same.
        var first = Hashes.hkdfPair(Bytes.fromHex("000102030405060708090a0b0c"), Bytes.fromHex("0b".repeat(22)),
                Bytes.fromHex("f0f1f2f3f4f5f6f7f8f9"));
        assertThat(first.first().toHex() + first.second().toHex()).startsWith(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
        var third = Hashes.hkdfPair(Bytes.EMPTY, Bytes.fromHex("0b".repeat(22)), Bytes.EMPTY);
        assertThat(third.first().toHex() + third.second().toHex()).startsWith(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    }

    private static Bytes ascii(String text) {
        return Bytes.ofOwned(text.getBytes(StandardCharsets.US_ASCII));
    }
}
