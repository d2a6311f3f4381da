package fulgurite.protocol.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fulgurite.protocol.Vectors;
import fulgurite.protocol.bitcoin.Interpreter;
import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Sighash;
import fulgurite.protocol.bitcoin.SighashType;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to spend what a closed channel leaves: accepted by an interpreter that is not ours, in both formats. */
class SweepsTest {
    private static final FeeratePerKw FEERATE = new FeeratePerKw(1000);
    private static final Bytes HOME = Scripts.payToWitnessKeyHash(Curve.publicKey(secret("77")));

    @ParameterizedTest
    @EnumSource
    void the_owner_sweeps_its_delayed_balance(CommitmentFormat format) {
        Commitment c = commitment(format);
        Tx parent = published(c);
        Claim claim = Claim.ofToLocal(c, parent.txid(), index(c, CommitmentOutput.ToLocal.class), Bolt3.LOCAL);
        Tx sweep = accepted(List.of(claim), parent);
        assertThat(sweep.inputs().getFirst().sequence()).isEqualTo(Bolt3.DELAY);
        assertThat(sweep.outputs().getFirst().script()).isEqualTo(HOME);
    }

    @ParameterizedTest
    @EnumSource
    void the_other_side_sweeps_its_balance(CommitmentFormat format) {
        Commitment c = commitment(format);
        Tx parent = published(c);
        Tx sweep = accepted(List.of(toRemote(c, parent)), parent);
        if (format.hasAnchors()) assertThat(sweep.inputs().getFirst().sequence()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void the_owner_sweeps_both_kinds_of_second_stage(CommitmentFormat format) {
        Commitment c = commitment(format);
        for (HtlcTransaction h : c.htlcTransactions()) {
            Tx second = secondStage(c, h);
            Interpreter.check(second, published(c));
            accepted(
                    List.of(Claim.ofSecondStage(c, h, new OutPoint(second.txid(), 0), Bolt3.LOCAL)), second);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_other_side_claims_htlcs_with_preimages_and_after_their_expiry(CommitmentFormat format) {
        Commitment c = commitment(format);
        Tx parent = published(c);
        var expired = new ArrayList<Claim>();
        for (int i = 0; i < c.outputs().size(); i++)
            if (c.outputs().get(i) instanceof CommitmentOutput.Htlc h) switch (h.htlc().direction()) {
            case OFFERED -> accepted(
                    List.of(Claim.ofFulfilled(
                            c, parent.txid(), i, Bolt3.preimage(h.htlc().id()), Bolt3.REMOTE)),
                    parent);
            case RECEIVED -> expired.add(
                    Claim.ofTimedOut(c, parent.txid(), i, h.htlc().expiry(), Bolt3.REMOTE));
            }
        assertThat(expired).hasSize(3);
        Tx sweep = accepted(expired, parent);
        assertThat(sweep.lockTime()).isEqualTo(504);
    }

    @ParameterizedTest
    @EnumSource
    void a_wrong_preimage_or_an_early_timeout_is_refused(CommitmentFormat format) {
        Commitment c = commitment(format);
        Tx parent = published(c);
        for (int i = 0; i < c.outputs().size(); i++)
            if (c.outputs().get(i) instanceof CommitmentOutput.Htlc h) {
                Claim wrong = switch (h.htlc().direction()) {
                    case OFFERED -> Claim
                            .ofFulfilled(c, parent.txid(), i, Bolt3.preimage(h.htlc().id() + 1), Bolt3.REMOTE);
                    case RECEIVED -> Claim.ofTimedOut(c, parent.txid(), i, new CltvExpiry(499), Bolt3.REMOTE);
                };
                Tx sweep = Sweeps.sweep(List.of(wrong), HOME, FEERATE).orElseThrow();
                assertThatThrownBy(() -> Interpreter.check(sweep, parent)).isNotNull();
            }
    }

    @ParameterizedTest
    @EnumSource
    void a_revoked_commitment_loses_every_output_at_once(CommitmentFormat format) {
        Commitment c = commitment(format);
        Tx parent = published(c);
        Breach breach = Breach.of(c.parameters(), Bolt3.PER_COMMITMENT_SECRET, Bolt3.REMOTE);
        var claims = new ArrayList<Claim>();
        claims.add(breach.toLocal(parent).orElseThrow());
        List<CommittedHtlc> everHad = List.of(
                Bolt3.htlc(6), Bolt3.htlc(5), Bolt3.htlc(4), Bolt3.htlc(3), Bolt3.htlc(2), Bolt3.htlc(1),
                Bolt3.htlc(0));
        breach.htlcs(parent, everHad).forEach(found -> claims.add(found.claim()));
        claims.add(toRemote(c, parent));
        assertThat(claims).hasSize(7);
        Tx penalty = accepted(claims, parent);
        Satoshi anchors = format.anchorsAmount();
        Satoshi fee = parent.outputs()
                .stream()
                .map(TxOutput::amount)
                .reduce(Satoshi.ZERO, Satoshi::plus)
                .minus(anchors)
                .minus(penalty.outputs().getFirst().amount());
        // Signatures are assumed at 73 bytes and are 71 or 72: the fee is exact but for those.
        assertThat(fee.sat()).isCloseTo(FEERATE.feeFor(penalty.weight()).sat(), within(2L * claims.size() + 4));
    }

    @ParameterizedTest
    @EnumSource
    void a_revoked_second_stage_is_claimed_too(CommitmentFormat format) {
        Commitment c = commitment(format);
        Breach breach = Breach.of(c.parameters(), Bolt3.PER_COMMITMENT_SECRET, Bolt3.REMOTE);
        for (HtlcTransaction h : c.htlcTransactions()) {
            Tx second = secondStage(c, h);
            List<Claim> claims = breach.secondStage(second);
            assertThat(claims).hasSize(1);
            accepted(claims, second);
        }
    }

    @Test
    void each_side_spends_its_anchor_and_after_16_blocks_anybody_does() {
        Commitment c = commitment(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        Tx parent = published(c);
        int local = index(c, CommitmentOutput.LocalAnchor.class);
        int remote = index(c, CommitmentOutput.RemoteAnchor.class);
        var mine = new FeeratePerKw(253);
        List<Claim> both = List.of(
                Claim.ofAnchor(c, parent.txid(), local, Bolt3.LOCAL),
                Claim.ofAnchor(c, parent.txid(), remote, Bolt3.REMOTE));
        Interpreter.check(Sweeps.sweep(both, HOME, mine).orElseThrow(), parent);
        Tx anybody = new Tx(2, List.of(TxInput.unsigned(new OutPoint(parent.txid(), local), 16)),
                List.of(new TxOutput(new Satoshi(300), HOME)), 0)
                .withWitness(0, List.of(Bytes.EMPTY, c.outputs().get(local).scriptCode()));
        Interpreter.check(anybody, parent);
    }

    @Test
    void with_anchors_the_wallet_pays_for_an_htlc_transaction() {
        Commitment c = commitment(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        Tx parent = published(c);
        HtlcTransaction h = c.htlcTransactions().getFirst();
        PrivateKey walletKey = secret("88");
        var coin = new Claim(
                new OutPoint(TxId.fromHex("ab".repeat(32)), 3), new Satoshi(20_000),
                Scripts.keyHashScriptCode(Curve.publicKey(walletKey)), new Claim.KeyHash(Curve.publicKey(walletKey)),
                walletKey);
        Tx grown = h.tx()
                .withInput(TxInput.unsigned(coin.outPoint(), 0xfffffffdL))
                .withOutput(new TxOutput(new Satoshi(19_000), HOME));
        Tx signed = HtlcTransactions.complete(
                h, grown, 0, signatureForOwner(c, h), Bolt3.preimage(h.htlc().id()).bytes(),
                Claim.htlcSecret(c, Bolt3.LOCAL));
        Bytes walletSignature = Sighash.toWitness(
                Sighash.sign(signed, 1, coin.scriptCode(), coin.amount(), SighashType.ALL, walletKey),
                SighashType.ALL);
        Tx complete = signed.withWitness(1, List.of(walletSignature, Curve.publicKey(walletKey).bytes()));
        Map<OutPoint, TxOutput> spent = new TreeMap<>();
        spent.put(h.tx().inputs().getFirst().outPoint(), parent.outputs()
                .get(
                        h.tx().inputs().getFirst().outPoint().index()));
        spent.put(coin.outPoint(), new TxOutput(
                coin.amount(), Scripts.payToWitnessKeyHash(Curve.publicKey(walletKey))));
        Interpreter.check(complete, spent);
    }

    @Test
    void a_claim_that_does_not_pay_its_way_makes_no_transaction() {
        Commitment c = commitment(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        Claim anchor = Claim.ofAnchor(
                c, c.tx().txid(), index(c, CommitmentOutput.LocalAnchor.class), Bolt3.LOCAL);
        assertThat(Sweeps.sweep(List.of(anchor), HOME, FEERATE)).isEmpty();
        assertThatThrownBy(() -> Sweeps.sweep(List.of(), HOME, FEERATE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_secret_does_not_show_in_a_claim_or_in_the_keys() {
        Commitment c = commitment(CommitmentFormat.STATIC_REMOTEKEY);
        Claim claim = Claim.ofToLocal(c, c.tx().txid(), index(c, CommitmentOutput.ToLocal.class), Bolt3.LOCAL);
        assertThat(claim.toString()).doesNotContain(claim.secret().toHex());
        assertThat(Bolt3.LOCAL.toString()).doesNotContain(Bolt3.LOCAL.funding().toHex(), "11".repeat(32));
        Breach breach = Breach.of(c.parameters(), Bolt3.PER_COMMITMENT_SECRET, Bolt3.REMOTE);
        assertThat(breach.toString()).doesNotContain(breach.revocationSecret().toHex());
    }

    /** BOLT 5, Appendix A: the formulas' sizes at the scripts that they assume. */
    @Test
    void the_expected_weights_of_penalties_are_those_of_bolt_5() {
        var revocation = Curve.publicKey(secret("99"));
        Claim offered = sized(133, new Claim.RevokedHtlc(revocation));
        Claim accepted = sized(139, new Claim.RevokedHtlc(revocation));
        assertThat(Sweeps.witnessSize(offered)).isEqualTo(243);
        assertThat(Sweeps.inputWeight(offered)).isEqualTo(407);
        assertThat(Sweeps.witnessSize(accepted)).isEqualTo(249);
        assertThat(Sweeps.inputWeight(accepted)).isEqualTo(413);
        // The appendix assumes a delay of 8 bytes where 3 is the most, and forgets the byte of the 1 that it pushes.
        Claim toLocal = sized(83 - 1, new Claim.Revoked());
        assertThat(Sweeps.witnessSize(toLocal)).isEqualTo(160);
        assertThat(Sweeps.inputWeight(toLocal)).isEqualTo(324);
        Bytes longest = ChannelScripts.delayed(revocation, 0xffff, revocation);
        assertThat(Sweeps.witnessSize(sized(longest.size(), new Claim.Revoked()))).isLessThanOrEqualTo(160);
        assertThat((400_000 - 324 - 272 - 4 * 53 - 2) / Sweeps.inputWeight(accepted)).isEqualTo(966);
        Vectors.report("BOLT 5", "expected weights", 3);
    }

    private static Claim sized(int scriptSize, Claim.Unlock unlock) {
        return new Claim(Bolt3.FUNDING, Satoshi.ZERO, Bytes.zeros(scriptSize), unlock, secret("99"));
    }

    private static Tx accepted(List<Claim> claims, Tx parent) {
        Tx sweep = Sweeps.sweep(claims, HOME, FEERATE).orElseThrow();
        Interpreter.check(sweep, parent);
        long expected = sweep.weight();
        long witnesses = 2;
        for (Claim claim : claims) witnesses += Sweeps.witnessSize(claim);
        Tx bare = new Tx(2, sweep.inputs().stream().map(i -> TxInput.unsigned(i.outPoint(), i.sequence())).toList(),
                sweep.outputs(), sweep.lockTime());
        assertThat(bare.weight() + witnesses).isBetween(expected, expected + 3L * claims.size());
        return sweep;
    }

    private static Claim toRemote(Commitment c, Tx parent) {
        int at = index(c, CommitmentOutput.ToRemote.class);
        return Claim.ofToRemote(
                c.parameters().format(), (CommitmentOutput.ToRemote) c.outputs().get(at),
                new OutPoint(parent.txid(), at), Bolt3.REMOTE);
    }

    private static Commitment commitment(CommitmentFormat format) {
        return Bolt3.build(
                Bolt3.parameters(format, new Satoshi(546)), 253, 6_988_000_000L, 3_000_000_000L, 0, 1, 2, 3, 4);
    }

    private static Tx published(Commitment c) {
        return Commitments.complete(c, Commitments.signForOwner(c, Bolt3.REMOTE.funding()), Bolt3.LOCAL.funding());
    }

    private static Tx secondStage(Commitment c, HtlcTransaction h) {
        Signature remote = signatureForOwner(c, h);
        PrivateKey local = Claim.htlcSecret(c, Bolt3.LOCAL);
        return switch (h.htlc().direction()) {
            case OFFERED -> HtlcTransactions.completeTimeout(h, remote, local);
            case RECEIVED -> HtlcTransactions.completeSuccess(h, remote, Bolt3.preimage(h.htlc().id()), local);
        };
    }

    private static Signature signatureForOwner(Commitment c, HtlcTransaction h) {
        return HtlcTransactions.signForOwner(h, Claim.htlcSecret(c, Bolt3.REMOTE));
    }

    private static int index(Commitment c, Class<? extends CommitmentOutput> kind) {
        for (int i = 0; i < c.outputs().size(); i++) if (kind.isInstance(c.outputs().get(i))) return i;
        throw new AssertionError("no output " + kind.getSimpleName());
    }

    private static PrivateKey secret(String octet) {
        return PrivateKey.fromHex(octet.repeat(32));
    }
}
