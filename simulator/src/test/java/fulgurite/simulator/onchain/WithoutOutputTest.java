package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** HTLCs that we offered and that have no output in the commitment on chain: dust, or not in it yet or any more. */
@OnEachChain
class WithoutOutputTest extends Stories {
    private static final long DUST = 300;
    private static final int EXPIRES_IN = 60;

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-without-output/ours")
    void dust_and_what_ours_does_not_hold_yet_fail_upstream_at_a_reasonable_depth_long_before_they_expire(
            Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long dust = two.htlc(two.us, 1, DUST, expiry);
        var notInOurs = two.signNext(2, 30_000, expiry);
        two.weClose();
        assertFailWhenDeep(two, dust, notInOurs.id());
        two.world.mine(TwoEnds.DELAY);
        two.assertShares(TwoEnds.OURS - DUST, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,CURRENT", "ANCHORS_THEIRS,CURRENT", "STATIC_OURS,CURRENT", "STATIC_THEIRS,CURRENT",
            "ANCHORS_OURS,NEXT", "ANCHORS_THEIRS,NEXT", "STATIC_OURS,NEXT", "STATIC_THEIRS,NEXT"})
    @Tag("on-chain:htlc-without-output/theirs")
    void dust_and_what_their_current_one_does_not_hold_yet_fail_at_a_reasonable_depth(Setting setting, Theirs which) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long dust = two.htlc(two.us, 1, DUST, expiry);
        var between = two.signNext(2, 30_000, expiry);
        two.theyClose(which, between);
        switch (which) {
            case CURRENT -> assertFailWhenDeep(two, dust, between.id());
            case NEXT -> {
                assertFailWhenDeep(two, dust);
                two.assertUntold(two.us, between.id());
                two.world.mineTo(expiry + TwoEnds.REASONABLE_DEPTH);
                two.assertFailed(two.us, between.id());
            }
        }
        two.world.mine(TwoEnds.DELAY);
        two.assertShares(TwoEnds.OURS - DUST, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-without-output/revoked")
    void what_a_revoked_one_does_not_hold_fails_at_a_reasonable_depth(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        int old = two.them.journal.size();
        long dust = two.htlc(two.us, 1, DUST, expiry);
        long later = two.htlc(two.us, 2, 30_000, expiry);
        two.theyCheat(old);
        assertFailWhenDeep(two, dust, later);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,ours", "STATIC_THEIRS,ours", "ANCHORS_OURS,theirs", "STATIC_THEIRS,theirs",
            "ANCHORS_OURS,revoked", "STATIC_THEIRS,revoked"})
    @Tag("on-chain:htlc-without-output/ours")
    @Tag("on-chain:htlc-without-output/theirs")
    @Tag("on-chain:htlc-without-output/revoked")
    void one_whose_preimage_they_have_shown_us_stays_fulfilled_whatever_closes(Setting setting, String who) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 3, 20_000, expiry), 3);
        long dust = two.htlc(two.us, 1, DUST, expiry);
        long large = two.htlc(two.us, 2, 30_000, expiry);
        for (int number = 1; number <= 2; number++) {
            long id = number == 1 ? dust : large;
            two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(number)));
        }
        two.deliverAll(two.them);
        two.assertFulfilled(two.us, dust, 1);
        two.assertFulfilled(two.us, large, 2);
        switch (who) {
            case "ours" -> two.weClose();
            case "theirs" -> two.theyClose();
            default -> two.theyCheat(old);
        }
        two.world.mineTo(expiry + TwoEnds.DELAY + 1);
        two.assertFulfilled(two.us, dust, 1);
        two.assertFulfilled(two.us, large, 2);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-without-output/ours")
    void one_that_they_have_removed_from_ours_with_its_preimage_is_theirs_and_fulfilled(Setting setting) {
        var two = open(setting);
        long id = two.htlc(two.us, 1, 30_000, two.world.height() + EXPIRES_IN);
        two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        two.sign(two.them);
        two.weClose();
        two.world.mine(1 + TwoEnds.REASONABLE_DEPTH);
        assertThat(two.onChain().outputs()).noneMatch(output -> output.amount().sat() == 30_000);
        two.world.mine(TwoEnds.DELAY);
        two.assertFulfilled(two.us, id, 1);
        two.assertShares(TwoEnds.OURS - 30_000, TwoEnds.THEIRS + 30_000);
    }

    /** The commitment waits in the mempool. */
    private static void assertFailWhenDeep(TwoEnds two, long... ids) {
        two.world.mine(TwoEnds.REASONABLE_DEPTH - 1);
        for (long id : ids) two.assertUntold(two.us, id);
        two.world.mine(1);
        for (long id : ids) two.assertFailed(two.us, id);
    }
}
