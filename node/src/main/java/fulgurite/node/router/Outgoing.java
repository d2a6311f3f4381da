package fulgurite.node.router;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Gossip on its way to the peers, in one numbered row for all of them: a peer's flush takes what came since its last one.
 * News replace what the same speaker said before and not everybody has heard yet.
 *
 * @bolt 7, Rebroadcasting
 */
final class Outgoing {
    private final TreeMap<Long, Item> items = new TreeMap<>();
    private final SortedMap<ShortChannelId, Long> ofNode1 = new TreeMap<>();
    private final SortedMap<ShortChannelId, Long> ofNode2 = new TreeMap<>();
    private final SortedMap<NodeId, Long> ofNodes = new TreeMap<>();
    private Optional<ChannelAnnouncement> announcement = Optional.empty();
    private long last;

    /**
     * @param timestamp of the message; an announcement's is that of the update with which it goes out
     * @param ours whether it is about ourselves: then no filter keeps it back
     * @param known peers that have it already
     */
    private record Item(GossipMessage message, long timestamp, boolean ours, TreeSet<NodeId> known) {}

    /** The number of the newest item. */
    long last() {
        return last;
    }

    /**
     * Puts a message into the row. An announcement waits for the update that comes right after it.
     *
     * @param from who does not want it back; empty: it is ours
     * @param wanted whether some peer would take a message of that time now: what nobody wants is left out
     */
    void add(GossipMessage message, Optional<NodeId> from, Predicate<Long> wanted) {
        switch (message) {
            case ChannelAnnouncement said -> announcement = Optional.of(said);
            case ChannelUpdate said -> {
                boolean isWanted = from.isEmpty() || wanted.test(said.timestamp());
                if (isWanted)
                    announcement.filter(first -> first.shortChannelId().equals(said.shortChannelId()))
                            .ifPresent(first -> put(first, said.timestamp(), from));
                announcement = Optional.empty();
                if (isWanted) replace(sides(said), said.shortChannelId(), put(said, said.timestamp(), from));
            }
            case NodeAnnouncement said -> {
                if (from.isEmpty() || wanted.test(said.timestamp()))
                    replace(ofNodes, said.nodeId(), put(said, said.timestamp(), from));
            }
        }
    }

    private SortedMap<ShortChannelId, Long> sides(ChannelUpdate update) {
        return update.isFromNode1() ? ofNode1 : ofNode2;
    }

    private long put(GossipMessage message, long timestamp, Optional<NodeId> from) {
        var known = new TreeSet<NodeId>();
        from.ifPresent(known::add);
        items.put(++last, new Item(message, timestamp, from.isEmpty(), known));
        return last;
    }

    private <K> void replace(SortedMap<K, Long> numbers, K speaker, long number) {
        Long before = numbers.put(speaker, number);
        if (before != null) items.remove(before);
    }

    /** The peer has said this itself. */
    void heardFrom(NodeId peer, GossipMessage message) {
        Long number = switch (message) {
            case ChannelAnnouncement said -> null;
            case ChannelUpdate said -> sides(said).get(said.shortChannelId());
            case NodeAnnouncement said -> ofNodes.get(said.nodeId());
        };
        Item item = number == null ? null : items.get(number);
        if (item != null && item.message.equals(message)) item.known.add(peer);
    }

    /**
     * What a peer is to hear.
     *
     * @param after the number up to which it has been told
     * @param filter without one it hears of ourselves only
     */
    List<GossipMessage> since(long after, NodeId peer, Optional<GossipTimestampFilter> filter) {
        var messages = new ArrayList<GossipMessage>();
        for (Item item : items.tailMap(after, false).values()) {
            boolean passes = item.ours || filter.filter(each -> GossipPeer.passes(item.timestamp, each)).isPresent();
            if (passes && !item.known.contains(peer)) messages.add(item.message);
        }
        return messages;
    }

    /** All peers have been told up to that number. */
    void forget(long upTo) {
        if (items.isEmpty() || items.firstKey() > upTo) return;
        for (Item item : items.headMap(upTo, true).values()) switch (item.message) {
            case ChannelAnnouncement said -> {}
            case ChannelUpdate said -> sides(said).computeIfPresent(said.shortChannelId(),
                    (id, number) -> number <= upTo ? null : number);
            case NodeAnnouncement said -> ofNodes.computeIfPresent(said.nodeId(),
                    (id, number) -> number <= upTo ? null : number);
        }
        items.headMap(upTo, true).clear();
    }

    boolean isEmpty() {
        return items.isEmpty();
    }
}
