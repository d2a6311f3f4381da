package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.units.OutPoint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks that are taken back, 1 to 6 of them: all is resolved again, and what was told stays told once. */
@OnEachChain
class ReorganisationTest extends Stories {
    private static final long OPEN = 41_000;
    private static final long PAID = 42_000;
    private static final long KNOWN = 43_000;
    private static final long UNKNOWN = 44_000;

    /** A channel with an HTLC of every kind. */
    private record Full(TwoEnds two, int expiry, long open, long paid, long known, long unknown, int old) {
        static Full of(TwoEnds two) {
            int expiry = two.world.height() + 30;
            long open = two.htlc(two.us, 1, OPEN, expiry);
            long paid = two.htlc(two.us, 2, PAID, expiry);
            long known = two.htlc(two.them, 3, KNOWN, expiry);
            long unknown = two.htlc(two.them, 4, UNKNOWN, expiry);
            int old = two.them.journal.size();
            two.fulfil(two.them, two.htlc(two.us, 5, 20_000, expiry), 5);
            two.learn(two.them, paid, 2);
            two.learn(two.us, known, 3);
            return new Full(two, expiry, open, paid, known, unknown, old);
        }

        void assertSettled() {
            two.assertFailed(two.us, open);
            two.assertFulfilled(two.us, paid, 2);
            two.assertFulfilled(two.them, known, 3);
            two.assertFailed(two.them, unknown);
            two.assertShares(TwoEnds.OURS - 20_000 - PAID + KNOWN, TwoEnds.THEIRS + 20_000 + PAID - KNOWN);
        }
    }

    private Full full(Setting setting) {
        return Full.of(open(setting));
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1,ours", "STATIC_THEIRS,2,ours", "ANCHORS_THEIRS,3,ours", "STATIC_OURS,4,ours",
            "ANCHORS_OURS,5,ours", "STATIC_OURS,6,ours", "ANCHORS_THEIRS,6,ours", "STATIC_OURS,1,theirs",
            "ANCHORS_THEIRS,2,theirs", "STATIC_THEIRS,3,theirs", "ANCHORS_OURS,4,theirs", "STATIC_OURS,5,theirs",
            "ANCHORS_THEIRS,6,theirs", "STATIC_THEIRS,6,theirs"})
    @Tag("on-chain:reorganisation/ours")
    @Tag("on-chain:reorganisation/theirs")
    void a_chain_that_takes_back_its_last_blocks_again_and_again_ends_as_any_other(Setting setting, int depth,
            String who) {
        Full full = full(setting);
        TwoEnds two = full.two();
        int start = two.world.height();
        if (who.equals("ours")) two.weClose();
        else two.theyClose();
        while (two.world.height() < full.expiry() + 1 + TwoEnds.DELAY + TwoEnds.REASONABLE_DEPTH) {
            two.world.mine(1);
            int back = Math.min(depth, two.world.height() - start);
            two.world.takeBack(back);
            two.world.mine(back);
        }
        full.assertSettled();
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1", "STATIC_THEIRS,2", "ANCHORS_THEIRS,3", "STATIC_OURS,4", "ANCHORS_OURS,5",
            "STATIC_THEIRS,6", "ANCHORS_THEIRS,6"})
    @Tag("on-chain:reorganisation/revoked")
    void a_penalty_is_made_again_as_often_as_blocks_are_taken_back(Setting setting, int depth) {
        Full full = full(setting);
        TwoEnds two = full.two();
        int start = two.world.height();
        two.theyCheat(full.old());
        for (int i = 0; i < 2 * TwoEnds.DELAY; i++) {
            two.world.mine(1);
            int back = Math.min(depth, two.world.height() - start);
            two.world.takeBack(back);
            two.world.mine(back);
        }
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
        two.assertFailed(two.us, full.open());
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1", "STATIC_THEIRS,2", "ANCHORS_THEIRS,3", "STATIC_OURS,4", "ANCHORS_OURS,5",
            "STATIC_THEIRS,6", "ANCHORS_THEIRS,6"})
    @Tag("on-chain:reorganisation/ours")
    @Tag("on-chain:reorganisation/theirs")
    void their_commitment_takes_the_place_of_ours_that_was_confirmed(Setting setting, int depth) {
        Full full = full(setting);
        TwoEnds two = full.two();
        Tx theirs = two.them.commitment();
        two.weClose();
        two.world.mine(depth);
        assertThat(two.onChain()).isNotEqualTo(theirs);
        two.world.reorganise(depth, theirs);
        assertThat(two.onChain()).isEqualTo(theirs);
        two.world.mineTo(full.expiry() + 1 + TwoEnds.DELAY + TwoEnds.REASONABLE_DEPTH);
        full.assertSettled();
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1", "STATIC_THEIRS,2", "ANCHORS_THEIRS,3", "STATIC_OURS,4", "ANCHORS_OURS,5",
            "STATIC_THEIRS,6", "ANCHORS_THEIRS,6"})
    @Tag("on-chain:reorganisation/ours")
    @Tag("on-chain:reorganisation/theirs")
    void our_commitment_takes_the_place_of_theirs_that_was_confirmed(Setting setting, int depth) {
        Full full = full(setting);
        TwoEnds two = full.two();
        Tx ours = two.us.commitment();
        two.theyClose();
        two.world.mine(depth);
        two.world.reorganise(depth, ours);
        assertThat(two.onChain()).isEqualTo(ours);
        two.world.mineTo(full.expiry() + 1 + TwoEnds.DELAY + TwoEnds.REASONABLE_DEPTH);
        full.assertSettled();
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1,ours", "STATIC_THEIRS,2,ours", "ANCHORS_THEIRS,5,ours", "STATIC_OURS,1,theirs",
            "ANCHORS_OURS,3,theirs", "STATIC_THEIRS,5,theirs"})
    @Tag("on-chain:reorganisation/ours")
    @Tag("on-chain:reorganisation/theirs")
    void depth_is_counted_anew_when_a_commitment_is_taken_back(Setting setting, int depth, String who) {
        var two = open(setting);
        long dust = two.htlc(two.us, 1, 300, two.world.height() + 100);
        if (who.equals("ours")) two.weClose();
        else two.theyClose();
        two.world.mine(depth);
        two.world.takeBack(depth);
        for (int i = 0; i < 2 * TwoEnds.REASONABLE_DEPTH; i++) two.world.mineExactly();
        two.assertUntold(two.us, dust);
        two.world.mine(TwoEnds.REASONABLE_DEPTH - 1);
        two.assertUntold(two.us, dust);
        two.world.mine(1);
        two.assertFailed(two.us, dust);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1", "STATIC_THEIRS,2", "ANCHORS_THEIRS,3", "STATIC_OURS,4", "ANCHORS_OURS,5",
            "STATIC_THEIRS,6", "ANCHORS_THEIRS,6"})
    @Tag("on-chain:reorganisation/theirs")
    void ours_is_published_when_theirs_is_taken_back_and_never_comes_again(Setting setting, int depth) {
        Full full = full(setting);
        TwoEnds two = full.two();
        two.theyClose();
        two.world.mine(depth);
        two.them.party.asleep = true;
        two.world.takeBack(depth);
        // Nobody keeps theirs any more.
        two.world.chain.forgetMempool();
        two.world.mine(2);
        assertThat(two.onChain()).isEqualTo(two.us.commitment());
        two.them.party.asleep = false;
        two.world.follow();
        two.world.mineTo(full.expiry() + 1 + TwoEnds.DELAY + TwoEnds.REASONABLE_DEPTH);
        full.assertSettled();
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1", "STATIC_THEIRS,3", "ANCHORS_THEIRS,6"})
    @Tag("on-chain:reorganisation/revoked")
    void their_revoked_commitment_is_gone_and_their_latest_confirmed_instead(Setting setting, int depth) {
        Full full = full(setting);
        TwoEnds two = full.two();
        Tx latest = two.them.commitment();
        two.theyCheat(full.old());
        two.world.mine(depth);
        two.world.reorganise(depth, latest);
        two.world.mineTo(full.expiry() + 2 * TwoEnds.DELAY);
        two.assertFailed(two.us, full.open());
        // They have forgotten the rest; what is ours in their latest comes home, with what they cannot take any more.
        assertThat(two.us.party.gain())
                .isGreaterThanOrEqualTo(TwoEnds.OURS - 20_000 - PAID + KNOWN - TwoEnds.MOST_FEES);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1", "STATIC_THEIRS,2", "ANCHORS_THEIRS,3", "STATIC_OURS,4", "ANCHORS_OURS,5"})
    @Tag("on-chain:reorganisation/ours")
    void a_timeout_that_is_not_deep_yet_gives_way_to_a_preimage_and_upstream_is_fulfilled(Setting setting,
            int depth) {
        var two = open(setting);
        int expiry = two.world.height() + 20;
        long id = two.htlc(two.us, 1, OPEN, expiry);
        two.weClose();
        two.world.mine(1);
        two.them.party.asleep = true;
        OutPoint htlc = TwoEnds.output(two.onChain(), OPEN);
        two.world.mineTo(expiry + depth);
        assertThat(two.world.confirmedSpender(htlc)).isPresent();
        two.assertUntold(two.us, id);
        two.world.takeBack(depth);
        two.them.party.asleep = false;
        two.world.follow();
        two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        two.world.mineExactly(two.them.party.made(htlc));
        two.world.mine(depth);
        two.assertFulfilled(two.us, id, 1);
        two.world.mine(2 * TwoEnds.DELAY);
        two.assertFulfilled(two.us, id, 1);
        two.assertGain(two.us, TwoEnds.OURS - OPEN);
        // They were late, and bid for that.
        two.assertGain(two.them, TwoEnds.THEIRS + OPEN, OPEN / 2 + TwoEnds.MOST_FEES);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,1", "STATIC_THEIRS,2", "ANCHORS_THEIRS,3", "STATIC_OURS,4", "ANCHORS_OURS,5",
            "STATIC_THEIRS,6"})
    @Tag("on-chain:reorganisation/theirs")
    void a_preimage_seen_in_a_block_that_is_taken_back_stays_told_and_the_timeout_still_comes_home(Setting setting,
            int depth) {
        var two = open(setting);
        int expiry = two.world.height() + 12;
        long id = two.htlc(two.us, 1, OPEN, expiry);
        two.theyClose();
        two.world.mine(1);
        two.them.party.asleep = true;
        OutPoint htlc = TwoEnds.output(two.onChain(), OPEN);
        two.world.mineTo(expiry);
        Tx timeout = two.us.party.made(htlc);
        two.them.party.asleep = false;
        two.world.follow();
        two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        two.world.mineExactly(two.them.party.made(htlc));
        two.assertFulfilled(two.us, id, 1);
        two.world.mine(depth - 1);
        two.world.reorganise(depth, timeout);
        two.world.mine(TwoEnds.REASONABLE_DEPTH + TwoEnds.DELAY);
        two.assertFulfilled(two.us, id, 1);
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
    }
}
