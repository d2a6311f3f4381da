package fulgurite.protocol.graph;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import java.util.Optional;

/**
 * A channel of the graph.
 *
 * @param node1 the lesser of the two ids
 * @param announcement absent for an own channel that is not public
 * @param funding known when the channel is public
 * @param update1 the newest of node 1, {@code update2} of node 2
 * @param spentAt where its funding was spent, if it was
 */
public record KnownChannel(ShortChannelId shortChannelId, NodeId node1, NodeId node2, Satoshi capacity,
        Optional<OutPoint> funding, Optional<ChannelAnnouncement> announcement, Optional<ChannelUpdate> update1,
        Optional<ChannelUpdate> update2, Optional<BlockHeight> spentAt) {
    public boolean isPublic() {
        return announcement.isPresent();
    }

    public NodeId other(NodeId node) {
        return node.equals(node1) ? node2 : node1;
    }

    /** The newest update of one of the two nodes. */
    public Optional<ChannelUpdate> updateOf(NodeId node) {
        return node.equals(node1) ? update1 : update2;
    }

    /** What others may hear of node 1's newest update. */
    public Optional<ChannelUpdate> shownUpdate1() {
        return isPublic() ? update1.filter(ChannelUpdate::isToBeForwarded) : Optional.empty();
    }

    /** What others may hear of node 2's newest update. */
    public Optional<ChannelUpdate> shownUpdate2() {
        return isPublic() ? update2.filter(ChannelUpdate::isToBeForwarded) : Optional.empty();
    }

    /** Which of the two nodes speaks in {@code update}. */
    public NodeId speakerOf(ChannelUpdate update) {
        return update.isFromNode1() ? node1 : node2;
    }

    /** The terms of {@code node}, when it forwards into this channel at all. */
    public Optional<RoutingPolicy> policyOf(NodeId node) {
        if (spentAt.isPresent() || announcement.filter(KnownChannel::demandsTheUnknown).isPresent())
            return Optional.empty();
        return updateOf(node).filter(update -> !update.isDisabled()).map(RoutingPolicy::of);
    }

    private static boolean demandsTheUnknown(ChannelAnnouncement announcement) {
        return !announcement.features().unknownRequired().isEmpty();
    }

    KnownChannel withUpdate(ChannelUpdate update) {
        return update.isFromNode1()
                ? new KnownChannel(shortChannelId, node1, node2, capacity, funding, announcement, Optional.of(update),
                        update2, spentAt)
                : new KnownChannel(shortChannelId, node1, node2, capacity, funding, announcement, update1,
                        Optional.of(update), spentAt);
    }

    KnownChannel spentAt(BlockHeight height) {
        return new KnownChannel(shortChannelId, node1, node2, capacity, funding, announcement, update1, update2,
                Optional.of(height));
    }
}
