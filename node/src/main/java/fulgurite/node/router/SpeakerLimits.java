package fulgurite.node.router;

import fulgurite.protocol.units.Timestamp;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which news of a speaker (a side of a channel, a node) are worth their signature check: so many at once, and then one in
 * each interval. Who says more is not heard; its newest terms come with later news. Not thread-safe.
 */
final class SpeakerLimits<S extends Comparable<S>> {
    private static final int MOST_SPEAKERS = 200_000;

    /** When each speaker will have used up what it may say: a moment ahead of now for all that it said. */
    private final Map<S, Long> usedUntil = new TreeMap<>();
    private final long eachMillis;
    private final long aheadMillis;
    private long tidied;

    SpeakerLimits(GossipPace.Speaker pace) {
        this.eachMillis = pace.each().toMillis();
        this.aheadMillis = (pace.atOnce() - 1) * eachMillis;
    }

    boolean mayHear(S speaker, Timestamp now) {
        long until = Math.max(usedUntil.getOrDefault(speaker, 0L), now.epochMillis());
        if (until - now.epochMillis() > aheadMillis) return false;
        if (usedUntil.size() >= MOST_SPEAKERS || now.epochMillis() - tidied > aheadMillis) tidy(now.epochMillis());
        usedUntil.put(speaker, until + eachMillis);
        return true;
    }

    /** Who has used up nothing may say as much as who was never heard. */
    private void tidy(long nowMillis) {
        usedUntil.values().removeIf(used -> used <= nowMillis);
        tidied = nowMillis;
    }

    /** Speakers of whom there is something to remember, or was a while ago. */
    int remembered() {
        return usedUntil.size();
    }

    /** It was not the speaker after all, but somebody who forged. */
    void takeBack(S speaker) {
        usedUntil.computeIfPresent(speaker, (id, until) -> until - eachMillis);
    }
}
