package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The balances of a commitment: to_local and to_remote. */
@OnEachChain
class BalancesTest extends Stories {
    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:to-local/ours")
    @Tag("on-chain:to-remote/ours")
    void our_balance_comes_home_when_its_delay_is_over_and_theirs_is_left_to_them(Setting setting) {
        var two = open(setting);
        two.weClose();
        two.them.party.asleep = true;
        two.world.mine(TwoEnds.DELAY);
        Tx commitment = two.onChain();
        assertThat(two.us.party.gain()).as("nothing has come home before its time").isLessThanOrEqualTo(0);
        two.world.mine(1);
        two.assertGain(two.us, TwoEnds.OURS);
        assertThat(two.world.confirmedSpender(TwoEnds.output(commitment, theirs(two, commitment)))).isEmpty();
        two.them.party.asleep = false;
        two.world.follow();
        two.world.mine(2);
        two.assertShares(TwoEnds.OURS, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,CURRENT", "ANCHORS_THEIRS,CURRENT", "STATIC_OURS,CURRENT", "STATIC_THEIRS,CURRENT",
            "ANCHORS_OURS,NEXT", "ANCHORS_THEIRS,NEXT", "STATIC_OURS,NEXT", "STATIC_THEIRS,NEXT"})
    @Tag("on-chain:to-local/theirs")
    @Tag("on-chain:to-remote/theirs")
    void our_balance_in_their_commitment_comes_home_at_once_and_their_delayed_one_is_left_to_them(Setting setting,
            Theirs which) {
        var two = open(setting);
        var between = two.signNext(9, 30_000, two.world.height() + 200);
        two.theyClose(which, between);
        two.world.mine(1);
        long pending = which == Theirs.NEXT ? 30_000 : 0;
        two.world.mine(1);
        two.assertGain(two.us, TwoEnds.OURS - pending);
        two.world.mine(TwoEnds.DELAY);
        two.assertShares(TwoEnds.OURS - pending, TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:to-local/revoked")
    @Tag("on-chain:to-remote/revoked")
    void a_revoked_commitment_is_ours_altogether(Setting setting) {
        var two = open(setting);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 1, 50_000, two.world.height() + 100), 1);
        two.theyCheat(old);
        two.world.mine(2);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
        assertThat(two.us.warnings).hasSize(1).first().asString().contains("revoked");
        two.world.mine(2 * TwoEnds.DELAY);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:to-local/revoked")
    void who_wakes_up_late_claims_the_revoked_balance_before_its_delay_is_over(Setting setting) {
        var two = open(setting);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 1, 50_000, two.world.height() + 100), 1);
        two.us.party.asleep = true;
        two.theyCheat(old);
        two.world.mine(TwoEnds.DELAY - 1);
        two.us.party.asleep = false;
        two.world.follow();
        two.world.mine(2 * TwoEnds.DELAY);
        // The hurry has its price, and half of it all is the most.
        assertThat(two.us.party.gain()).isGreaterThanOrEqualTo((TwoEnds.OURS + TwoEnds.THEIRS) / 2);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:reorganisation/ours")
    @Tag("on-chain:reorganisation/theirs")
    void a_channel_is_over_when_all_of_it_is_a_hundred_blocks_deep_and_not_before(Setting setting) {
        var two = open(setting);
        two.weClose();
        two.world.mine(1 + TwoEnds.DELAY);
        two.world.mine(TwoEnds.FINAL_DEPTH - 2);
        assertThat(two.us.isClosed()).isFalse();
        two.world.mine(1);
        assertThat(two.us.reason()).isEqualTo("closed by our user");
        assertThat(two.them.reason()).isEqualTo("closed by the peer alone");
    }

    /** Their balance in our commitment: to the satoshi, whoever has paid the fee. */
    private static long theirs(TwoEnds two, Tx commitment) {
        if (two.opener() == two.us) return TwoEnds.THEIRS;
        return commitment.outputs()
                .stream()
                .mapToLong(output -> output.amount().sat())
                .filter(sat -> sat > 1_000 && sat < TwoEnds.THEIRS)
                .findFirst()
                .orElseThrow();
    }
}
