package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.OutPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long Alice stays with a channel: for each output of each commitment, until nothing can come of it any more. */
class WaitingTest {
    private static final int CLOSED_AT = 101;
    private static final int EXPIRY = 150;
    /** Everything but what a test looks at is final long before. */
    private static final int LONG_AGO = 110;
    private static final int LATE = 300;

    private final Duet duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
    private final Aftermath after = new Aftermath(duet, ALICE);

    static Stream<Arguments> htlcOutputs() {
        var all = new ArrayList<Arguments>();
        for (int closer : new int[]{ALICE, BOB})
            for (int offerer : new int[]{ALICE, BOB}) all.add(Arguments.of(closer, offerer));
        return all.stream();
    }

    /** @return the output of the only HTLC */
    private OutPoint close(int closer, int offerer) {
        long id = duet.offer(offerer, 1, 50_000, EXPIRY);
        duet.commit();
        Commitment c = duet.commitment(closer);
        after.funding(c.tx(), CLOSED_AT);
        OutPoint at = Aftermath.htlc(c, offerer == closer, id);
        after.spentBut(c, at, LONG_AGO);
        return at;
    }

    @ParameterizedTest
    @MethodSource("htlcOutputs")
    void an_output_that_was_spent_is_waited_for_until_its_spend_is_final(int closer, int offerer) {
        OutPoint at = close(closer, offerer);
        after.spent(at, LATE, Duet.preimage(1).bytes());
        assertThat(after.isOverAt(LATE + 4)).isFalse();
        assertThat(after.isOverAt(LATE + 5)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("htlcOutputs")
    void so_is_one_that_was_taken_back_without_a_preimage(int closer, int offerer) {
        OutPoint at = close(closer, offerer);
        after.spent(at, LATE, Bytes.EMPTY);
        assertThat(after.isOverAt(LATE + 4)).isFalse();
        assertThat(after.isOverAt(LATE + 5)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {ALICE, BOB})
    void an_htlc_of_the_peers_is_watched_until_its_expiry_for_a_preimage_may_still_come(int closer) {
        OutPoint at = close(closer, BOB);
        assertThat(after.watchedOutPointsAt(EXPIRY - 1)).contains(at);
        assertThat(after.wantedAt(EXPIRY - 1)).doesNotContain(at);
        assertThat(after.isOverAt(EXPIRY - 1)).isFalse();
        assertThat(after.isOverAt(EXPIRY)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {ALICE, BOB})
    void one_whose_preimage_we_know_is_claimed_for_as_long_as_it_is_there(int closer) {
        OutPoint at = close(closer, BOB);
        duet.learn(ALICE, 0, 1);
        for (int height : new int[]{LONG_AGO, EXPIRY - 1, EXPIRY, EXPIRY + 50}) {
            assertThat(after.wantedAt(height)).contains(at);
            assertThat(after.watchedOutPointsAt(height)).contains(at);
            assertThat(after.isOverAt(height)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {ALICE, BOB})
    void an_htlc_of_ours_is_taken_back_from_its_expiry_on_and_watched_before(int closer) {
        OutPoint at = close(closer, ALICE);
        for (int height : new int[]{LONG_AGO, EXPIRY - 1, EXPIRY, EXPIRY + 50}) {
            assertThat(after.wantedAt(height).contains(at)).isEqualTo(height >= EXPIRY);
            assertThat(after.watchedOutPointsAt(height)).contains(at);
            assertThat(after.isOverAt(height)).isFalse();
        }
    }

    @Test
    void a_balance_is_asked_for_as_soon_as_the_next_block_may_hold_its_spend_and_not_before() {
        Commitment c = duet.commitment(ALICE);
        after.funding(c.tx(), CLOSED_AT);
        assertThat(after.wantedAt(CLOSED_AT + Duet.DELAY - 2)).isEmpty();
        assertThat(after.wantedAt(CLOSED_AT + Duet.DELAY - 1)).hasSize(1);
    }

    @Test
    void what_costs_more_than_it_is_worth_today_is_waited_for_a_while_and_then_left() {
        long id = duet.offer(ALICE, 1, 600_000 - 1_500 - 3_000, EXPIRY);
        duet.commit();
        duet.fulfil(BOB, id, 1);
        duet.commit();
        Commitment c = duet.commitment(BOB);
        long left = duet.channel(ALICE).ledger().local().toSatoshi().sat();
        after.feerates = Feerates.flat(new FeeratePerKw(20_000));
        assertThat(left).isLessThan(20_000 * 450 / 1000);
        after.funding(c.tx(), CLOSED_AT);

        assertThat(after.wantedAt(CLOSED_AT + 5)).hasSize(1);
        assertThat(after.isOverAt(CLOSED_AT + 5)).isFalse();
        assertThat(after.wantedAt(CLOSED_AT + 6)).isEmpty();
        assertThat(after.isOverAt(CLOSED_AT + 6)).isTrue();
        after.feerates = Feerates.FLOOR;
        assertThat(after.wantedAt(CLOSED_AT + 6)).hasSize(1);
        assertThat(after.isOverAt(CLOSED_AT + 6)).isFalse();
    }

    @Test
    void a_channel_whose_funding_can_never_confirm_publishes_nothing_and_ends_when_that_is_final() {
        long id = duet.offer(ALICE, 1, 50_000, EXPIRY);
        duet.commit();
        OutPoint coin = Duet.FUNDING_TX.inputs().getFirst().outPoint();
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we closed",
                Optional.of(duet.signedCommitment(ALICE))));
        assertThat(after.publishedAt(LONG_AGO)).isNotEmpty();
        assertThat(after.watchedOutPointsAt(LONG_AGO)).contains(coin, duet.channel(ALICE).funding());

        after.spent(coin, LATE, Bytes.EMPTY);

        assertThat(after.publishedAt(LATE)).isEmpty();
        assertThat(after.failedAt(LATE + 1)).isEmpty();
        assertThat(after.failedAt(LATE + 2)).containsExactly(id);
        assertThat(after.isOverAt(LATE + 4)).isFalse();
        assertThat(after.isOverAt(LATE + 5)).isTrue();
    }

    @Test
    void a_rival_that_was_known_before_the_close_counts_too_and_the_funding_itself_is_no_rival() {
        duet.apply(ALICE, new ChannelEvent.FundingRivalled(Optional.of(new BlockHeight(LATE))));
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("never funded", Optional.empty()));
        assertThat(after.isOverAt(LATE + 4)).isFalse();
        assertThat(after.isOverAt(LATE + 5)).isTrue();

        var other = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        var funded = new Aftermath(other, ALICE);
        other.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we closed",
                Optional.of(other.signedCommitment(ALICE))));
        funded.spent(Duet.FUNDING_TX.inputs().getFirst().outPoint(), Duet.FUNDING_TX, LONG_AGO);
        assertThat(funded.publishedAt(LATE)).contains(other.signedCommitment(ALICE));
        assertThat(funded.isOverAt(LATE)).isFalse();
    }

    @Test
    void a_silent_fundee_waits_for_its_peer_until_the_funding_has_not_come_for_two_weeks() {
        duet.apply(BOB, new ChannelEvent.FundingAwaited(new BlockHeight(LONG_AGO)));
        duet.apply(BOB, new ChannelEvent.ClosedUnilaterally("we are behind", Optional.empty()));
        var bobs = new Aftermath(duet, BOB);
        assertThat(bobs.isOverAt(LONG_AGO + 2015)).isFalse();
        assertThat(bobs.watchedOutPointsAt(LONG_AGO + 2015)).contains(duet.channel(BOB).funding());
        assertThat(bobs.isOverAt(LONG_AGO + 2016)).isTrue();

        // Alice funds it herself: her coins are in it.
        duet.apply(ALICE, new ChannelEvent.FundingAwaited(new BlockHeight(LONG_AGO)));
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we are behind", Optional.empty()));
        assertThat(after.isOverAt(LONG_AGO + 3000)).isFalse();
    }

    @Test
    void what_is_watched_is_watched_by_its_own_script() {
        Commitment old = duet.commitment(BOB);
        duet.offer(ALICE, 1, 50_000, EXPIRY);
        duet.commit();
        for (Commitment c : List.of(old, duet.commitment(BOB), duet.commitment(ALICE))) {
            var fresh = duet.states[ALICE];
            after.funding(c.tx(), CLOSED_AT);
            // The funding is watched by its place alone.
            assertThat(after.watchedAt(CLOSED_AT))
                    .filteredOn(watch -> !watch.outPoint().equals(duet.channel(ALICE).funding()))
                    .isNotEmpty()
                    .allSatisfy(watch -> assertThat(watch.script())
                            .isEqualTo(c.tx().outputs().get(watch.outPoint().index()).script()));
            duet.states[ALICE] = fresh;
        }
    }
}
