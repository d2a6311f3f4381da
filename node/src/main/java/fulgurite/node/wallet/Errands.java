package fulgurite.node.wallet;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is done one after another, for each changes what the next one finds. Not for sharing between threads.
 *
 * @param <R> what comes of one
 */
final class Errands<R> {
    private final Runner<R> runner;
    private final Queue<Errand<R>> waiting = new ArrayDeque<>();
    private boolean working;

    /** Has the actor told what comes of an errand. */
    interface Runner<R> {
        /** @param failed what to tell when it could not be done, from the reason */
        void run(CompletionStage<R> work, Function<String, R> failed);
    }

    private record Errand<R>(Supplier<CompletionStage<R>> work, Function<String, R> failed) {}

    Errands(Runner<R> runner) {
        this.runner = runner;
    }

    /** Begins it when all that came before is over. */
    void add(Supplier<CompletionStage<? extends R>> work, Function<String, R> failed) {
        waiting.add(new Errand<>(() -> work.get().thenApply(done -> done), failed));
        next();
    }

    /** The actor has heard of the one that was under way; {@link #next} is to be called when it has dealt with that. */
    void done() {
        working = false;
    }

    /** Begins the next one, unless one is under way. */
    void next() {
        if (working) return;
        Errand<R> errand = waiting.poll();
        if (errand == null) return;
        working = true;
        runner.run(errand.work().get(), errand.failed());
    }
}
