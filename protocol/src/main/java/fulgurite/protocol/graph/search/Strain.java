package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest.Strained;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;

/**
 * What a channel that failed this very payment for want of balance is still good for. After one failure anything that is
 * clearly less; after each further one half as much again as the least that failed, so that a channel which fails for
 * another reason is given up after a few attempts, and one that has some balance still carries it. Parts that failed there
 * together, with nearly the same amount, have told one thing and not several.
 */
final class Strain {
    /** Failures of ever less, after which a channel is given up. */
    private static final int HOPELESS = 5;

    private Strain() {}

    /** The least amount that is not tried there any more; {@link Long#MAX_VALUE} when it has not failed. */
    static long tooMuchMsat(RouteRequest request, ShortChannelId channel, NodeId from) {
        long least = Long.MAX_VALUE;
        int failures = 0;
        for (Strained strained : request.strained()) {
            if (!strained.shortChannelId().equals(channel) || !strained.from().equals(from)) continue;
            long amount = strained.amount().msat();
            if (amount < RouteRequest.nearly(least)) failures++;
            least = Math.min(least, amount);
        }
        if (failures == 0) return Long.MAX_VALUE;
        if (failures >= HOPELESS) return 0;
        return failures == 1 ? RouteRequest.nearly(least) : least >> failures - 1;
    }
}
