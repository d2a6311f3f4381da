package fulgurite.protocol.graph;

import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.GossipMessage;

/** What follows from a change of the routing table. */
public sealed interface GraphEffect {
    /** Pass the message on to every peer whose filter lets it through. May be lost: peers ask for what they miss. */
    record Broadcast(GossipMessage message) implements GraphEffect {}

    /** Tell by {@link GraphCommand.NoteFundingSpent} when this output is spent. {@link RoutingTable#resume} says it again. */
    record WatchFunding(ShortChannelId shortChannelId, OutPoint funding) implements GraphEffect {}
}
