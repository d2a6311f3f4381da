package fulgurite.simulator.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.simulator.engine.QuietLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class FuzzTest {
    /** In all; the gate asks for 100,000. */
    private static final int STEPS = Integer.parseInt(System.getenv().getOrDefault("FUZZ_STEPS", "3000"));
    private static final int THREADS = 2;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int command(String... arguments) {
        return new CommandLine(new FuzzCommand()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    /** Many short runs, which begin with full channels, for a third of the steps, and long ones for the rest. */
    static List<Fuzzer.Plan> plans() {
        return List.of(plan(1, STEPS / 3, 100), plan(10_001, STEPS - STEPS / 3, 1_000));
    }

    private static Fuzzer.Plan plan(long firstSeed, int steps, int each) {
        return new Fuzzer.Plan(firstSeed, (steps + each - 1) / each, each, Optional.empty(), THREADS, 100);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void whatever_happens_all_settles_and_every_wallet_holds_what_it_is_owed(Fuzzer.Plan plan) {
        Fuzzer.Result result = QuietLog.during(() -> Fuzzer.run(plan, FuzzTest::tell));
        var report = new StringWriter();
        FuzzReport.print(plan, result, 0, new PrintWriter(report));
        assertThat(result.found()).as(report.toString()).isEmpty();
        assertThat(result.tally().counts()).as("what the fuzzer must reach")
                .containsKeys("pay, invoice: succeeded", "pay, keysend: succeeded", "pay, blinded: succeeded",
                        "crashes after persist",
                        "crashes before persist", "event closed unilaterally", "event htlc settled on chain",
                        "event mutual close agreed", "payments held", "close by force: published",
                        "journals lost: first write stored", "journals lost: first write lost");
    }

    private static void tell(Fuzzer.Progress done) {
        done.failure().ifPresent(failure -> System.out.println("fuzz: seed " + done.seed() + " " + failure.rule()));
        if (done.ended() % 20 == 0 || done.ended() == done.seeds())
            System.out.println("fuzz: " + done.ended() + " of " + done.seeds() + " runs, " + done.failed() + " failed");
    }

    @Test
    void a_seed_and_its_steps_give_one_run() {
        List<Timed> steps = Run.steps(7, 30);
        assertThat(Run.steps(7, 30)).isEqualTo(steps);
        assertThat(Run.run(7, steps).trace()).isEqualTo(Run.run(7, steps).trace())
                .isNotEqualTo(Run.run(8, steps)
                        .trace());
    }

    @Test
    void leaves_out_every_step_that_a_failure_does_not_need() {
        // No chain estimates a feerate below zero.
        List<Timed> steps = List.of(new Timed(new Step.Mine(1, true), 10), new Timed(new Step.Cut(0), 10),
                new Timed(new Step.Feerate(-1), 10), new Timed(new Step.Cut(1), 10),
                new Timed(new Step.Mine(2, true), 10));
        Run.Failure failure = Run.run(1, steps).failure().orElseThrow();
        List<Integer> all = IntStream.range(0, steps.size()).boxed().toList();
        assertThat(Shrinking.shrink(1, steps, all, failure.rule(), 50)).containsExactly(2);
    }

    @ParameterizedTest
    @CsvSource({"--seeds, -1, --seeds must be 1 to 10000000", "--steps, -1, --steps must be 0 to 100000",
            "--threads, 0, --threads must be 1 to 64", "--only, 100, --only must be 0 to 99",
            "--seed, x, Invalid value for option '--seed'"})
    void a_bad_value_is_refused_in_a_sentence(String option, String value, String message) {
        assertThat(command(option + "=" + value)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void one_run_ends_with_its_trace() {
        assertThat(command("--seed", "3", "--steps", "5")).isZero();
        assertThat(out.toString()).contains("1 runs of 5 steps: all well");
        assertThat(out.toString().strip().lines().toList().getLast()).matches("trace: [0-9a-f]{64}");
    }

    @Test
    void the_command_that_replays_a_failure_is_told() {
        var plan = new Fuzzer.Plan(5, 1, 100, Optional.empty(), 1, 0);
        var found = new Fuzzer.Found(5, new Run.Failure("rule", "sentence"), "trace", List.of(3, 17), List.of(
                new Timed(new Step.Cut(0), 1), new Timed(new Step.Cut(1), 2)));
        assertThat(FuzzReport.replay(plan, found)).isEqualTo("./fulgurite fuzz --seed 5 --steps 100 --only 3,17");
    }
}
