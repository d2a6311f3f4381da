package fulgurite.node.router;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gossip about channels whose funding the chain is being asked for: kept until the answer, within bounds. What does not
 * fit is dropped; peers send it again.
 */
final class EarlyGossip {
    private static final int MAX_CHANNELS = 10_000;
    private static final int MAX_KEPT_FOR_ONE = 16;
    private final SortedMap<ShortChannelId, Waiting> waiting = new TreeMap<>();

    /** A message and who sent it. */
    record Kept(NodeId from, GossipMessage message) {}

    private record Waiting(ChannelAnnouncement announcement, List<Kept> kept) {}

    /** @return whether the chain is to be asked; not when it is asked for that channel already, or for too many */
    boolean begin(ChannelAnnouncement announcement) {
        if (waiting.containsKey(announcement.shortChannelId()) || waiting.size() >= MAX_CHANNELS) return false;
        waiting.put(announcement.shortChannelId(), new Waiting(announcement, new ArrayList<>()));
        return true;
    }

    /** @return whether the update waits for its channel */
    boolean keep(NodeId from, ChannelUpdate update) {
        Waiting channel = waiting.get(update.shortChannelId());
        if (channel == null) return false;
        add(channel, from, update);
        return true;
    }

    /** @return whether the announcement waits for one of the node's channels */
    boolean keep(NodeId from, NodeAnnouncement node) {
        for (Waiting channel : waiting.values())
            if (channel.announcement.nodeId1().equals(node.nodeId())
                    || channel.announcement.nodeId2().equals(node.nodeId())) {
                        add(channel, from, node);
                        return true;
                    }
        return false;
    }

    private static void add(Waiting channel, NodeId from, GossipMessage message) {
        if (channel.kept.size() < MAX_KEPT_FOR_ONE) channel.kept.add(new Kept(from, message));
    }

    /** The chain has answered. @return what has waited for it, in the order of arrival */
    List<Kept> end(ChannelAnnouncement announcement) {
        Waiting ended = waiting.remove(announcement.shortChannelId());
        return ended == null ? List.of() : ended.kept;
    }
}
