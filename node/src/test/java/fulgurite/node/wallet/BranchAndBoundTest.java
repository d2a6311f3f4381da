package fulgurite.node.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BranchAndBoundTest {
    @Test
    void finds_the_coins_that_exceed_the_target_least() {
        long[] coins = {10_000, 7_000, 5_000, 3_000};

        assertThat(BranchAndBound.find(coins, 12_000, 500)).contains(List.of(1, 2));
        assertThat(BranchAndBound.find(coins, 9_900, 500)).contains(List.of(0));
        assertThat(BranchAndBound.find(coins, 25_000, 0)).contains(List.of(0, 1, 2, 3));
    }

    @Test
    void finds_nothing_where_change_would_be_needed_or_the_coins_are_too_few() {
        long[] coins = {10_000, 7_000, 5_000, 3_000};

        assertThat(BranchAndBound.find(coins, 11_000, 500)).isEmpty();
        assertThat(BranchAndBound.find(coins, 25_001, 500)).isEmpty();
        assertThat(BranchAndBound.find(new long[0], 1, 500)).isEmpty();
    }

    @Test
    void finds_as_good_a_choice_as_trying_them_all() {
        var random = new Random(7);
        int found = 0;
        for (int round = 0; round < 2_000; round++) {
            long[] coins = random.longs(1 + random.nextInt(10), 1, 60).sorted().toArray();
            for (int i = 0; i < coins.length / 2; i++) {
                long greater = coins[coins.length - 1 - i];
                coins[coins.length - 1 - i] = coins[i];
                coins[i] = greater;
            }
            long target = 1 + random.nextInt(200);
            long tolerance = random.nextInt(6);
            Optional<Long> best = bestOfAll(coins, target, tolerance);
            assertThat(BranchAndBound.find(coins, target, tolerance).map(taken -> sum(coins, taken)))
                    .as("%s for %d to %d", Arrays.toString(coins), target, target + tolerance)
                    .isEqualTo(best);
            found += best.isPresent() ? 1 : 0;
        }
        assertThat(found).isBetween(500, 1_950);
    }

    @Test
    void gives_up_in_a_hopeless_case_before_the_sun_sets() {
        long[] coins = new long[200];
        for (int i = 0; i < coins.length; i++) coins[i] = 2_000_000 - 2L * i;

        assertThat(BranchAndBound.find(coins, 100_000_001, 0)).isEmpty();
    }

    private static Optional<Long> bestOfAll(long[] coins, long target, long tolerance) {
        Optional<Long> best = Optional.empty();
        for (int subset = 1; subset < 1 << coins.length; subset++) {
            long sum = 0;
            for (int i = 0; i < coins.length; i++) if ((subset >> i & 1) == 1) sum += coins[i];
            if (sum < target || sum > target + tolerance) continue;
            best = Optional.of(best.isPresent() ? Math.min(best.get(), sum) : sum);
        }
        return best;
    }

    private static long sum(long[] coins, List<Integer> taken) {
        assertThat(taken).doesNotHaveDuplicates().isSortedAccordingTo(Comparator.naturalOrder());
        return taken.stream().mapToLong(i -> coins[i]).sum();
    }
}
