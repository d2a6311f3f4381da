package fulgurite.node.router;

import fulgurite.protocol.units.Timestamp;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which news of a speaker (a side of a channel, a node) are worth their signature check: so many at once, and then one a
 * minute. Who says more is not heard; its newest terms come with later news. Not thread-safe.
 */
final class SpeakerLimits<S extends Comparable<S>> {
    private static final int AT_ONCE = 10;
    private static final long EACH_MS = 60_000;
    private static final int MOST_SPEAKERS = 200_000;

    /** When each speaker will have used up what it may say: a moment ahead of now for all that it said. */
    private final Map<S, Long> usedUntil = new TreeMap<>();

    boolean mayHear(S speaker, Timestamp now) {
        long until = Math.max(usedUntil.getOrDefault(speaker, 0L), now.epochMillis());
        if (until - now.epochMillis() > (AT_ONCE - 1) * EACH_MS) return false;
        if (usedUntil.size() >= MOST_SPEAKERS) usedUntil.values().removeIf(used -> used <= now.epochMillis());
        usedUntil.put(speaker, until + EACH_MS);
        return true;
    }

    /** It was not the speaker after all, but somebody who forged. */
    void takeBack(S speaker) {
        usedUntil.computeIfPresent(speaker, (id, until) -> until - EACH_MS);
    }
}
