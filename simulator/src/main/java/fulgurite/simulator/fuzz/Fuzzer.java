package fulgurite.simulator.fuzz;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Runs seed after seed, several at once on threads of their own; each run is a function of its seed all the same. */
final class Fuzzer {
    /** Failures that are shrunk; the rest are only told. */
    private static final int SHRUNK = 5;

    private final Plan plan;
    private final Consumer<Progress> progress;

    /**
     * What is to be run.
     *
     * @param first seed; the others follow it
     * @param steps of each run
     * @param only the indices of the steps that are done; empty: all
     * @param shrinkingRuns at most for one failure
     */
    record Plan(long first, int seeds, int steps, Optional<List<Integer>> only, int threads, int shrinkingRuns) {
        List<Integer> kept() {
            return only.orElseGet(() -> IntStream.range(0, steps).boxed().toList());
        }
    }

    /** After each run. @param seed of that run; @param failure how it failed */
    record Progress(int ended, int seeds, int failed, long seed, Optional<Run.Failure> failure) {}

    /** A failure, with the fewest steps that still show it. @param kept their indices among those that the seed draws */
    record Found(long seed, Run.Failure failure, String trace, List<Integer> kept, List<Timed> steps) {}

    /** What came of all runs. @param trace of the run, when it was only one */
    record Result(List<Found> found, Tally tally, Duration simulated, Optional<String> trace) {}

    private Fuzzer(Plan plan, Consumer<Progress> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    static Result run(Plan plan, Consumer<Progress> progress) {
        return new Fuzzer(plan, progress).run();
    }

    private record Ended(long seed, Run.Outcome outcome) {}

    private Result run() {
        var failed = new ArrayList<Ended>();
        var tally = new Tally();
        Duration simulated = Duration.ZERO;
        Optional<String> trace = Optional.empty();
        try (ExecutorService threads = Executors.newFixedThreadPool(plan.threads())) {
            List<Future<Ended>> runs = new ArrayList<>();
            for (int i = 0; i < plan.seeds(); i++) {
                long seed = plan.first() + i;
                runs.add(threads.submit(() -> new Ended(seed, Run.run(seed, steps(seed, plan.kept())))));
            }
            for (int i = 0; i < runs.size(); i++) {
                Ended ended = result(runs.get(i));
                tally.add(ended.outcome().tally());
                simulated = simulated.plus(ended.outcome().simulated());
                trace = Optional.of(ended.outcome().trace());
                if (ended.outcome().failure().isPresent()) failed.add(ended);
                progress.accept(new Progress(i + 1, plan.seeds(), failed.size(), ended.seed(),
                        ended.outcome().failure()));
            }
        }
        return new Result(shrunk(failed), tally, simulated, plan.seeds() == 1 ? trace : Optional.empty());
    }

    private List<Timed> steps(long seed, List<Integer> kept) {
        List<Timed> all = Run.steps(seed, plan.steps());
        return kept.stream().map(all::get).toList();
    }

    private List<Found> shrunk(List<Ended> failed) {
        var found = new ArrayList<Found>();
        for (Ended ended : failed) {
            Run.Failure failure = ended.outcome().failure().orElseThrow();
            int runs = found.size() < SHRUNK ? plan.shrinkingRuns() : 0;
            List<Integer> kept = Shrinking.shrink(ended.seed(), Run.steps(ended.seed(), plan.steps()), plan.kept(),
                    failure.rule(), runs);
            found.add(new Found(ended.seed(), failure, ended.outcome().trace(), kept, steps(ended.seed(), kept)));
        }
        return List.copyOf(found);
    }

    private static Ended result(Future<Ended> run) {
        try {
            return run.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the fuzzer itself failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
