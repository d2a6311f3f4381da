package fulgurite.protocol.channel.commitment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who owns what in each commitment, and which updates are on their way. We have 700,000 msat, the peer 300,000. */
class LedgerTest {
    private static final PaymentPreimage PREIMAGE = new PaymentPreimage(Bytes.fromHex("07".repeat(32)));
    private static final HtlcResult FULFILLED = new HtlcResult.Fulfilled(PREIMAGE);
    private static final HtlcResult FAILED = new HtlcResult.Failed(Bytes.EMPTY);

    private static Ledger opened(Side funder) {
        return Ledger.opened(funder, new MilliSatoshi(700_000), new MilliSatoshi(300_000), new FeeratePerKw(1_000));
    }

    private static Htlc htlc(Side offeredBy, long id, Stage stage) {
        return new Htlc(offeredBy, id, new MilliSatoshi(50_000), new PaymentHash(Hashes.sha256(PREIMAGE.bytes())
                .bytes()), new CltvExpiry(200), Bytes.EMPTY, id, stage, Optional.empty(), Optional.empty(),
                Optional.empty(), false);
    }

    private static void assertOurs(CommitmentSpec spec, long ours, long theirs, int pending) {
        assertThat(spec.toLocal()).isEqualTo(new MilliSatoshi(ours));
        assertThat(spec.toRemote()).isEqualTo(new MilliSatoshi(theirs));
        assertThat(spec.htlcs()).hasSize(pending);
    }

    @Test
    void an_htlc_is_its_offerers_loss_and_nobodys_gain_until_it_is_removed() {
        Ledger one = opened(Side.LOCAL).add(htlc(Side.LOCAL, 0, Stage.IRREVOCABLE))
                .add(htlc(Side.REMOTE, 0, Stage.IRREVOCABLE));
        assertOurs(one.spec(View.LOCAL_CURRENT), 650_000, 250_000, 2);
    }

    @Test
    void a_fulfilled_one_is_its_receivers_in_the_commitments_that_have_the_removal_and_only_there() {
        Ledger ours = opened(Side.LOCAL).add(htlc(Side.LOCAL, 0, Stage.IRREVOCABLE)).remove(Side.LOCAL, 0, FULFILLED);
        assertOurs(ours.spec(View.LOCAL_NEXT), 650_000, 350_000, 0);
        assertOurs(ours.spec(View.LOCAL_CURRENT), 650_000, 300_000, 1);
        assertThat(ours.htlcs().getFirst().isPendingIn(View.LOCAL_NEXT)).isFalse();
        assertThat(ours.htlcs().getFirst().isPendingIn(View.LOCAL_CURRENT)).isTrue();
        assertThat(htlc(Side.LOCAL, 1, Stage.PROPOSED).isPendingIn(View.LOCAL_CURRENT)).isFalse();
        Ledger theirs = opened(Side.LOCAL).add(htlc(Side.REMOTE, 0, Stage.IRREVOCABLE))
                .remove(Side.REMOTE, 0, FULFILLED);
        CommitmentSpec next = theirs.spec(View.REMOTE_NEXT);
        assertThat(next.toLocal()).isEqualTo(new MilliSatoshi(250_000));
        assertThat(next.toRemote()).isEqualTo(new MilliSatoshi(750_000));
        assertThat(next.htlcs()).isEmpty();
        assertThat(theirs.spec(View.REMOTE_CURRENT).htlcs()).hasSize(1);
    }

    @Test
    void a_failed_one_is_its_offerers_again() {
        Ledger ours = opened(Side.LOCAL).add(htlc(Side.LOCAL, 0, Stage.IRREVOCABLE)).remove(Side.LOCAL, 0, FAILED);
        assertOurs(ours.spec(View.LOCAL_NEXT), 700_000, 300_000, 0);
        assertOurs(ours.spec(View.LOCAL_CURRENT), 650_000, 300_000, 1);
    }

    @ParameterizedTest
    @EnumSource
    void a_feerate_is_an_update_of_the_funder_at_its_own_stage(Side funder) {
        Ledger changed = opened(funder).changeFee(new FeeratePerKw(2_000));
        assertThat(changed.anyUpdate(funder, Stage.PROPOSED)).isTrue();
        assertThat(changed.anyUpdate(funder, Stage.COMMITTED)).isFalse();
        assertThat(changed.anyUpdate(funder.other(), Stage.PROPOSED)).isFalse();
        assertThat(changed.signed(funder).anyUpdate(funder, Stage.COMMITTED)).isTrue();
        assertThat(changed.signed(funder).anyUpdate(funder, Stage.PROPOSED)).isFalse();
    }

    @Test
    void a_preimage_is_learnt_of_one_htlc() {
        Ledger two = opened(Side.LOCAL).add(htlc(Side.REMOTE, 0, Stage.IRREVOCABLE))
                .add(htlc(Side.REMOTE, 1, Stage.IRREVOCABLE))
                .add(htlc(Side.LOCAL, 1, Stage.IRREVOCABLE))
                .learn(Side.REMOTE, 1, PREIMAGE);
        assertThat(two.find(Side.REMOTE, 1).orElseThrow().preimage()).contains(PREIMAGE);
        assertThat(two.find(Side.REMOTE, 0).orElseThrow().preimage()).isEmpty();
        assertThat(two.find(Side.LOCAL, 1).orElseThrow().preimage()).isEmpty();
    }

    @Test
    void with_the_connection_goes_what_the_peer_proposed_and_never_signed_and_nothing_of_ours() {
        Ledger theirs = opened(Side.REMOTE).changeFee(new FeeratePerKw(2_000));
        assertThat(theirs.withoutUncommittedOfPeer().fees()).isEmpty();
        Ledger signed = theirs.signed(Side.REMOTE).changeFee(new FeeratePerKw(3_000));
        assertThat(signed.withoutUncommittedOfPeer().fees()).extracting(FeeUpdate::feerate)
                .containsExactly(new FeeratePerKw(2_000));
        Ledger ours = opened(Side.LOCAL).changeFee(new FeeratePerKw(2_000));
        assertThat(ours.withoutUncommittedOfPeer().fees()).hasSize(1);
    }

    @Test
    void a_revoked_commitment_of_the_peer_may_have_every_htlc_there_ever_was_seen_from_the_peer() {
        var gone = new CommittedHtlc(CommittedHtlc.Direction.OFFERED, 5, new MilliSatoshi(400_000),
                new PaymentHash(Bytes.zeros(32)), new CltvExpiry(100));
        Ledger some = opened(Side.LOCAL).add(htlc(Side.LOCAL, 0, Stage.IRREVOCABLE))
                .add(htlc(Side.REMOTE, 0, Stage.PROPOSED));
        var ledger = new Ledger(some.funder(), some.local(), some.remote(), some.feerate(), some.htlcs(), some.fees(),
                some.nextOffered(), some.nextReceived(), some.nextSequence(), HtlcArchive.EMPTY.plus(gone));
        assertThat(ledger.everHadSeenByPeer()).extracting(CommittedHtlc::direction, CommittedHtlc::id)
                .containsExactly(
                        tuple(CommittedHtlc.Direction.RECEIVED, 5L),
                        tuple(CommittedHtlc.Direction.RECEIVED, 0L),
                        tuple(CommittedHtlc.Direction.OFFERED, 0L));
    }
}
