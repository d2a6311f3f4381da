package fulgurite.protocol.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far the channel has come to rest. It ends with the connection.
 *
 * @param wanted whether we have been asked to bring the channel to rest
 * @param sent our stfu, and whether it claimed to begin: from then on nothing new is proposed
 * @param received the peer's stfu, and whether it claimed to begin
 * @param deferred removals of the peer's HTLCs that may not be sent now: they are proposed when the quiet is over
 * @bolt 2, Channel Quiescence
 */
public record Quiescence(
        boolean wanted, Optional<Boolean> sent, Optional<Boolean> received, List<Deferred> deferred) {
    static final Quiescence NONE = new Quiescence(false, Optional.empty(), Optional.empty(), List.of());

    public Quiescence {
        deferred = List.copyOf(deferred);
    }

    /** An HTLC of the peer that we have a result for and may not remove yet. */
    public record Deferred(long htlcId, HtlcResult result) {}

    /** Whether nothing is to be added any more, so that the channel may come to rest. */
    public boolean isBegun() {
        return wanted || sent.isPresent() || received.isPresent();
    }

    /** Whether both have said stfu: nothing is in flight. */
    public boolean isQuiet() {
        return sent.isPresent() && received.isPresent();
    }

    /** Whether it is for us to speak when the channel is quiet. When both claimed to begin, the funder did. */
    public boolean isOurs(boolean weFund) {
        boolean weBegan = sent.orElse(false);
        boolean theyBegan = received.orElse(false);
        return weBegan && (!theyBegan || weFund);
    }

    /** Whether a result of that HTLC waits for the end of the quiet. */
    public boolean defers(long htlcId) {
        return deferred.stream().anyMatch(one -> one.htlcId() == htlcId);
    }

    Quiescence asked() {
        return new Quiescence(true, sent, received, deferred);
    }

    Quiescence withSent(boolean initiator) {
        return new Quiescence(wanted, Optional.of(initiator), received, deferred);
    }

    Quiescence withReceived(boolean initiator) {
        return new Quiescence(wanted, sent, Optional.of(initiator), deferred);
    }

    Quiescence with(Deferred one) {
        var next = new ArrayList<>(deferred);
        next.add(one);
        return new Quiescence(wanted, sent, received, next);
    }
}
