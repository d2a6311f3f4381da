package fulgurite.protocol.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.Satoshi;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is bid for the next block, by what is at stake and how long it has been wanted. */
class HurryTest {
    private static final Feerates FEERATES = new Feerates(new FeeratePerKw(4000), new FeeratePerKw(1000),
            new FeeratePerKw(500));
    private static final long WEIGHT = 1000;
    private static final Hurry HUNDRED_BLOCKS = Hurry.until(new BlockHeight(100), new BlockHeight(200),
            new Satoshi(100_000));

    @Test
    void what_nobody_else_can_take_is_bid_for_slowly_and_after_six_blocks_within_the_hour() {
        Hurry none = Hurry.none(new BlockHeight(100), new Satoshi(100_000));
        assertThat(bid(none, 100)).isEqualTo(FEERATES.slow());
        assertThat(bid(none, 105)).isEqualTo(FEERATES.slow());
        assertThat(bid(none, 106)).isEqualTo(FEERATES.normal());
        assertThat(none.isContested()).isFalse();
        assertThat(none.left(new BlockHeight(5))).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void a_bid_begins_at_the_estimate_and_is_half_the_stake_at_the_deadline() {
        assertThat(bid(HUNDRED_BLOCKS, 100)).isEqualTo(FEERATES.slow());
        // A tenth of the time: a hundredth of the way from 500 to 50,000.
        assertThat(bid(HUNDRED_BLOCKS, 110)).isEqualTo(new FeeratePerKw(500 + 495));
        assertThat(bid(HUNDRED_BLOCKS, 200)).isEqualTo(new FeeratePerKw(50_000));
        assertThat(bid(HUNDRED_BLOCKS, 300)).isEqualTo(new FeeratePerKw(50_000));
    }

    @Test
    void a_bid_never_falls_while_the_estimates_stay() {
        FeeratePerKw before = FeeratePerKw.FLOOR;
        for (int height = 90; height <= 210; height++) {
            FeeratePerKw now = bid(HUNDRED_BLOCKS, height);
            assertThat(now.lessThan(before)).as("at %d", height).isFalse();
            before = now;
        }
    }

    @Test
    void a_bid_is_the_estimate_when_that_is_beyond_half_the_stake_and_never_more_than_the_stake() {
        assertThat(bid(Hurry.until(new BlockHeight(100), new BlockHeight(101), new Satoshi(5_000)), 100))
                .isEqualTo(new FeeratePerKw(4000));
        assertThat(bid(Hurry.until(new BlockHeight(100), new BlockHeight(101), new Satoshi(3_000)), 100))
                .isEqualTo(new FeeratePerKw(3000));
        // But what is bid is always enough to be relayed.
        assertThat(bid(Hurry.until(new BlockHeight(100), new BlockHeight(101), new Satoshi(1)), 100))
                .isEqualTo(FeeratePerKw.FLOOR);
    }

    @Test
    void the_fewer_blocks_are_left_the_dearer_the_estimate_that_counts() {
        Hurry poor = Hurry.until(new BlockHeight(100), new BlockHeight(200), new Satoshi(8_000));
        assertThat(bid(poor, 187)).isEqualTo(new FeeratePerKw(500 + 3500 * 87 * 87 / 10_000));
        assertThat(bid(poor, 198)).isEqualTo(FEERATES.urgent());
    }

    @Test
    void several_together_have_the_earliest_deadline_and_all_their_stakes() {
        Hurry calm = Hurry.none(new BlockHeight(90), new Satoshi(7));
        Hurry sooner = Hurry.until(new BlockHeight(150), new BlockHeight(160), new Satoshi(30));
        assertThat(HUNDRED_BLOCKS.and(sooner)).isEqualTo(
                Hurry.until(new BlockHeight(100), new BlockHeight(160), new Satoshi(100_030)));
        assertThat(sooner.and(HUNDRED_BLOCKS)).isEqualTo(HUNDRED_BLOCKS.and(sooner));
        assertThat(calm.and(sooner)).isEqualTo(
                new Hurry(new BlockHeight(90), Optional.of(new BlockHeight(160)), new Satoshi(37)));
        assertThat(sooner.and(calm)).isEqualTo(calm.and(sooner));
    }

    @Test
    void great_amounts_and_long_delays_do_not_overflow() {
        Hurry all = Hurry.until(new BlockHeight(0), new BlockHeight(400_000_000), new Satoshi(2_100_000_000_000_000L));
        assertThat(bid(all, 399_999_999).satPerKw()).isBetween(4_000_000_000L, 0xffffffffL);
    }

    private static FeeratePerKw bid(Hurry hurry, int height) {
        return hurry.bid(new BlockHeight(height), FEERATES, WEIGHT);
    }
}
