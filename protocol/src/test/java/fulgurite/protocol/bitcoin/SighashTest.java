package fulgurite.protocol.bitcoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.acinq.bitcoin.SigVersion;
import fr.acinq.bitcoin.Transaction;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Digests, ids, weights and scripts against another library, over random transactions. */
class SighashTest {
    private static final PrivateKey SECRET = PrivateKey.fromHex("11".repeat(32));
    private static final PublicKey KEY = Curve.publicKey(SECRET);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void digests_ids_and_weights_agree_with_another_library(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            Tx tx = randomTx(random);
            Transaction other = Transaction.read(tx.toBytes().toByteArray());
            assertThat(other.txid.toString()).isEqualTo(tx.txid().toString());
            assertThat(Transaction.weight(other)).isEqualTo(tx.weight());
            assertThat(Tx.parse(tx.toBytes())).isEqualTo(tx);
            int input = random.nextInt(tx.inputs().size());
            Bytes script = random(random, 1 + random.nextInt(300));
            var amount = new Satoshi(random.nextLong(2_100_000_000_000_000L));
            for (SighashType type : SighashType.values())
                assertThat(Sighash.digest(tx, input, script, amount, type).toByteArray())
                        .isEqualTo(Transaction.hashForSigning(
                                other, input, script.toByteArray(), type.flag(),
                                new fr.acinq.bitcoin.Satoshi(amount.sat()), SigVersion.SIGVERSION_WITNESS_V0));
        }
    }

    @Test
    @Tag("rule:15")
    void signatures_are_low_s_and_bound_to_their_key_and_type() {
        Tx tx = randomTx(new Random(9));
        Bytes script = Scripts.multisig(KEY, KEY);
        Signature signature = Sighash.sign(tx, 0, script, new Satoshi(7), SighashType.ALL, SECRET);
        assertThat(signature.bytes().unsigned(32)).isLessThan(0x80);
        assertThat(Sighash.verify(tx, 0, script, new Satoshi(7), SighashType.ALL, signature, KEY)).isTrue();
        assertThat(Sighash.verify(tx, 0, script, new Satoshi(8), SighashType.ALL, signature, KEY)).isFalse();
        assertThat(Sighash.verify(tx, 0, script, new Satoshi(7), SighashType.SINGLE_ANYONECANPAY, signature, KEY))
                .isFalse();
        assertThat(Sighash.toWitness(signature, SighashType.SINGLE_ANYONECANPAY).toHex()).startsWith("30")
                .endsWith("83");
    }

    @Test
    void scripts_have_their_published_bytes() {
        // BIP 173 and BIP 350 name these programs' key.
        var key = PublicKey.fromHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        assertThat(Scripts.payToWitnessKeyHash(key).toHex()).isEqualTo("0014751e76e8199196d454941c45d1b3a323f1433bd6");
        assertThat(Scripts.payToTaproot(fulgurite.protocol.units.Bytes32.fromHex(key.toHex().substring(2))).toHex())
                .isEqualTo("512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        assertThat(Scripts.pushNumber(0).toHex()).isEqualTo("00");
        assertThat(Scripts.pushNumber(16).toHex()).isEqualTo("60");
        assertThat(Scripts.pushNumber(17).toHex()).isEqualTo("0111");
        assertThat(Scripts.pushNumber(144).toHex()).isEqualTo("029000");
        assertThat(Scripts.pushNumber(0xffffff).toHex()).isEqualTo("04ffffff00");
        assertThat(Scripts.push(Bytes.zeros(76)).size()).isEqualTo(78);
        assertThatThrownBy(() -> Scripts.witnessProgram(17, Bytes.zeros(32)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scripts.witnessProgram(1, Bytes.zeros(41)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** BOLT 3, Dust Limits. */
    @Test
    void every_kind_of_output_has_its_dust_limit() {
        assertThat(Scripts.dustLimit(Scripts.payToWitnessKeyHash(KEY))).isEqualTo(new Satoshi(294));
        assertThat(Scripts.dustLimit(Scripts.payToWitnessScriptHash(Bytes.EMPTY))).isEqualTo(new Satoshi(330));
        assertThat(Scripts.dustLimit(Bytes.fromHex("76a914" + "00".repeat(20) + "88ac"))).isEqualTo(new Satoshi(546));
        assertThat(Scripts.dustLimit(Bytes.fromHex("a914" + "00".repeat(20) + "87"))).isEqualTo(new Satoshi(540));
        assertThat(Scripts.dustLimit(Bytes.fromHex("51024e73"))).isEqualTo(new Satoshi(240));
        assertThat(Scripts.dustLimit(Scripts.witnessProgram(1, Bytes.zeros(32)))).isEqualTo(new Satoshi(354));
        assertThat(Scripts.dustLimit(Bytes.fromHex("6a0100"))).isEqualTo(Satoshi.ZERO);
    }

    private static Tx randomTx(Random random) {
        var inputs = new ArrayList<TxInput>();
        int inputCount = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 4);
        for (int i = 0; i < inputCount; i++)
            inputs.add(new TxInput(
                    new OutPoint(new TxId(random(random, 32)), random.nextInt(70_000)), Bytes.EMPTY,
                    random.nextLong(1L << 32),
                    random.nextBoolean() ? List.of() : List.of(random(random, random.nextInt(300)), Bytes.EMPTY)));
        var outputs = new ArrayList<TxOutput>();
        int outputCount = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 4);
        for (int i = 0; i < outputCount; i++)
            outputs.add(new TxOutput(
                    new Satoshi(random.nextLong(2_100_000_000_000_000L)), random(random, random.nextInt(300))));
        return new Tx(2, inputs, outputs, random.nextLong(1L << 32));
    }

    private static Bytes random(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.ofOwned(bytes);
    }
}
