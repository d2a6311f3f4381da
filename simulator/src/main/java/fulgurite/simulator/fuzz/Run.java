package fulgurite.simulator.fuzz;

import fulgurite.simulator.engine.TaskFailedException;
import fulgurite.simulator.world.CrashPoint;
import fulgurite.simulator.world.WorldFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** One run: a function of its seed and its steps. */
final class Run {
    private Run() {}

    /**
     * What came of a run.
     *
     * @param failure empty when all was well
     * @param trace the hash of everything that happened
     */
    record Outcome(Optional<Failure> failure, String trace, Tally tally, Duration simulated) {}

    /** @param rule the class of failures to which it belongs; @param sentence for a person */
    record Failure(String rule, String sentence) {}

    static Setup setup(long seed) {
        return Setup.draw(new SplittableRandom(seed).split());
    }

    /** The steps that a seed draws. */
    static List<Timed> steps(long seed, int count) {
        var random = new SplittableRandom(seed);
        random.split();
        return StepDraw.draw(count, setup(seed).villain(), random.split());
    }

    static Outcome run(long seed, List<Timed> steps) {
        Setup setup = setup(seed);
        try (Stage stage = Stage.set(seed, setup)) {
            Optional<Failure> failure = act(stage, setup, steps);
            stage.tally().add("steps", steps.size());
            for (CrashPoint point : CrashPoint.values())
                stage.tally().add("crashes " + Words.of(point), stage.world().crashes().getOrDefault(point, 0));
            Census.take(stage);
            return new Outcome(failure, stage.world().engine().trace().hash(), stage.tally(),
                    Duration.ofNanos(stage.world().engine().loop().now()));
        } catch (TaskFailedException | WorldFailedException | RunFailedException e) {
            return new Outcome(Optional.of(failure(e)), "none: it did not begin", new Tally(), Duration.ZERO);
        }
    }

    /** The steps, then calm, then the reckoning. */
    static Optional<Failure> act(Stage stage, Setup setup, List<Timed> steps) {
        try {
            var acting = new Acting(stage, new Mining(stage));
            for (Timed timed : steps) {
                stage.world().engine().trace().record(timed.step().toString());
                acting.act(timed.step());
                stage.world().runFor(Duration.ofMillis(timed.thenMillis()));
            }
            new Calming(stage).calm();
            return Reckoning.check(stage, setup).or(stage.owed()::check);
        } catch (RuntimeException e) {
            return Optional.of(failure(e));
        }
    }

    private static Failure failure(RuntimeException e) {
        if (e instanceof RunFailedException failed) return new Failure(failed.rule(), failed.getMessage());
        Throwable cause = e;
        while (cause.getCause() != null) cause = cause.getCause();
        if (cause instanceof RunFailedException failed) return new Failure(failed.rule(), failed.getMessage());
        return new Failure("crash: " + cause.getClass().getSimpleName() + " in " + place(cause),
                e.getMessage() + ": " + cause);
    }

    /** The first of our own functions on the stack. */
    private static String place(Throwable cause) {
        for (StackTraceElement frame : cause.getStackTrace())
            if (frame.getClassName().startsWith("fulgurite."))
                return frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1) + "."
                        + frame.getMethodName();
        return "nowhere";
    }
}
