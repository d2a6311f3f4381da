package fulgurite.node.router;

import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelUpdate;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which updates are worth their signature check: of each side of a channel so many at once, and then one a minute. Who
 * says more is not heard; its newest terms come with a later update. Not thread-safe.
 */
final class UpdateLimits {
    private static final int AT_ONCE = 10;
    private static final long EACH_MS = 60_000;
    private static final int MOST_SIDES = 200_000;

    /** When each side will have used up what it may say: a moment ahead of now for every update. */
    private final Map<Long, Long> usedUntil = new TreeMap<>();

    boolean mayHear(ChannelUpdate update, Timestamp now) {
        long side = update.shortChannelId().value() << 1 ^ (update.isFromNode1() ? 0 : 1);
        long until = Math.max(usedUntil.getOrDefault(side, 0L), now.epochMillis());
        if (until - now.epochMillis() > (AT_ONCE - 1) * EACH_MS) return false;
        if (usedUntil.size() >= MOST_SIDES) usedUntil.values().removeIf(used -> used <= now.epochMillis());
        usedUntil.put(side, until + EACH_MS);
        return true;
    }
}
