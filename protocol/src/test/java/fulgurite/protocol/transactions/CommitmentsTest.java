package fulgurite.protocol.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Interpreter;
import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.transactions.ClosingTransactions.Payout;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the vectors leave open: both owners, trimming, anchors left out, keys, the mutual close. */
class CommitmentsTest {
    private static final Satoshi DUST = new Satoshi(354);
    private static final Bytes OUR_SCRIPT = Scripts.payToWitnessKeyHash(Bolt3.LOCAL.basepoints().payment());
    private static final Bytes THEIR_SCRIPT = Scripts.payToWitnessKeyHash(Bolt3.REMOTE.basepoints().payment());

    @ParameterizedTest
    @EnumSource
    void both_sides_build_the_same_transaction(CommitmentFormat format) {
        // The accepter owns this one: the opener, who does not own it, pays.
        var p = new CommitmentParameters(
                format, Bolt3.FUNDING, Bolt3.FUNDING_AMOUNT, false, DUST, 720, Bolt3.REMOTE.basepoints(),
                Bolt3.LOCAL.basepoints());
        assertThat(p.obscuringFactor()).isEqualTo(Bolt3.parameters(format, DUST).obscuringFactor());
        Commitment c = Bolt3.build(p, 1000, 2_000_000_000L, 7_994_000_000L, 0, 2, 3);
        Satoshi out = c.tx().outputs().stream().map(TxOutput::amount).reduce(Satoshi.ZERO, Satoshi::plus);
        assertThat(Bolt3.FUNDING_AMOUNT.minus(out))
                .isEqualTo(new Satoshi(format.hasAnchors() ? 1124 + 3 * 172 : 724 + 2 * 172 + 1000));
        Tx complete = Commitments
                .complete(c, Commitments.signForOwner(c, Bolt3.LOCAL.funding()), Bolt3.REMOTE.funding());
        Interpreter.check(complete, Bolt3.FUNDING_TX);
    }

    @Test
    void a_signature_of_another_commitment_or_key_is_refused() {
        CommitmentParameters p = Bolt3.parameters(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX, DUST);
        Commitment c = Bolt3.build(p, 253, 6_000_000_000L, 3_000_000_000L, 0);
        Commitment other = Bolt3.build(p, 254, 6_000_000_000L, 3_000_000_000L, 0);
        Signature good = Commitments.signForOwner(c, Bolt3.REMOTE.funding());
        assertThat(Commitments.verifyForOwner(c, good)).isTrue();
        assertThat(Commitments.verifyForOwner(other, good)).isFalse();
        assertThat(Commitments.verifyForOwner(c, Commitments.signForOwner(c, Bolt3.REMOTE.htlc()))).isFalse();
        HtlcTransaction h = c.htlcTransactions().getFirst();
        Signature htlc = HtlcTransactions.signForOwner(h, Claim.htlcSecret(c, Bolt3.REMOTE));
        assertThat(HtlcTransactions.verifyForOwner(h, htlc, c.keys().remoteHtlc())).isTrue();
        assertThat(HtlcTransactions.verifyForOwner(h, htlc, c.keys().localHtlc())).isFalse();
    }

    /** BOLT 3, Fee Calculation: the example. */
    @Test
    @Tag("rule:11")
    void the_published_example_of_fees_comes_out() {
        var feerate = new FeeratePerKw(5000);
        var spec = new CommitmentSpec(feerate, MilliSatoshi.ZERO, MilliSatoshi.ZERO, List.of(
                sized(CommittedHtlc.Direction.OFFERED, 5_000_000), sized(CommittedHtlc.Direction.OFFERED, 1_000_000),
                sized(CommittedHtlc.Direction.RECEIVED, 7_000_000), sized(CommittedHtlc.Direction.RECEIVED, 800_000)));
        var format = CommitmentFormat.STATIC_REMOTEKEY;
        var dust = new Satoshi(546);
        assertThat(format.htlcFee(feerate, CommittedHtlc.Direction.OFFERED)).isEqualTo(new Satoshi(3315));
        assertThat(format.htlcFee(feerate, CommittedHtlc.Direction.RECEIVED)).isEqualTo(new Satoshi(3515));
        assertThat(spec.untrimmed(format, dust)).hasSize(2);
        assertThat(spec.funderCost(format, dust)).isEqualTo(new Satoshi(5340));
        assertThat(spec.dustExposure(format, dust)).isEqualTo(new MilliSatoshi(1_800_000));
        assertThat(format.commitmentWeight(2)).isEqualTo(1068);
    }

    @Test
    @Tag("rule:11")
    void an_anchor_goes_with_its_sides_output_or_with_any_htlc() {
        CommitmentParameters p = Bolt3.parameters(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX, DUST);
        assertThat(kinds(Bolt3.build(p, 253, 10_000_000_000L, 0)))
                .containsExactlyInAnyOrder("ToLocal", "LocalAnchor");
        assertThat(kinds(Bolt3.build(p, 253, 900_000, 9_999_100_000L)))
                .containsExactlyInAnyOrder("ToRemote", "RemoteAnchor");
        assertThat(kinds(Bolt3.build(p, 253, 9_999_000_000L, 0, 0)))
                .containsExactlyInAnyOrder("ToLocal", "LocalAnchor", "RemoteAnchor", "Htlc");
    }

    @Test
    @Tag("rule:11")
    void amounts_are_rounded_down_and_a_balance_at_the_dust_limit_stays() {
        CommitmentParameters p = Bolt3.parameters(CommitmentFormat.STATIC_REMOTEKEY, DUST);
        Commitment c = Bolt3.build(p, 0, 9_999_645_001L, 354_999L);
        assertThat(c.tx().outputs().stream().map(output -> output.amount().sat())).containsExactly(354L, 9_999_645L);
        assertThat(kinds(Bolt3.build(p, 0, 9_999_646_000L, 353_999L))).containsExactly("ToLocal");
    }

    @Test
    @Tag("rule:10")
    void a_full_commitment_has_966_htlcs_in_order() {
        CommitmentParameters p = Bolt3.parameters(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX, DUST);
        List<CommittedHtlc> htlcs = IntStream.range(0, 966).mapToObj(i -> {
            CommittedHtlc like = Bolt3.htlc(i % 5);
            return new CommittedHtlc(like.direction(), i, like.amount(), like.paymentHash(), like.expiry());
        }).toList();
        var spec = new CommitmentSpec(
                new FeeratePerKw(253), new MilliSatoshi(5_000_000_000L), new MilliSatoshi(2_000_000_000L), htlcs);
        Commitment c = Commitments.build(p, spec, 1, Bolt3.PER_COMMITMENT_POINT);
        assertThat(c.htlcTransactions()).hasSize(966);
        assertThat(c.tx().outputs()).isSortedAccordingTo(Outputs.ORDER).hasSize(970);
        Tx complete = Commitments
                .complete(c, Commitments.signForOwner(c, Bolt3.REMOTE.funding()), Bolt3.LOCAL.funding());
        Interpreter.check(complete, Bolt3.FUNDING_TX);
        assertThat(Tx.parse(complete.toBytes())).isEqualTo(complete);
    }

    @Test
    void keys_are_the_same_for_ever_and_differ_between_channels_and_nodes() {
        var seed = new Bytes32(Bytes.fromHex("01".repeat(32)));
        ChannelKeys keys = ChannelKeys.derive(seed, 7);
        assertThat(keys).isEqualTo(ChannelKeys.derive(seed, 7));
        assertThat(List.of(keys.funding(), keys.revocation(), keys.payment(), keys.delayedPayment(), keys.htlc()))
                .doesNotHaveDuplicates();
        assertThat(keys.basepoints()).isNotEqualTo(ChannelKeys.derive(seed, 8).basepoints());
        assertThat(keys.basepoints()).isNotEqualTo(ChannelKeys.derive(Bytes32.ZERO, 7).basepoints());
        assertThat(keys.perCommitmentSecret(0)).isNotEqualTo(keys.perCommitmentSecret(1));
        // A channel must find its keys again after every update of the program.
        assertThat(keys.basepoints().funding().toHex())
                .isEqualTo("02504b36b4ffdb90b627da4d70adc6cf43e016e7194b636d36d44bcaf7318787f9");
        assertThat(keys.perCommitmentPoint(0).toHex())
                .isEqualTo("0378723076e3c6de1f1181e11970f24248ad20a947980cd4525adab03781d739ec");
    }

    @Test
    void a_mutual_close_pays_both_and_the_funder_pays_its_fee() {
        var funder = new Payout(new MilliSatoshi(7_000_000_999L), OUR_SCRIPT);
        var accepter = new Payout(new MilliSatoshi(2_999_999_001L), THEIR_SCRIPT);
        Tx close = ClosingTransactions
                .build(Bolt3.FUNDING, funder, accepter, new Satoshi(1000), DUST)
                .orElseThrow();
        assertThat(close.outputs()).containsExactly(
                new TxOutput(new Satoshi(2_999_999), THEIR_SCRIPT), new TxOutput(new Satoshi(6_999_000), OUR_SCRIPT));
        var ours = Bolt3.LOCAL.basepoints().funding();
        var theirs = Bolt3.REMOTE.basepoints().funding();
        Signature byUs = Funding.sign(close, Bolt3.FUNDING_AMOUNT, ours, theirs, Bolt3.LOCAL.funding());
        Signature byThem = Funding.sign(close, Bolt3.FUNDING_AMOUNT, theirs, ours, Bolt3.REMOTE.funding());
        assertThat(Funding.verify(close, Bolt3.FUNDING_AMOUNT, ours, theirs, byThem)).isTrue();
        assertThat(Funding.verify(close, Bolt3.FUNDING_AMOUNT, ours, theirs, byUs)).isFalse();
        Tx complete = Funding.complete(close, ours, byUs, theirs, byThem);
        assertThat(complete).isEqualTo(Funding.complete(close, theirs, byThem, ours, byUs));
        Interpreter.check(complete, Bolt3.FUNDING_TX);
        assertThat(CommitmentNumber.looksLikeCommitment(complete)).isFalse();
        long fee = ClosingTransactions.fee(new FeeratePerKw(1000), OUR_SCRIPT, THEIR_SCRIPT).sat();
        assertThat(fee).isBetween((long) complete.weight(), complete.weight() + 6L);
    }

    @Test
    void a_mutual_close_leaves_dust_out() {
        var funder = new Payout(new MilliSatoshi(1_353_999), OUR_SCRIPT);
        var accepter = new Payout(new MilliSatoshi(9_998_646_001L), THEIR_SCRIPT);
        var fee = new Satoshi(1000);
        assertThat(ClosingTransactions.build(Bolt3.FUNDING, funder, accepter, fee, DUST).orElseThrow().outputs())
                .containsExactly(new TxOutput(new Satoshi(9_998_646), THEIR_SCRIPT));
        assertThat(ClosingTransactions.build(Bolt3.FUNDING, funder, accepter, fee, new Satoshi(353))
                .orElseThrow()
                .outputs()).hasSize(2);
        var nothing = new Payout(MilliSatoshi.ZERO, THEIR_SCRIPT);
        assertThat(ClosingTransactions.build(Bolt3.FUNDING, funder, nothing, fee, DUST)).isEmpty();
    }

    private static CommittedHtlc sized(CommittedHtlc.Direction direction, long msat) {
        CommittedHtlc like = Bolt3.htlc(0);
        return new CommittedHtlc(direction, 0, new MilliSatoshi(msat), like.paymentHash(), like.expiry());
    }

    private static List<String> kinds(Commitment c) {
        return c.outputs().stream().map(output -> output.getClass().getSimpleName()).toList();
    }
}
