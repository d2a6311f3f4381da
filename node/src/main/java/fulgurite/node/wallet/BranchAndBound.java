package fulgurite.node.wallet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks for coins that pay a target nearly exactly, so that no change is needed: depth first, each coin taken before it
 * is left out, branches that can no longer succeed cut off (Murch, An Evaluation of Coin Selection Strategies, 2016).
 */
final class BranchAndBound {
    private static final int MOST_TRIES = 100_000;

    private BranchAndBound() {}

    /**
     * @param values what each coin pays beyond its own fee, above zero, greatest first
     * @param target to be reached
     * @param tolerance by which it may be exceeded
     * @return the positions of the coins that exceed it least; empty when none were found within 100,000 tries
     */
    static Optional<List<Integer>> find(long[] values, long target, long tolerance) {
        long left = 0;
        for (long value : values) left += value;
        var taken = new ArrayList<Integer>();
        Optional<List<Integer>> best = Optional.empty();
        long bestExcess = Long.MAX_VALUE;
        long sum = 0;
        int at = 0;
        for (int tries = 0; tries < MOST_TRIES; tries++, at++) {
            boolean isDead = sum + left < target || sum - target > tolerance;
            if (!isDead && sum >= target && sum - target < bestExcess) {
                best = Optional.of(List.copyOf(taken));
                bestExcess = sum - target;
            }
            if (isDead || sum >= target) {
                if (taken.isEmpty() || bestExcess == 0) break;
                for (at--; at > taken.getLast(); at--) left += values[at];
                sum -= values[at];
                taken.removeLast();
            } else {
                left -= values[at];
                // Leaving out a coin and taking its twin is what was tried already.
                if (at == 0 || !taken.isEmpty() && taken.getLast() == at - 1 || values[at] != values[at - 1]) {
                    taken.add(at);
                    sum += values[at];
                }
            }
        }
        return best;
    }
}
