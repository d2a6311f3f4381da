package fulgurite.protocol.bitcoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published vectors of BIP 341 (wallet-test-vectors.json) and of BIP 86. */
class P2trTest {
    private static final JsonNode VECTORS = vectors();

    static Stream<JsonNode> outputs() {
        return VECTORS.path("scriptPubKey").valueStream();
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void an_output_s_key_is_its_internal_key_tweaked(JsonNode vector) {
        PublicKey internal = key(vector.path("given").path("internalPubkey").asText());
        Bytes root = root(vector.path("intermediary"));

        assertThat(P2tr.tweak(internal, root).toHex())
                .isEqualTo(vector.path("intermediary").path("tweak").asText());
        Bytes32 output = P2tr.xOnly(P2tr.outputKey(internal, root));
        assertThat(output.toHex()).isEqualTo(vector.path("intermediary").path("tweakedPubkey").asText());
        assertThat(Scripts.payToTaproot(output).toHex())
                .isEqualTo(vector.path("expected").path("scriptPubKey").asText());
        assertThat(Address.ofScript(Scripts.payToTaproot(output), BitcoinNetwork.MAINNET)).hasToString(
                "Optional[" + vector.path("expected").path("bip350Address").asText() + "]");
        if (root.isEmpty()) assertThat(P2tr.script(internal)).isEqualTo(Scripts.payToTaproot(output));
    }

    static Stream<JsonNode> inputs() {
        return VECTORS.path("keyPathSpending").path(0).path("inputSpending").valueStream();
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void a_secret_is_tweaked_as_its_key_is(JsonNode vector) {
        var secret = PrivateKey.fromHex(vector.path("given").path("internalPrivkey").asText());
        Bytes root = root(vector.path("given"));
        JsonNode expected = vector.path("intermediary");

        assertThat(P2tr.xOnly(Curve.publicKey(secret)).toHex()).isEqualTo(expected.path("internalPubkey").asText());
        assertThat(P2tr.tweak(Curve.publicKey(secret), root).toHex()).isEqualTo(expected.path("tweak").asText());
        assertThat(P2tr.tweaked(secret, root).toHex()).isEqualTo(expected.path("tweakedPrivkey").asText());
    }

    static Stream<JsonNode> signaturesForAll() {
        return inputs().filter(vector -> vector.path("given").path("hashType").asInt() <= 1);
    }

    /** The two of the seven whose types we make: the default and SIGHASH_ALL. */
    @ParameterizedTest
    @MethodSource("signaturesForAll")
    void a_signature_for_all_covers_what_the_vectors_say(JsonNode vector) {
        Tx tx = unsigned();
        List<TxOutput> spent = spent();
        int input = vector.path("given").path("txinIndex").asInt();
        int type = vector.path("given").path("hashType").asInt();
        var secret = PrivateKey.fromHex(vector.path("given").path("internalPrivkey").asText());

        Bytes32 digest = P2tr.digest(tx, input, spent, type);
        assertThat(digest.toHex()).isEqualTo(vector.path("intermediary").path("sigHash").asText());
        Bytes witness = Bytes.fromHex(vector.path("expected").path("witness").path(0).asText());
        assertThat(P2tr.isSigned(tx.withWitness(input, List.of(witness)), input, spent)).isTrue();
        // Theirs is made with auxiliary randomness of zeros.
        PrivateKey tweaked = P2tr.tweaked(secret, root(vector.path("given")));
        assertThat(Curve.verifySchnorr(digest, Curve.signSchnorr(digest, tweaked),
                P2tr.xOnly(Curve.publicKey(tweaked)))).isTrue();
    }

    @Test
    void both_types_are_among_the_vectors() {
        assertThat(signaturesForAll()).hasSize(2);
        assertThat(inputs()).hasSize(7);
        assertThat(outputs()).hasSize(7);
    }

    /** @see <a href="https://github.com/bitcoin/bips/blob/master/bip-0086.mediawiki#test-vectors">BIP 86</a> */
    @Test
    void addresses_are_those_of_bip_86() {
        HdKeys account = HdKeys.fromMnemonic("abandon ".repeat(11) + "about", "").path("86'/0'/0'");

        assertThat(account.extendedPublicKey(BitcoinNetwork.MAINNET)).isEqualTo(
                "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ");
        assertThat(address(account.path("0/0")))
                .isEqualTo("bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr");
        assertThat(address(account.path("0/1")))
                .isEqualTo("bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh");
        assertThat(address(account.path("1/0")))
                .isEqualTo("bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7");
    }

    @Test
    void what_we_sign_is_signed_and_nothing_else_is() {
        var secret = PrivateKey.fromHex("%064x".formatted(77));
        Bytes script = P2tr.script(Curve.publicKey(secret));
        var spent = List.of(new TxOutput(new Satoshi(1_000), P2wpkh.script(Curve.publicKey(secret))),
                new TxOutput(new Satoshi(2_000), script));
        var inputs = new ArrayList<TxInput>();
        for (int i = 0; i < 2; i++)
            inputs.add(TxInput.unsigned(new OutPoint(new TxId(Bytes.fromHex("%064x".formatted(9))), i), 0xfffffffdL));
        Tx signed = P2tr.sign(new Tx(2, inputs, List.of(new TxOutput(new Satoshi(2_500), script)), 0), 1, spent,
                secret);

        assertThat(P2tr.isSigned(signed, 1, spent)).isTrue();
        assertThat(P2tr.isSigned(signed, 0, spent)).isFalse();
        assertThat(signed.inputs().get(1).witness()).singleElement()
                .satisfies(witness -> assertThat(witness.size()).isEqualTo(Signature.SIZE));
        // What another input spends is covered too: a signer cannot be deceived about the fee.
        var other = List.of(new TxOutput(new Satoshi(1_001), spent.getFirst().script()), spent.getLast());
        assertThat(P2tr.isSigned(signed, 1, other)).isFalse();
        assertThatThrownBy(() -> P2tr.digest(signed, 1, List.of(spent.getLast()), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String address(HdKeys key) {
        return Address.ofScript(P2tr.script(key.publicKey()), BitcoinNetwork.MAINNET).orElseThrow().toString();
    }

    private static Tx unsigned() {
        return Tx.parse(Bytes.fromHex(
                VECTORS.path("keyPathSpending").path(0).path("given").path("rawUnsignedTx").asText()));
    }

    private static List<TxOutput> spent() {
        return VECTORS.path("keyPathSpending")
                .path(0)
                .path("given")
                .path("utxosSpent")
                .valueStream()
                .map(utxo -> new TxOutput(new Satoshi(utxo.path("amountSats").asLong()),
                        Bytes.fromHex(utxo.path("scriptPubKey").asText())))
                .toList();
    }

    private static Bytes root(JsonNode node) {
        return node.path("merkleRoot").isNull() ? Bytes.EMPTY : Bytes.fromHex(node.path("merkleRoot").asText());
    }

    private static PublicKey key(String x) {
        return PublicKey.fromHex("02" + x);
    }

    private static JsonNode vectors() {
        try (InputStream in = P2trTest.class.getResourceAsStream("/bip/bip341.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
