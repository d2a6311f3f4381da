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
    /** More than the network has, so that one peer can tell all of it at once. */
    private static final int MAX_CHANNELS = 100_000;
    private static final int MAX_KEPT_FOR_ONE = 16;
    private final SortedMap<ShortChannelId, Waiting> waiting = new TreeMap<>();
    private final SortedMap<NodeId, WaitingNode> nodes = new TreeMap<>();

    /** A message and who sent it. */
    record Kept(NodeId from, GossipMessage message) {}

    private record Waiting(ChannelAnnouncement announcement, List<Kept> kept) {}

    /** @param channels of the node that wait */
    private record WaitingNode(int channels, List<Kept> kept) {}

    /** @return whether the chain is to be asked; not when it is asked for that channel already, or for too many */
    boolean begin(ChannelAnnouncement announcement) {
        if (waiting.containsKey(announcement.shortChannelId()) || waiting.size() >= MAX_CHANNELS) return false;
        waiting.put(announcement.shortChannelId(), new Waiting(announcement, new ArrayList<>()));
        for (NodeId node : List.of(announcement.nodeId1(), announcement.nodeId2())) {
            WaitingNode before = nodes.get(node);
            nodes.put(node, before == null
                    ? new WaitingNode(1, new ArrayList<>())
                    : new WaitingNode(before.channels + 1, before.kept));
        }
        return true;
    }

    /** @return whether the update waits for its channel */
    boolean keep(NodeId from, ChannelUpdate update) {
        Waiting channel = waiting.get(update.shortChannelId());
        if (channel == null) return false;
        add(channel.kept, from, update);
        return true;
    }

    /** @return whether the announcement waits for one of the node's channels */
    boolean keep(NodeId from, NodeAnnouncement message) {
        WaitingNode node = nodes.get(message.nodeId());
        if (node == null) return false;
        add(node.kept, from, message);
        return true;
    }

    private static void add(List<Kept> kept, NodeId from, GossipMessage message) {
        if (kept.size() < MAX_KEPT_FOR_ONE) kept.add(new Kept(from, message));
    }

    /** The chain has answered. @return what has waited for it, in the order of arrival: of the channel, then of its nodes */
    List<Kept> end(ChannelAnnouncement announcement) {
        Waiting ended = waiting.remove(announcement.shortChannelId());
        if (ended == null) return List.of();
        var kept = new ArrayList<>(ended.kept);
        for (NodeId id : List.of(announcement.nodeId1(), announcement.nodeId2())) {
            WaitingNode node = nodes.remove(id);
            if (node == null) continue;
            kept.addAll(node.kept);
            if (node.channels > 1) nodes.put(id, new WaitingNode(node.channels - 1, new ArrayList<>()));
        }
        return kept;
    }
}
