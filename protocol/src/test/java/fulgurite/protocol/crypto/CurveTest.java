package fulgurite.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Signature;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CurveTest {
    private static final BigInteger ORDER = new BigInteger(
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    private static final PublicKey GENERATOR = PublicKey
            .fromHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final PublicKey TWICE_THE_GENERATOR = PublicKey
            .fromHex("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
    private static final PublicKey NOT_A_POINT = PublicKey.fromHex("02" + "00".repeat(31) + "05");
    private static final Bytes32 DIGEST = Hashes
            .sha256(Bytes.ofOwned("Satoshi Nakamoto".getBytes(StandardCharsets.US_ASCII)));

    @Test
    void multiples_of_the_generator_are_where_sec_2_puts_them() {
        assertThat(Curve.publicKey(number(1))).isEqualTo(GENERATOR);
        assertThat(Curve.publicKey(number(2))).isEqualTo(TWICE_THE_GENERATOR);
        assertThat(Curve.add(GENERATOR, GENERATOR)).isEqualTo(TWICE_THE_GENERATOR);
        assertThat(Curve.multiply(GENERATOR, number(2))).isEqualTo(TWICE_THE_GENERATOR);
    }

    @Test
    void arithmetic_of_keys_and_points_agrees() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 50; i++) {
            PrivateKey a = key(random);
            PrivateKey b = key(random);
            PublicKey pointA = Curve.publicKey(a);
            PublicKey pointB = Curve.publicKey(b);
            assertThat(value(Curve.add(a, b))).isEqualTo(value(a).add(value(b)).mod(ORDER));
            assertThat(value(Curve.multiply(a, b))).isEqualTo(value(a).multiply(value(b)).mod(ORDER));
            assertThat(Curve.publicKey(Curve.add(a, b))).isEqualTo(Curve.add(pointA, pointB));
            assertThat(Curve.publicKey(Curve.multiply(a, b))).isEqualTo(Curve.multiply(pointA, b));
            assertThat(Curve.sharedSecret(a, pointB)).isEqualTo(Curve.sharedSecret(b, pointA));
        }
    }

    @Test
    void secrets_are_1_to_n_minus_1() {
        assertThat(Curve.isValidSecret(number(0))).isFalse();
        assertThat(Curve.isValidSecret(number(1))).isTrue();
        assertThat(Curve.isValidSecret(PrivateKey.fromHex(ORDER.subtract(BigInteger.ONE).toString(16)))).isTrue();
        assertThat(Curve.isValidSecret(PrivateKey.fromHex(ORDER.toString(16)))).isFalse();
    }

    @Test
    void points_are_told_from_other_bytes() {
        assertThat(Curve.isOnCurve(GENERATOR)).isTrue();
        assertThat(Curve.isOnCurve(NOT_A_POINT)).isFalse();
        assertThatThrownBy(() -> Curve.multiply(NOT_A_POINT, number(2))).isInstanceOf(RuntimeException.class);
    }

    @Test
    void signatures_are_deterministic_as_rfc_6979_says() {
        Signature signature = Curve.sign(DIGEST, number(1));
        assertThat(signature.toHex()).isEqualTo(
                "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                        + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
        assertThat(Curve.verify(DIGEST, signature, GENERATOR)).isTrue();
        assertThat(Curve.toDer(signature).toHex()).isEqualTo(
                "3045022100934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                        + "02202442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
    }

    @Test
    @Tag("rule:15")
    void only_the_very_signature_verifies() {
        Signature signature = Curve.sign(DIGEST, number(1));
        assertThat(Curve.verify(Bytes32.ZERO, signature, GENERATOR)).isFalse();
        assertThat(Curve.verify(DIGEST, signature, TWICE_THE_GENERATOR)).isFalse();
        assertThat(Curve.verify(DIGEST, signature, NOT_A_POINT)).isFalse();
        assertThat(Curve.verify(DIGEST, new Signature(Bytes.zeros(64)), GENERATOR)).isFalse();
        assertThat(Curve.verify(DIGEST, new Signature(Bytes.fromHex("ff".repeat(64))), GENERATOR)).isFalse();
        assertThat(Curve.verify(DIGEST, highS(signature), GENERATOR)).as("a high S").isFalse();
    }

    @Test
    void a_signer_is_recovered_by_one_of_its_two_ids() {
        var random = new SplittableRandom(2);
        for (int i = 0; i < 20; i++) {
            PrivateKey key = key(random);
            Signature signature = Curve.sign(DIGEST, key);
            PublicKey signer = Curve.publicKey(key);
            int id = Curve.recover(DIGEST, signature, 0).equals(signer) ? 0 : 1;
            assertThat(Curve.recover(DIGEST, signature, id)).isEqualTo(signer);
            assertThat(Curve.recover(DIGEST, highS(signature), 1 - id)).isEqualTo(signer);
        }
        assertThatThrownBy(() -> Curve.recover(DIGEST, new Signature(Bytes.zeros(64)), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Signature highS(Signature signature) {
        BigInteger s = new BigInteger(1, signature.bytes().slice(32, 64).toByteArray());
        return new Signature(signature.bytes().slice(0, 32).concat(bytes(ORDER.subtract(s))));
    }

    private static PrivateKey key(SplittableRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return PrivateKey.copyOf(bytes);
    }

    private static PrivateKey number(int value) {
        return new PrivateKey(bytes(BigInteger.valueOf(value)));
    }

    private static BigInteger value(PrivateKey key) {
        return new BigInteger(1, key.toByteArray());
    }

    private static Bytes bytes(BigInteger value) {
        return Bytes.fromHex("%064x".formatted(value));
    }

    @Test
    void der_is_read_as_it_is_written_and_in_no_other_way() {
        for (int round = 1; round < 200; round++) {
            Signature signature = Curve.sign(Hashes.sha256(Bytes.zeros(round)), PrivateKey.fromHex("11".repeat(32)));
            assertThat(Curve.fromDer(Curve.toDer(signature))).contains(signature);
        }
        String der = Curve.toDer(Curve.sign(Hashes.sha256(Bytes.EMPTY), PrivateKey.fromHex("11".repeat(32)))).toHex();
        assertThat(Curve.fromDer(Bytes.fromHex(der + "00"))).isEmpty();
        assertThat(Curve.fromDer(Bytes.fromHex(der.substring(0, der.length() - 2)))).isEmpty();
        assertThat(Curve.fromDer(Bytes.fromHex("31" + der.substring(2)))).isEmpty();
        assertThat(Curve.fromDer(Bytes.fromHex("3006020100020100" + "00"))).isEmpty();
        assertThat(Curve.fromDer(Bytes.EMPTY)).isEmpty();
    }
}
