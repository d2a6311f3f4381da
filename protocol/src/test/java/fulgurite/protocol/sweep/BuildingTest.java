package fulgurite.protocol.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.transactions.HtlcTransaction;
import fulgurite.protocol.transactions.Sweeps;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The weight that a bid is reckoned with, part by part, and what is worth its fee. */
class BuildingTest {
    private static final PrivateKey KEY = PrivateKey.fromHex("11".repeat(32));
    private static final OutPoint AT = new OutPoint(new TxId(Bytes.fromHex("ab".repeat(32))), 0);
    private static final Bytes SCRIPT = Scripts.payToWitnessKeyHash(Curve.publicKey(KEY));
    private static final Hurry CALM = Hurry.none(new BlockHeight(0), new Satoshi(50_000));
    /** Version, locktime, the counts and the mark of witnesses; and one output to the wallet. */
    private static final long FRAME = 42 + 4 * 31;

    private static Wanted second(int scriptSize, int preimageSize) {
        var amount = new Satoshi(50_000);
        var htlc = new CommittedHtlc(CommittedHtlc.Direction.OFFERED, 0, amount.toMilliSatoshi(),
                new PaymentHash(Bytes.zeros(32)), new CltvExpiry(0));
        var tx = new Tx(2, List.of(TxInput.unsigned(AT, 1)), List.of(new TxOutput(amount, SCRIPT)), 0);
        var transaction = new HtlcTransaction(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX, htlc, tx, amount,
                Bytes.zeros(scriptSize), Bytes.EMPTY);
        return new Wanted.SecondStage(transaction, Signature.fromHex("01".repeat(64)), Bytes.zeros(preimageSize), KEY,
                CALM);
    }

    private static Claim claim(long sat) {
        return new Claim(AT, new Satoshi(sat), Scripts.keyHashScriptCode(Curve.publicKey(KEY)),
                new Claim.KeyHash(Curve.publicKey(KEY)), KEY);
    }

    @Test
    void an_htlc_transaction_weighs_its_input_witness_and_output_and_a_coin_for_its_fee() {
        // Five elements on the stack: nothing, two signatures, the preimage or nothing, the script.
        long witness = 1 + 1 + 2 * 74 + 1 + 1 + 100;
        long expected = FRAME + 4 * 41 + witness + 4 * (8 + 1 + 22) + Purse.COIN_WEIGHT;
        assertThat(Building.weight(List.of(second(100, 0)))).isEqualTo(expected);
        assertThat(Building.weight(List.of(second(100, 32)))).isEqualTo(expected + 32);
    }

    @Test
    void a_script_of_253_bytes_has_its_size_in_three() {
        long of252 = Building.weight(List.of(second(252, 0)));
        assertThat(of252).isEqualTo(Building.weight(List.of(second(100, 0))) + 152);
        assertThat(Building.weight(List.of(second(253, 0)))).isEqualTo(of252 + 1 + 2);
        assertThat(Building.weight(List.of(second(254, 0)))).isEqualTo(of252 + 2 + 2);
    }

    @Test
    void a_child_is_reckoned_with_its_parent_and_a_sweep_with_all_of_its_inputs() {
        var parent = new Tx(2, List.of(TxInput.unsigned(AT, 0)), List.of(new TxOutput(new Satoshi(330), SCRIPT)), 0);
        Claim claim = claim(330);
        long input = Sweeps.inputWeight(claim);
        assertThat(Building.weight(List.of(new Wanted.Anchor(parent, new Satoshi(200), claim, CALM))))
                .isEqualTo(FRAME + input + Purse.COIN_WEIGHT + parent.weight());
        var output = new Wanted.Output(claim, CALM);
        assertThat(Building.weight(List.of(output, output))).isEqualTo(FRAME + 2 * input);
    }

    @Test
    void an_output_is_worth_sweeping_when_its_input_costs_less_than_it() {
        var feerate = new FeeratePerKw(1_000);
        long cost = feerate.feeFor(Sweeps.inputWeight(claim(0))).sat();
        assertThat(Building.isWorth(claim(cost), feerate)).isFalse();
        assertThat(Building.isWorth(claim(cost + 1), feerate)).isTrue();
    }
}
