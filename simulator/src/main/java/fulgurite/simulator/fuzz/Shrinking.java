package fulgurite.simulator.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leaves out steps as long as the run still fails in the same way: delta debugging. Ever smaller parts are left out in
 * turn, until no single step can be, or the runs that may be spent are spent.
 */
final class Shrinking {
    private final long seed;
    private final List<Timed> all;
    private final String rule;
    private int runsLeft;

    private Shrinking(long seed, List<Timed> all, String rule, int runs) {
        this.seed = seed;
        this.all = all;
        this.rule = rule;
        this.runsLeft = runs;
    }

    /**
     * @param kept indices of the steps with which the run fails, ascending
     * @param rule the class of failures that is to stay
     * @param runs at most, 0 and up
     * @return the indices that are left
     */
    static List<Integer> shrink(long seed, List<Timed> all, List<Integer> kept, String rule, int runs) {
        return new Shrinking(seed, all, rule, runs).shrink(kept);
    }

    private List<Integer> shrink(List<Integer> kept) {
        List<Integer> left = kept;
        int parts = 2;
        while (left.size() > 1 && runsLeft > 0) {
            Optional<List<Integer>> smaller = without(left, parts);
            if (smaller.isPresent()) {
                left = smaller.get();
                parts = Math.max(2, parts - 1);
            } else if (parts >= left.size()) {
                break;
            } else {
                parts = Math.min(left.size(), parts * 2);
            }
        }
        return left;
    }

    private Optional<List<Integer>> without(List<Integer> left, int parts) {
        // From the end: what came after the fault is left out first.
        for (int part = parts - 1; part >= 0 && runsLeft > 0; part--) {
            var candidate = new ArrayList<>(left);
            candidate.subList(left.size() * part / parts, left.size() * (part + 1) / parts).clear();
            if (fails(candidate)) return Optional.of(candidate);
        }
        return Optional.empty();
    }

    private boolean fails(List<Integer> kept) {
        runsLeft--;
        return Run.run(seed, kept.stream().map(all::get).toList())
                .failure()
                .filter(failure -> failure.rule().equals(rule))
                .isPresent();
    }
}
