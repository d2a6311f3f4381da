package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.units.OutPoint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** HTLCs that we offered, with an output of their own. */
@OnEachChain
class OfferedHtlcTest extends Stories {
    private static final long SAT = 50_000;
    private static final int EXPIRES_IN = 20;

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-offered-open/ours")
    void ours_is_timed_out_after_its_expiry_failed_upstream_when_deep_and_swept_after_the_delay(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long id = two.htlc(two.us, 1, SAT, expiry);
        two.weClose();
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        two.world.mineTo(expiry);
        assertThat(two.world.confirmedSpender(htlc)).isEmpty();
        assertThat(two.world.spender(htlc)).as("for the next block").isPresent();
        two.world.mine(1);
        two.world.mine(TwoEnds.REASONABLE_DEPTH - 2);
        two.assertUntold(two.us, id);
        two.world.mine(1);
        two.assertFailed(two.us, id);
        two.assertGain(two.us, TwoEnds.OURS - SAT);
        two.world.mineTo(expiry + 1 + TwoEnds.DELAY);
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
        two.assertFailed(two.us, id);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,CURRENT", "ANCHORS_THEIRS,CURRENT", "STATIC_OURS,CURRENT", "STATIC_THEIRS,CURRENT",
            "ANCHORS_OURS,NEXT", "ANCHORS_THEIRS,NEXT", "STATIC_OURS,NEXT", "STATIC_THEIRS,NEXT"})
    @Tag("on-chain:htlc-offered-open/theirs")
    void in_theirs_it_is_spent_directly_after_its_expiry_and_then_failed_upstream(Setting setting, Theirs which) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long id = two.htlc(two.us, 1, SAT, expiry);
        var between = two.signNext(9, 30_000, expiry);
        two.theyClose(which, between);
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        two.world.mineTo(expiry);
        assertThat(two.world.confirmedSpender(htlc)).isEmpty();
        two.world.mine(1);
        assertThat(two.world.confirmedSpender(htlc)).isPresent();
        two.world.mine(TwoEnds.REASONABLE_DEPTH - 2);
        two.assertUntold(two.us, id);
        two.world.mine(1);
        two.assertFailed(two.us, id);
        two.assertFailed(two.us, between.id());
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-offered-open/revoked")
    void in_a_revoked_one_it_is_taken_with_the_revocation_key_and_failed_upstream_when_that_is_deep(
            Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 100;
        long id = two.htlc(two.us, 1, SAT, expiry);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 2, 20_000, expiry), 2);
        two.theyCheat(old);
        two.world.mine(2);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
        two.world.mine(TwoEnds.REASONABLE_DEPTH - 2);
        two.assertUntold(two.us, id);
        two.world.mine(1);
        two.assertFailed(two.us, id);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-offered-fulfilled/ours")
    void the_preimage_that_takes_it_from_ours_is_told_upstream_at_once(Setting setting) {
        var two = open(setting);
        long id = two.htlc(two.us, 1, SAT, two.world.height() + EXPIRES_IN);
        two.learn(two.them, id, 1);
        two.weClose();
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        assertThat(two.world.confirmedSpender(htlc)).as("it is in the mempool only").isEmpty();
        two.assertFulfilled(two.us, id, 1);
        two.world.mine(1);
        assertThat(two.world.confirmedSpender(htlc)).isPresent();
        two.world.mine(EXPIRES_IN + TwoEnds.DELAY);
        two.assertFulfilled(two.us, id, 1);
        two.assertShares(TwoEnds.OURS - SAT, TwoEnds.THEIRS + SAT);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,CURRENT", "ANCHORS_THEIRS,CURRENT", "STATIC_OURS,CURRENT", "STATIC_THEIRS,CURRENT",
            "ANCHORS_OURS,NEXT", "ANCHORS_THEIRS,NEXT", "STATIC_OURS,NEXT", "STATIC_THEIRS,NEXT"})
    @Tag("on-chain:htlc-offered-fulfilled/theirs")
    void the_preimage_in_their_success_transaction_is_told_upstream_at_once(Setting setting, Theirs which) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long id = two.htlc(two.us, 1, SAT, expiry);
        var between = two.signNext(9, 30_000, expiry);
        two.theyClose(which, between);
        two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        assertThat(two.world.confirmedSpender(htlc)).as("it is in the mempool only").isEmpty();
        two.assertFulfilled(two.us, id, 1);
        two.world.mine(1);
        assertThat(two.world.confirmedSpender(htlc)).isPresent();
        two.world.mine(EXPIRES_IN + TwoEnds.REASONABLE_DEPTH);
        two.assertFulfilled(two.us, id, 1);
        two.assertFailed(two.us, between.id());
        two.assertShares(TwoEnds.OURS - SAT, TwoEnds.THEIRS + SAT);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-offered-fulfilled/revoked")
    @Tag("on-chain:htlc-second-stage/revoked")
    void the_preimage_in_a_cheaters_success_transaction_is_told_upstream_and_its_second_stage_is_ours(
            Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 100;
        long id = two.htlc(two.us, 1, SAT, expiry);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 2, 20_000, expiry), 2);
        two.us.party.asleep = true;
        two.theyCheat(old);
        two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        two.world.mine(1);
        assertThat(two.world.confirmedSpender(htlc)).as("they were quicker").isPresent();
        two.us.party.asleep = false;
        two.world.follow();
        two.assertFulfilled(two.us, id, 1);
        two.world.mine(2 * TwoEnds.DELAY);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
        two.assertFulfilled(two.us, id, 1);
    }
}
