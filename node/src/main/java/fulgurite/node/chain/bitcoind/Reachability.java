package fulgurite.node.chain.bitcoind;

import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether bitcoind answers, since when, and what was wrong last. Says so in the log when it changes. */
final class Reachability {
    private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);
    private final InstantSource clock;
    private Optional<String> problem = Optional.empty();
    private Optional<Instant> since = Optional.empty();
    private Optional<String> lastProblem = Optional.empty();

    Reachability(InstantSource clock) {
        this.clock = clock;
    }

    /** An answer, or one of {@link Reachability}. */
    record Seen(Optional<String> problem, Optional<Instant> since, Optional<String> lastProblem) {}

    synchronized Seen seen() {
        return new Seen(problem, since, lastProblem);
    }

    /** Takes note of how {@code call} ends. A refusal is an answer. */
    <T> CompletionStage<T> watch(CompletionStage<T> call) {
        return call.whenComplete((answer, failure) -> {
            if (BitcoindBackend.unwrap(failure) instanceof ChainUnavailableException unavailable)
                failed(String.valueOf(unavailable.getMessage()));
            else
                answered();
        });
    }

    private synchronized void answered() {
        if (problem.isPresent()) LOG.info("bitcoind answers again");
        if (problem.isPresent() || since.isEmpty()) since = Optional.of(clock.instant());
        problem = Optional.empty();
    }

    private synchronized void failed(String why) {
        if (!problem.equals(Optional.of(why))) LOG.warn("bitcoind cannot be asked now: {}", why);
        if (problem.isEmpty()) since = Optional.of(clock.instant());
        problem = Optional.of(why);
        lastProblem = problem;
    }
}
