package fulgurite.simulator.fuzz;

import fulgurite.simulator.engine.QuietLog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fulgurite fuzz}: looks for a satoshi that gets lost. */
@Command(name = "fuzz", mixinStandardHelpOptions = true, description = {
        "Drives three nodes in a line through everything that can go wrong, in virtual time, from a seed:",
        "payments, failures, fee changes, cut lines, crashes, blocks, reorganisations, closes and cheats.",
        "Then all is healed: everything must settle, and every wallet must hold what it is owed."}, footer = {"",
                "The exit code is 1 when a run fails. Its seed is printed, the steps that it takes, and the",
                "command that replays it. The same seed and steps give the same run: compare the trace.", "",
                "Examples:", "  fulgurite fuzz", "  fulgurite fuzz --seeds 1000 --steps 100",
                "  fulgurite fuzz --seed 42 --steps 100", "  fulgurite fuzz --seed 42 --steps 100 --only 3,17,18"})
public final class FuzzCommand implements Callable<Integer> {
    private static final int MOST_STEPS = 100_000;
    private static final int TOLD = 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--seeds", paramLabel = "N", description = "Runs, each with a seed of its own, 1 to 10000000 (default: 20, or 1 with --seed).")
    private Optional<Integer> seeds = Optional.empty();

    @Option(names = "--steps", paramLabel = "M", defaultValue = "100", description = "Steps of each run, 0 to 100000 (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--seed", paramLabel = "S", description = "The first seed (default: 1).")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--only", paramLabel = "I,J,…", split = ",", description = "Do only these of the steps that the seed draws, counted from 0.")
    private List<Integer> only = List.of();

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Runs at once, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--shrinking", paramLabel = "N", defaultValue = "150", description = "Runs to spend on leaving out steps of a failure (default: ${DEFAULT-VALUE}).")
    private int shrinking;

    @Option(names = "--json", description = "Print the result as one JSON object, and nothing else.")
    private boolean json;

    @Override
    public Integer call() {
        Fuzzer.Plan plan = plan();
        PrintWriter out = spec.commandLine().getOut();
        long begun = System.nanoTime();
        Consumer<Fuzzer.Progress> progress = json ? done -> {} : done -> tell(out, begun, done);
        Fuzzer.Result result = QuietLog.during(() -> Fuzzer.run(plan, progress));
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (json) out.println(FuzzReport.json(plan, result, seconds));
        else FuzzReport.print(plan, result, seconds, out);
        out.flush();
        return result.found().isEmpty() ? 0 : 1;
    }

    private Fuzzer.Plan plan() {
        int runs = seeds.orElse(seed.isPresent() ? 1 : 20);
        require("--seeds", runs, 1, 10_000_000);
        require("--steps", steps, 0, MOST_STEPS);
        require("--threads", threads, 1, 64);
        require("--shrinking", shrinking, 0, 1_000_000);
        for (int index : only) require("--only", index, 0, steps - 1);
        return new Fuzzer.Plan(seed.orElse(1L), runs, steps,
                only.isEmpty() ? Optional.empty() : Optional.of(only.stream().sorted().distinct().toList()),
                Math.min(threads, runs), shrinking);
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most)
            throw new ParameterException(spec.commandLine(), option + " must be " + least + " to " + most + ", got "
                    + value);
    }

    /** About twenty times in all, and of each failure at once: what it is shrunk to is told in the end. */
    private void tell(PrintWriter out, long begun, Fuzzer.Progress done) {
        done.failure().ifPresent(failure -> out.println("seed " + done.seed() + " failed: " + failure.rule()));
        out.flush();
        if (done.ended() * (long) TOLD / done.seeds() == (done.ended() - 1) * (long) TOLD / done.seeds()) return;
        out.println(String.format(Locale.ROOT, "%8.1f s  %,d of %,d runs, %,d steps, %d failed",
                (System.nanoTime() - begun) / 1e9, done.ended(), done.seeds(), (long) done.ended() * steps,
                done.failed()));
        out.flush();
    }
}
