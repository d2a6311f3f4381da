package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.OutPoint;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the origins of Alice's HTLCs are told, and when: nothing while the peer can still take the HTLC with its preimage,
 * the preimage whenever it is seen, a failure once what decided it is three blocks deep.
 *
 * @bolt 5, HTLC Output Handling
 */
@Tag("rule:25")
class UpstreamTest {
    private static final int CLOSED_AT = 101;
    private static final int EXPIRY = 150;
    private static final Feerates DEAR = Feerates.flat(new FeeratePerKw(10_000));

    private final Duet duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
    private final Aftermath after = new Aftermath(duet, ALICE);

    /** Two HTLCs of Alice's with outputs (0 and 1), one without (2), two of Bob's (0 and 1). */
    private void offerAll() {
        duet.offer(ALICE, 1, 50_000, EXPIRY);
        duet.offer(ALICE, 2, 40_000, EXPIRY + 10);
        duet.offer(ALICE, 3, 300, EXPIRY);
        duet.offer(BOB, 4, 30_000, EXPIRY);
        duet.offer(BOB, 5, 20_000, EXPIRY);
        duet.commit();
    }

    @ParameterizedTest
    @ValueSource(ints = {ALICE, BOB})
    void only_those_without_an_output_fail_with_the_commitment_itself(int closer) {
        offerAll();
        Commitment c = duet.commitment(closer);
        after.funding(c.tx(), CLOSED_AT);
        after.spent(Aftermath.htlc(c, closer == BOB, 0), CLOSED_AT + 1, Bytes.EMPTY);
        assertThat(after.failedAt(CLOSED_AT + 1)).isEmpty();
        assertThat(after.failedAt(CLOSED_AT + 2)).containsExactly(2L);
        assertThat(after.failedAt(EXPIRY - 1)).containsExactly(2L);
    }

    @Test
    void so_it_is_in_a_revoked_commitment_and_later_htlcs_are_not_in_it_either() {
        offerAll();
        Commitment old = duet.commitment(BOB);
        long later = duet.offer(ALICE, 6, 25_000, EXPIRY);
        duet.commit();
        after.funding(old.tx(), CLOSED_AT);
        // What Alice takes of Bob's HTLCs says nothing of her own.
        after.spent(Aftermath.htlc(old, true, 0), CLOSED_AT + 1, Bytes.EMPTY);
        after.spent(Aftermath.htlc(old, true, 1), CLOSED_AT + 1, Bytes.EMPTY);
        assertThat(after.failedAt(CLOSED_AT + 1)).isEmpty();
        assertThat(after.failedAt(CLOSED_AT + 2)).containsExactlyInAnyOrder(2L, later);
        assertThat(after.failedAt(CLOSED_AT + 20)).containsExactlyInAnyOrder(2L, later);
        after.spent(Aftermath.htlc(old, false, 1), CLOSED_AT + 20, Bytes.EMPTY);
        assertThat(after.failedAt(CLOSED_AT + 21)).doesNotContain(1L);
        assertThat(after.failedAt(CLOSED_AT + 22)).contains(1L).doesNotContain(0L);
    }

    @Test
    void an_htlc_in_a_revoked_commitment_that_is_not_worth_its_fee_fails_once_that_is_given_up() {
        long small = duet.offer(ALICE, 1, 1_000, EXPIRY);
        long large = duet.offer(ALICE, 2, 50_000, EXPIRY);
        duet.commit();
        Commitment old = duet.commitment(BOB);
        duet.offer(BOB, 3, 1_000, EXPIRY);
        duet.commit();
        after.feerates = DEAR;
        after.funding(old.tx(), CLOSED_AT);
        assertThat(after.failedAt(CLOSED_AT + 5)).isEmpty();
        assertThat(after.wantedAt(CLOSED_AT + 5)).contains(Aftermath.htlc(old, false, small));
        assertThat(after.failedAt(CLOSED_AT + 6)).containsExactly(small);
        assertThat(after.wantedAt(CLOSED_AT + 6)).contains(Aftermath.htlc(old, false, large))
                .doesNotContain(Aftermath.htlc(old, false, small));
    }

    @Test
    void one_that_never_was_worth_its_fee_fails_as_soon_as_the_revoked_commitment_is_deep() {
        var least = Duet.openWithLeastDust();
        var tiny = new Aftermath(least, ALICE);
        long id = least.offer(ALICE, 1, 360, EXPIRY);
        least.commit();
        Commitment old = least.commitment(BOB);
        least.offer(BOB, 3, 25_000, EXPIRY);
        least.commit();
        tiny.funding(old.tx(), CLOSED_AT);
        assertThat(tiny.wantedAt(CLOSED_AT + 2)).isNotEmpty().doesNotContain(Aftermath.htlc(old, false, id));
        assertThat(tiny.failedAt(CLOSED_AT + 1)).isEmpty();
        assertThat(tiny.failedAt(CLOSED_AT + 2)).containsExactly(id);
    }

    @Test
    void an_htlc_of_the_peers_that_is_left_in_its_revoked_commitment_fails_none_of_ours() {
        duet.offer(BOB, 1, 1_000, EXPIRY);
        duet.offer(ALICE, 2, 50_000, EXPIRY);
        duet.commit();
        Commitment old = duet.commitment(BOB);
        duet.offer(BOB, 3, 25_000, EXPIRY);
        duet.commit();
        after.feerates = DEAR;
        after.funding(old.tx(), CLOSED_AT);
        assertThat(after.wantedAt(CLOSED_AT + 6)).doesNotContain(Aftermath.htlc(old, true, 0));
        assertThat(after.failedAt(CLOSED_AT + 6)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {ALICE, BOB})
    void while_an_output_is_worth_its_fee_it_fails_only_when_it_was_taken_back(int closer) {
        long id = duet.offer(ALICE, 1, 50_000, EXPIRY);
        duet.commit();
        Commitment c = duet.commitment(closer);
        after.feerates = DEAR;
        after.funding(c.tx(), CLOSED_AT);
        assertThat(after.failedAt(EXPIRY + 10)).isEmpty();
        after.spent(Aftermath.htlc(c, closer == ALICE, id), EXPIRY + 10, Bytes.EMPTY);
        assertThat(after.failedAt(EXPIRY + 11)).isEmpty();
        assertThat(after.failedAt(EXPIRY + 12)).containsExactly(id);
    }

    @Test
    void one_that_is_not_worth_its_fee_fails_three_blocks_after_its_expiry_and_is_watched_until_then() {
        long id = duet.offer(ALICE, 1, 2_000, EXPIRY);
        duet.commit();
        Commitment c = duet.commitment(BOB);
        after.feerates = DEAR;
        after.funding(c.tx(), CLOSED_AT);
        OutPoint at = Aftermath.htlc(c, false, id);
        after.spentBut(c, at, CLOSED_AT + 1);
        for (int height = CLOSED_AT + 10; height < EXPIRY + 2; height++) {
            assertThat(after.failedAt(height)).isEmpty();
            assertThat(after.watchedOutPointsAt(height)).contains(at);
            assertThat(after.isOverAt(height)).isFalse();
        }
        assertThat(after.failedAt(EXPIRY + 2)).containsExactly(id);
        assertThat(after.isOverAt(EXPIRY + 5)).isFalse();
        assertThat(after.isOverAt(EXPIRY + 6)).isTrue();
    }

    @Test
    void one_that_is_never_worth_its_fee_fails_so_too_and_a_preimage_is_heard_until_then() {
        var least = Duet.openWithLeastDust();
        var tiny = new Aftermath(least, ALICE);
        long id = least.offer(ALICE, 1, 360, EXPIRY);
        least.commit();
        Commitment c = least.commitment(BOB);
        tiny.funding(c.tx(), CLOSED_AT);
        OutPoint at = Aftermath.htlc(c, false, id);
        tiny.spentBut(c, at, CLOSED_AT + 1);
        for (int height : new int[]{CLOSED_AT + 20, EXPIRY - 1}) {
            assertThat(tiny.wantedAt(height)).isEmpty();
            assertThat(tiny.watchedOutPointsAt(height)).contains(at);
            assertThat(tiny.failedAt(height)).isEmpty();
            assertThat(tiny.isOverAt(height)).isFalse();
        }
        assertThat(tiny.failedAt(EXPIRY + 1)).isEmpty();
        assertThat(tiny.failedAt(EXPIRY + 2)).containsExactly(id);
        tiny.spent(at, EXPIRY + 1, Duet.preimage(1).bytes());
        assertThat(tiny.settledAt(EXPIRY + 1)).containsExactly(
                new ChannelEvent.HtlcSettledOnChain(id, new HtlcResult.Fulfilled(Duet.preimage(1))));
    }

    @Test
    void one_that_was_taken_back_although_dear_fails_by_the_depth_of_that() {
        long id = duet.offer(ALICE, 1, 2_000, EXPIRY);
        duet.commit();
        Commitment c = duet.commitment(BOB);
        after.feerates = DEAR;
        after.funding(c.tx(), CLOSED_AT);
        after.spent(Aftermath.htlc(c, false, id), EXPIRY + 40, Bytes.EMPTY);
        assertThat(after.failedAt(EXPIRY + 41)).isEmpty();
        assertThat(after.failedAt(EXPIRY + 42)).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(ints = {ALICE, BOB})
    void a_preimage_is_found_in_whatever_input_shows_it_and_told_at_once(int closer) {
        long id = duet.offer(ALICE, 1, 50_000, EXPIRY);
        duet.commit();
        Commitment c = duet.commitment(closer);
        after.funding(c.tx(), CLOSED_AT);
        after.spent(Aftermath.htlc(c, closer == ALICE, id), CLOSED_AT + 1, Duet.preimage(1).bytes());
        assertThat(after.settledAt(CLOSED_AT + 1)).containsExactly(
                new ChannelEvent.HtlcSettledOnChain(id, new HtlcResult.Fulfilled(Duet.preimage(1))));
    }

    @Test
    void the_reason_that_the_peer_gave_is_told_instead_of_a_time_out() {
        long failed = duet.offer(ALICE, 1, 300, EXPIRY);
        long fulfilled = duet.offer(ALICE, 2, 300, EXPIRY);
        duet.commit();
        var reason = new HtlcResult.Failed(Bytes.fromHex("abcd"));
        duet.apply(ALICE, new ChannelEvent.HtlcRemovedByPeer(failed, reason));
        duet.apply(ALICE, new ChannelEvent.HtlcRemovedByPeer(fulfilled,
                new HtlcResult.Fulfilled(Duet.preimage(2))));
        after.funding(duet.commitment(ALICE).tx(), CLOSED_AT);
        // Of the other its origin has the preimage already.
        assertThat(after.settledAt(CLOSED_AT + 2))
                .containsExactly(new ChannelEvent.HtlcSettledOnChain(failed, reason));
    }

    @Test
    void whatever_ends_the_channel_otherwise_what_it_cannot_hold_fails_once_that_is_deep() {
        Commitment revoked = duet.commitment(ALICE);
        long id = duet.offer(ALICE, 1, 50_000, EXPIRY);
        duet.commit();
        var fresh = duet.states[ALICE];
        Tx unknown = after.spend(duet.channel(ALICE).funding());
        for (Tx end : List.of(revoked.tx(), unknown)) {
            duet.states[ALICE] = fresh;
            after.funding(end, CLOSED_AT);
            assertThat(after.failedAt(CLOSED_AT + 1)).isEmpty();
            assertThat(after.failedAt(CLOSED_AT + 2)).containsExactly(id);
        }
    }

    /** Alice has lost everything after her first two HTLCs, and Bob publishes a commitment that she does not know. */
    private Commitment loseData(long firstSat, long secondSat) {
        duet.offer(ALICE, 1, firstSat, EXPIRY);
        duet.offer(ALICE, 2, secondSat, EXPIRY);
        duet.commit();
        ChannelState backup = duet.states[ALICE];
        duet.offer(ALICE, 3, 40_000, EXPIRY);
        duet.commit();
        Commitment future = duet.commitment(BOB);
        duet.states[ALICE] = backup;
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we are behind", Optional.empty()));
        after.funding(future.tx(), CLOSED_AT);
        return future;
    }

    @Test
    void who_has_lost_data_fails_what_has_no_output_and_then_what_was_taken_back_without_a_preimage() {
        Commitment future = loseData(50_000, 300);
        OutPoint at = Aftermath.htlc(future, false, 0);
        assertThat(after.failedAt(CLOSED_AT + 1)).isEmpty();
        assertThat(after.failedAt(CLOSED_AT + 2)).containsExactly(1L);
        assertThat(after.failedAt(EXPIRY + 100)).containsExactly(1L);
        assertThat(after.watchedOutPointsAt(EXPIRY + 100)).contains(at);
        assertThat(after.isOverAt(EXPIRY + 100)).isFalse();

        after.spent(at, EXPIRY + 100, Bytes.EMPTY);
        assertThat(after.failedAt(EXPIRY + 101)).containsExactly(1L);
        assertThat(after.failedAt(EXPIRY + 102)).containsExactly(0L, 1L);
    }

    @Test
    void who_has_lost_data_tells_one_result_of_an_htlc_however_late_it_hears_of_the_preimage() {
        Commitment future = loseData(50_000, 50_000);
        after.spent(Aftermath.htlc(future, false, 0), CLOSED_AT + 1, Duet.preimage(1).bytes());
        after.spent(Aftermath.htlc(future, false, 1), CLOSED_AT + 1, Duet.preimage(2).bytes());
        // Both are deep by now, as after a long sleep.
        assertThat(after.settledAt(CLOSED_AT + 30)).containsExactlyInAnyOrder(
                new ChannelEvent.HtlcSettledOnChain(0, new HtlcResult.Fulfilled(Duet.preimage(1))),
                new ChannelEvent.HtlcSettledOnChain(1, new HtlcResult.Fulfilled(Duet.preimage(2))));
    }
}
