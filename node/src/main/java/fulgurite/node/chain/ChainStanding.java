package fulgurite.node.chain;

import java.time.Instant;
import java.util.Optional;

/**
 * How well a chain can be asked, for whoever looks after the node.
 *
 * @param problem why it cannot be asked now; empty when it can
 * @param since when that is so; empty when nobody has asked yet
 * @param lastProblem the latest one, also when it is over
 * @param blocksBehind blocks that the backend knows of and has not checked yet: what it tells is that old
 * @param heardBy how its changes are learnt, in words
 */
public record ChainStanding(Optional<String> problem, Optional<Instant> since, Optional<String> lastProblem,
        int blocksBehind, String heardBy) {
    /** A chain in the same process. */
    public static ChainStanding inProcess(Optional<String> problem) {
        return new ChainStanding(problem, Optional.empty(), problem, 0, "events");
    }

    public boolean isReachable() {
        return problem.isEmpty();
    }
}
