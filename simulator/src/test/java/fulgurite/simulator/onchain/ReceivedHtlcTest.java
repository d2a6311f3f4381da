package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.FailHtlc;
import fulgurite.protocol.channel.ChannelCommand.ForceClose;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** HTLCs that they offered, with an output of their own. */
@OnEachChain
class ReceivedHtlcTest extends Stories {
    private static final long SAT = 50_000;
    private static final int EXPIRES_IN = 30;

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-received-known/ours")
    void with_its_preimage_our_success_transaction_takes_it_and_the_delay_over_it_comes_home(Setting setting) {
        var two = open(setting);
        long id = two.htlc(two.them, 1, SAT, two.world.height() + EXPIRES_IN);
        two.learn(two.us, id, 1);
        two.weClose();
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        two.world.mine(1);
        assertThat(two.world.confirmedSpender(htlc)).isPresent();
        two.assertFulfilled(two.them, id, 1);
        two.world.mine(TwoEnds.DELAY - 1);
        two.assertGain(two.us, TwoEnds.OURS);
        two.world.mine(1);
        two.assertShares(TwoEnds.OURS + SAT, TwoEnds.THEIRS - SAT);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,CURRENT", "ANCHORS_THEIRS,CURRENT", "STATIC_OURS,CURRENT", "STATIC_THEIRS,CURRENT",
            "ANCHORS_OURS,NEXT", "ANCHORS_THEIRS,NEXT", "STATIC_OURS,NEXT", "STATIC_THEIRS,NEXT"})
    @Tag("on-chain:htlc-received-known/theirs")
    void with_its_preimage_it_is_spent_directly_from_theirs(Setting setting, Theirs which) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long id = two.htlc(two.them, 1, SAT, expiry);
        var between = two.signNext(9, 30_000, expiry);
        two.us.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        two.theyClose(which, between);
        two.world.mine(2);
        two.assertFulfilled(two.them, id, 1);
        two.world.mineTo(expiry + TwoEnds.REASONABLE_DEPTH + 1);
        two.assertFailed(two.us, between.id());
        two.assertShares(TwoEnds.OURS + SAT, TwoEnds.THEIRS - SAT);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-received-known/revoked")
    @Tag("on-chain:htlc-received-unknown/revoked")
    void from_a_revoked_one_the_revocation_key_takes_it_preimage_or_not(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 100;
        long known = two.htlc(two.them, 1, SAT, expiry);
        two.htlc(two.them, 2, 30_000, expiry);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 3, 20_000, expiry), 3);
        two.learn(two.us, known, 1);
        two.theyCheat(old);
        two.world.mine(2);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
        two.world.mine(2 * TwoEnds.DELAY);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-received-known/revoked")
    @Tag("on-chain:htlc-received-unknown/revoked")
    @Tag("on-chain:htlc-second-stage/revoked")
    void a_cheaters_timeout_transaction_that_was_quicker_is_ours_too(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 12;
        two.htlc(two.them, 1, SAT, expiry);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 3, 20_000, two.world.height() + 100), 3);
        two.cut();
        two.us.party.asleep = true;
        two.world.mineTo(expiry - 1);
        two.theyCheat(old);
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        two.world.mine(1);
        assertThat(two.world.confirmedSpender(htlc)).as("they were quicker").isPresent();
        two.us.party.asleep = false;
        two.world.follow();
        two.world.mine(2 * TwoEnds.DELAY);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-received-unknown/ours")
    void without_a_preimage_we_wait_and_they_take_it_back_from_ours(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long id = two.htlc(two.them, 1, SAT, expiry);
        two.weClose();
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        two.us.tell(new FailHtlc(id, Bytes.zeros(292)));
        two.world.mineTo(expiry);
        assertThat(two.world.confirmedSpender(htlc)).isEmpty();
        two.world.mine(1 + TwoEnds.REASONABLE_DEPTH);
        two.assertFailed(two.them, id);
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-received-unknown/ours")
    void a_preimage_that_comes_late_takes_it_from_ours_all_the_same(Setting setting) {
        var two = open(setting);
        long id = two.htlc(two.them, 1, SAT, two.world.height() + EXPIRES_IN);
        two.weClose();
        two.world.mine(10);
        two.us.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        two.world.mine(1);
        two.assertFulfilled(two.them, id, 1);
        two.world.mine(TwoEnds.DELAY);
        two.assertShares(TwoEnds.OURS + SAT, TwoEnds.THEIRS - SAT);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,CURRENT", "ANCHORS_THEIRS,CURRENT", "STATIC_OURS,CURRENT", "STATIC_THEIRS,CURRENT",
            "ANCHORS_OURS,NEXT", "ANCHORS_THEIRS,NEXT", "STATIC_OURS,NEXT", "STATIC_THEIRS,NEXT"})
    @Tag("on-chain:htlc-received-unknown/theirs")
    void without_a_preimage_we_leave_it_in_theirs_and_with_a_late_one_we_take_it(Setting setting, Theirs which) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long never = two.htlc(two.them, 1, SAT, expiry);
        long late = two.htlc(two.them, 2, 40_000, expiry);
        var between = two.signNext(9, 30_000, expiry);
        two.theyClose(which, between);
        two.world.mine(10);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        two.us.tell(new FulfilHtlc(late, TwoEnds.preimage(2)));
        two.world.mine(1);
        two.assertFulfilled(two.them, late, 2);
        two.world.mineTo(expiry);
        assertThat(two.world.confirmedSpender(htlc)).isEmpty();
        two.world.mine(1 + TwoEnds.DELAY);
        two.assertFailed(two.them, never);
        two.assertShares(TwoEnds.OURS + 40_000, TwoEnds.THEIRS - 40_000);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-received-uncommitted/ours")
    void what_they_have_signed_for_us_alone_is_not_spent_though_we_know_its_preimage(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long id = two.offer(two.them, 1, SAT, expiry);
        two.sign(two.them);
        // Our revocation and signature never reach them.
        two.cut();
        assertRefused(two, id);
        two.weClose();
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        assertRefused(two, id);
        two.world.mineTo(expiry);
        assertThat(two.world.confirmedSpender(htlc)).isEmpty();
        two.world.mine(1 + TwoEnds.REASONABLE_DEPTH);
        two.assertFailed(two.them, id);
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-received-uncommitted/theirs")
    void what_they_have_not_revoked_without_it_is_not_spent_from_theirs(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + EXPIRES_IN;
        long id = two.offer(two.them, 1, SAT, expiry);
        two.sign(two.them);
        two.sign(two.us);
        // Their commitment has it; their revocation of the one without it never reaches us.
        two.cut();
        assertRefused(two, id);
        two.them.tell(new ForceClose());
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        assertRefused(two, id);
        two.world.mineTo(expiry);
        assertThat(two.world.confirmedSpender(htlc)).isEmpty();
        two.world.mine(1 + TwoEnds.DELAY);
        two.assertFailed(two.them, id);
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-received-uncommitted/revoked")
    void one_that_was_on_its_way_when_the_revoked_commitment_was_their_latest_is_taken(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 100;
        long id = two.offer(two.them, 1, SAT, expiry);
        two.sign(two.them);
        two.sign(two.us);
        int old = two.them.journal.size();
        two.deliverAll();
        two.us.tell(new FailHtlc(id, Bytes.zeros(292)));
        two.commit();
        two.theyCheat(old);
        two.world.mine(1);
        OutPoint htlc = TwoEnds.output(two.onChain(), SAT);
        two.world.mine(1);
        assertThat(two.world.confirmedSpender(htlc)).isPresent();
        two.world.mine(2 * TwoEnds.DELAY);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
    }

    private static void assertRefused(TwoEnds two, long id) {
        assertThat(two.us.ask(new FulfilHtlc(id, TwoEnds.preimage(1))))
                .isEqualTo(Decision.refuse(new Refusal.NoSuchHtlc(id)));
    }
}
