package fulgurite.protocol.bitcoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PsbtTest {
    private static final PrivateKey KEY = PrivateKey.fromHex("11".repeat(32));

    record Vector(String word, Bytes bytes, String about) {
        @Override
        public String toString() {
            return about;
        }
    }

    static Stream<Vector> vectors(String word) throws IOException {
        return vectors("/bip/bip174.txt", word);
    }

    static Stream<Vector> vectors(String file, String word) throws IOException {
        return HdKeysTest.lines(file)
                .stream()
                .map(line -> line.split(" ", 3))
                .map(parts -> new Vector(parts[0], Bytes.fromHex(parts[1]), parts[2]))
                .filter(vector -> vector.word().equals(word));
    }

    static Stream<Vector> valid() throws IOException {
        return vectors("valid");
    }

    static Stream<Vector> invalid() throws IOException {
        return vectors("invalid");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void reads_and_writes_the_valid_vectors_of_bip_174(Vector vector) {
        Psbt psbt = Psbt.parse(vector.bytes());

        assertThat(psbt.toBytes()).isEqualTo(vector.bytes());
        assertThat(Psbt.fromBase64(psbt.toBase64())).isEqualTo(psbt);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refuses_the_invalid_vectors_of_bip_174(Vector vector) {
        assertThatThrownBy(() -> Psbt.parse(vector.bytes())).isInstanceOf(MalformedException.class);
    }

    static Stream<Vector> validOfVersion2() throws IOException {
        return vectors("/bip/bip370.txt", "valid");
    }

    static Stream<Vector> refusedOfVersion2() throws IOException {
        return Stream.concat(vectors("/bip/bip370.txt", "invalid"), vectors("/bip/bip370.txt", "locktime"));
    }

    @ParameterizedTest
    @MethodSource("validOfVersion2")
    void reads_the_valid_vectors_of_bip_370_as_the_version_0_that_says_the_same(Vector vector) {
        Psbt psbt = Psbt.parse(vector.bytes());

        assertThat(psbt.unsigned().inputs()).hasSize(1);
        assertThat(psbt.unsigned().outputs()).hasSize(2);
        assertThat(psbt.unsigned().outputs()).extracting(output -> output.amount().sat()).doesNotContain(0L);
        assertThat(Psbt.parse(psbt.toBytes())).isEqualTo(psbt);
    }

    @ParameterizedTest
    @MethodSource("refusedOfVersion2")
    void refuses_the_invalid_vectors_of_bip_370_and_what_is_not_understood(Vector vector) {
        assertThatThrownBy(() -> Psbt.parse(vector.bytes())).isInstanceOf(MalformedException.class);
    }

    @Test
    void takes_the_transaction_out_of_the_final_vector_of_bip_174() throws IOException {
        Psbt last = Psbt.parse(vectors("final").findFirst().orElseThrow().bytes());

        assertThat(last.signed().map(Tx::toBytes)).contains(vectors("extracted").findFirst().orElseThrow().bytes());
    }

    @Test
    void one_that_only_says_what_is_to_be_paid_has_no_inputs() {
        Psbt template = Psbt.paying(List.of(new TxOutput(new Satoshi(90_000), P2wpkh.script(Curve.publicKey(KEY)))));

        assertThat(Psbt.parse(template.toBytes())).isEqualTo(template);
        assertThat(template.unsigned().inputs()).isEmpty();
        assertThat(template.signed()).isPresent();
    }

    @Test
    void finalizes_an_input_of_one_key_that_has_signed() {
        Bytes script = P2wpkh.script(Curve.publicKey(KEY));
        var coin = new TxOutput(new Satoshi(100_000), script);
        var from = new OutPoint(new TxId(Bytes.fromHex("22".repeat(32))), 1);
        var unsigned = new Tx(2, List.of(TxInput.unsigned(from, 0xfffffffdL)),
                List.of(new TxOutput(new Satoshi(90_000), script)), 0);
        Tx signed = P2wpkh.sign(unsigned, 0, coin.amount(), KEY);
        List<Bytes> witness = signed.inputs().getFirst().witness();
        var utxo = new Psbt.Pair(Bytes.fromHex("01"), Bytes.concat(Bytes.fromHex("a086010000000000"),
                Bytes.fromHex("16"), script));
        var signature = new Psbt.Pair(Bytes.fromHex("02").concat(witness.getLast()), witness.getFirst());
        var psbt = new Psbt(unsigned, List.of(), List.of(List.of(utxo, signature)), List.of(List.of()));

        assertThat(psbt.spent(0)).contains(coin);
        assertThat(psbt.signed()).contains(signed);
        assertThat(new Psbt(unsigned, List.of(), List.of(List.of(utxo)), List.of(List.of())).signed()).isEmpty();
    }
}
