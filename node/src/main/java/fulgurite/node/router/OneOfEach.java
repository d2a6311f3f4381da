package fulgurite.node.router;

import fulgurite.protocol.graph.GraphEvent;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives the same object for equal ones: what a thousand simulated nodes keep of one channel, in their tables and their
 * journals, is then there once. Of each kind as many as were told last are kept. Not thread-safe.
 */
final class OneOfEach {
    private final Map<Object, Object> parts;
    private final Map<GossipMessage, GossipMessage> messages;
    private final Map<GraphEvent, GraphEvent> events;

    OneOfEach(int most) {
        this.parts = bounded(most);
        this.messages = bounded(most);
        this.events = bounded(most);
    }

    static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** An equal event, with the message that the others keep. */
    GraphEvent of(GraphEvent event) {
        GraphEvent before = events.get(event);
        if (before != null) return before;
        GraphEvent one = switch (event) {
            case GraphEvent.ChannelAnnounced told -> new GraphEvent.ChannelAnnounced(
                    (ChannelAnnouncement) of(told.message()), part(told.funding()), told.capacity());
            case GraphEvent.ChannelUpdated told -> new GraphEvent.ChannelUpdated((ChannelUpdate) of(told.message()));
            case GraphEvent.NodeAnnounced told -> new GraphEvent.NodeAnnounced((NodeAnnouncement) of(told.message()));
            case GraphEvent.PrivateChannelAdded told -> new GraphEvent.PrivateChannelAdded(
                    part(told.shortChannelId()), part(told.node1()), part(told.node2()), told.capacity());
            case GraphEvent.ChannelSpent told -> told;
            case GraphEvent.ChannelForgotten told -> told;
        };
        events.put(one, one);
        return one;
    }

    /** An equal message, whose ids and chain hash are those of the other messages. */
    GossipMessage of(GossipMessage message) {
        GossipMessage before = messages.get(message);
        if (before != null) return before;
        GossipMessage one = withSharedParts(message);
        messages.put(one, one);
        return one;
    }

    private GossipMessage withSharedParts(GossipMessage message) {
        return switch (message) {
            case ChannelAnnouncement said -> new ChannelAnnouncement(said.nodeSignature1(), said.nodeSignature2(),
                    said.bitcoinSignature1(), said.bitcoinSignature2(), said.features(), part(said.chainHash()),
                    part(said.shortChannelId()), part(said.nodeId1()), part(said.nodeId2()), said.bitcoinKey1(),
                    said.bitcoinKey2(), said.extension());
            case ChannelUpdate said -> new ChannelUpdate(said.signature(), part(said.chainHash()),
                    part(said.shortChannelId()), said.timestamp(), said.messageFlags(), said.channelFlags(),
                    said.cltvExpiryDelta(), said.htlcMinimum(), said.feeBase(), said.feeProportionalMillionths(),
                    said.htlcMaximum(), said.extension());
            case NodeAnnouncement said -> new NodeAnnouncement(said.signature(), said.features(), said.timestamp(),
                    part(said.nodeId()), said.rgbColor(), said.alias(), said.addresses(), said.extension());
        };
    }

    /** The object that others keep already of an equal one. */
    @SuppressWarnings("unchecked")
    <T> T part(T part) {
        Object before = parts.putIfAbsent(part, part);
        return before == null ? part : (T) before;
    }
}
