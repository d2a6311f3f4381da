package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.sweep.Hurry;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Satoshi;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the child of Alice's commitment may cost, and until when it must have confirmed. */
class AnchoringTest {
    private final Duet duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);

    private Optional<Wanted> child(Tx published) {
        return Anchoring.child(duet.channel(ALICE), duet.keys[ALICE], published);
    }

    private Wanted.Anchor child() {
        return (Wanted.Anchor) child(duet.signedCommitment(ALICE)).orElseThrow();
    }

    private static Hurry until(int deadline, long stake) {
        return Hurry.until(new BlockHeight(deadline - 18), new BlockHeight(deadline), new Satoshi(stake));
    }

    @Test
    void the_child_spends_our_anchor_and_knows_what_its_parent_pays() {
        Tx published = duet.signedCommitment(ALICE);
        Wanted.Anchor child = child();
        assertThat(child.commitment()).isEqualTo(published);
        assertThat(child.outPoint().txid()).isEqualTo(published.txid());
        Commitment ours = duet.commitment(ALICE);
        assertThat(ours.outputs().get(child.outPoint().index())).isInstanceOf(CommitmentOutput.LocalAnchor.class);
        long paid = published.outputs().stream().mapToLong(output -> output.amount().sat()).sum();
        assertThat(child.fee()).isEqualTo(new Satoshi(1_000_000 - paid));
        // 1124 weight units at 1,000 sat/kw.
        assertThat(child.fee()).isEqualTo(new Satoshi(1_124));
    }

    @Test
    void without_htlcs_there_is_no_deadline_and_no_more_than_our_balance_to_pay() {
        // Of 600,000 sat the fee and two anchors are gone.
        assertThat(child().hurry()).isEqualTo(Hurry.none(new BlockHeight(0), new Satoshi(600_000 - 1_124 - 660)));
    }

    @Test
    void an_htlc_of_ours_is_to_be_taken_back_soon_after_its_expiry() {
        duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        assertThat(child().hurry()).isEqualTo(until(150 + 18, 50_000));
    }

    @Test
    void an_htlc_of_the_peers_is_claimed_before_its_expiry_if_we_can_claim_it_at_all() {
        long id = duet.offer(BOB, 1, 60_000, 150);
        duet.commit();
        assertThat(child().hurry().isContested()).isFalse();
        duet.learn(ALICE, id, 1);
        assertThat(child().hurry()).isEqualTo(until(150, 60_000));
    }

    @Test
    void among_several_the_first_deadline_counts_and_all_that_is_at_stake() {
        duet.offer(ALICE, 1, 50_000, 150);
        long id = duet.offer(BOB, 2, 60_000, 160);
        duet.offer(BOB, 3, 70_000, 120);
        duet.commit();
        duet.learn(ALICE, id, 2);
        assertThat(child().hurry()).isEqualTo(until(160, 110_000));
    }

    @Test
    void an_expiry_near_the_first_block_begins_the_bidding_at_once() {
        duet.offer(ALICE, 1, 50_000, 0);
        duet.commit();
        assertThat(child().hurry()).isEqualTo(until(18, 50_000));
    }

    @Test
    void another_commitment_or_one_without_anchors_has_no_child_of_ours() {
        Tx old = duet.signedCommitment(ALICE);
        Tx bobs = duet.signedCommitment(BOB);
        duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        assertThat(child(old)).isEmpty();
        assertThat(child(bobs)).isEmpty();
        var plain = Duet.open(CommitmentFormat.STATIC_REMOTEKEY);
        assertThat(Anchoring.child(plain.channel(ALICE), plain.keys[ALICE], plain.signedCommitment(ALICE))).isEmpty();
    }
}
