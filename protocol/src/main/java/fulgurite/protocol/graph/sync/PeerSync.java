package fulgurite.protocol.graph.sync;

import fulgurite.protocol.units.Timestamp;
import java.util.List;

/**
 * How far the synchronising with one peer is.
 *
 * @param extended whether it can be asked for parts of what it knows of a channel
 * @param round the last one in which it was asked; 0: none
 * @param begun when that was
 * @param step counts what was asked of it
 */
record PeerSync(boolean extended, long round, Timestamp begun, long step, Phase phase) {
    sealed interface Phase {}

    /** Nothing is asked of it. */
    record Idle() implements Phase {}

    /** It tells which channels it knows. */
    record Ranging(RangeSoFar soFar) implements Phase {}

    /**
     * It tells of the channels that we lack.
     *
     * @param asked of those it is telling now; none while others are telling of all that is left
     * @param left of those it is still to be asked
     */
    record Fetching(List<Offer> asked, List<Offer> left) implements Phase {}

    /** It does not answer as it should: it is asked no more. */
    record Unfit() implements Phase {}

    boolean isBusy() {
        return phase instanceof Ranging || phase instanceof Fetching;
    }

    boolean isIdle() {
        return phase instanceof Idle;
    }

    PeerSync in(Phase next) {
        return new PeerSync(extended, round, begun, step, next);
    }

    /** Asked for something. */
    PeerSync asked(Phase next) {
        return new PeerSync(extended, round, begun, step + 1, next);
    }

    PeerSync inRound(long number, Timestamp now) {
        return new PeerSync(extended, number, now, step, phase);
    }
}
