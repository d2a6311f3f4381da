package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.OutPoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Three channels of the same two nodes that end in the same block. */
@OnEachChain
class SeveralClosingsTest extends Stories {
    private static final int COUNT = 3;
    private static final long SAT = 50_000;
    private World world;
    private Party ours;
    private Party theirs;

    @BeforeEach
    void two_parties() {
        world = world();
        ours = world.party("us");
        theirs = world.party("them");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:several-closings/ours")
    void what_matures_together_comes_home_in_one_transaction(Setting setting) {
        List<TwoEnds> all = openAll(setting);
        all.forEach(TwoEnds::weClose);
        world.mine(1 + TwoEnds.DELAY);
        var homecomings = new LinkedHashSet<Tx>();
        for (TwoEnds two : all)
            for (int i = 0; i < two.onChain().outputs().size(); i++)
                world.confirmedSpender(new OutPoint(two.onChain().txid(), i))
                        .filter(tx -> isOf(two.us, tx))
                        .ifPresent(homecomings::add);
        assertThat(homecomings).hasSize(1);
        assertThat(ours.gain()).isBetween(COUNT * (TwoEnds.OURS - TwoEnds.MOST_FEES), COUNT * TwoEnds.OURS);
        assertThat(theirs.gain()).isBetween(COUNT * (TwoEnds.THEIRS - TwoEnds.MOST_FEES), COUNT * TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS,ours", "ANCHORS_THEIRS,ours", "STATIC_OURS,ours", "ANCHORS_OURS,theirs",
            "STATIC_THEIRS,theirs"})
    @Tag("on-chain:several-closings/ours")
    @Tag("on-chain:several-closings/theirs")
    void each_htlc_of_each_channel_has_its_own_end(Setting setting, String who) {
        List<TwoEnds> all = openAll(setting);
        int expiry = world.height() + 40;
        var timedOut = new ArrayList<Long>();
        var fulfilled = new ArrayList<Long>();
        var known = new ArrayList<Long>();
        for (int i = 0; i < COUNT; i++) {
            TwoEnds two = all.get(i);
            timedOut.add(two.htlc(two.us, 10 + i, SAT, expiry));
            fulfilled.add(two.htlc(two.us, 20 + i, SAT, expiry));
            known.add(two.htlc(two.them, 30 + i, SAT, expiry));
            two.learn(two.them, fulfilled.get(i), 20 + i);
            two.learn(two.us, known.get(i), 30 + i);
        }
        for (TwoEnds two : all)
            if (who.equals("ours")) two.weClose();
            else two.theyClose();
        world.mineTo(expiry + 1 + TwoEnds.DELAY);
        for (int i = 0; i < COUNT; i++) {
            TwoEnds two = all.get(i);
            two.assertFailed(two.us, timedOut.get(i));
            two.assertFulfilled(two.us, fulfilled.get(i), 20 + i);
            two.assertFulfilled(two.them, known.get(i), 30 + i);
        }
        assertThat(ours.gain()).isBetween(COUNT * (TwoEnds.OURS - TwoEnds.MOST_FEES), COUNT * TwoEnds.OURS);
        assertThat(theirs.gain()).isBetween(COUNT * (TwoEnds.THEIRS - TwoEnds.MOST_FEES), COUNT * TwoEnds.THEIRS);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:several-closings/revoked")
    void cheated_in_all_of_them_at_once_we_have_all_of_them(Setting setting) {
        List<TwoEnds> all = openAll(setting);
        var old = new ArrayList<Integer>();
        for (TwoEnds two : all) {
            two.htlc(two.us, 1, SAT, world.height() + 100);
            old.add(two.them.journal.size());
            two.fulfil(two.them, two.htlc(two.us, 2, 20_000, world.height() + 100), 2);
        }
        for (int i = 0; i < COUNT; i++) all.get(i).theyCheat(old.get(i));
        world.mine(2);
        long everything = COUNT * (TwoEnds.OURS + TwoEnds.THEIRS);
        assertThat(ours.gain()).isBetween(everything - COUNT * TwoEnds.MOST_FEES, everything);
        world.mine(2 * TwoEnds.DELAY);
        assertThat(theirs.gain()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource({"ANCHORS_OURS", "STATIC_THEIRS"})
    @Tag("on-chain:several-closings/ours")
    @Tag("on-chain:several-closings/theirs")
    @Tag("on-chain:several-closings/revoked")
    void one_by_us_one_by_them_and_one_revoked_do_not_disturb_each_other(Setting setting) {
        List<TwoEnds> all = openAll(setting);
        TwoEnds cheated = all.getLast();
        int old = cheated.them.journal.size();
        cheated.fulfil(cheated.them, cheated.htlc(cheated.us, 2, 20_000, world.height() + 100), 2);
        all.get(0).weClose();
        all.get(1).theyClose();
        cheated.theyCheat(old);
        world.mine(2 + TwoEnds.DELAY);
        long owed = 2 * TwoEnds.OURS + TwoEnds.OURS + TwoEnds.THEIRS;
        assertThat(ours.gain()).isBetween(owed - COUNT * TwoEnds.MOST_FEES, owed);
        assertThat(theirs.gain()).isBetween(2 * (TwoEnds.THEIRS - TwoEnds.MOST_FEES), 2 * TwoEnds.THEIRS);
    }

    private List<TwoEnds> openAll(Setting setting) {
        for (Party party : List.of(ours, theirs)) {
            party.give(1_500_000, 1_500_000, 1_500_000);
            party.give(100_000, 100_000, 100_000, 100_000, 100_000, 100_000);
        }
        world.follow();
        var all = new ArrayList<TwoEnds>();
        for (int i = 1; i <= COUNT; i++) all.add(TwoEnds.open(world, ours, theirs, setting, i));
        return all;
    }

    private static boolean isOf(End end, Tx tx) {
        return end.party.hands.offered().contains(tx);
    }
}
