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
    private final Map<GraphEvent, GraphEvent> events;

    OneOfEach(int most) {
        this.parts = bounded(most);
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

    GraphEvent of(GraphEvent event) {
        GraphEvent before = events.putIfAbsent(event, event);
        return before == null ? event : before;
    }

    /** An equal message, whose ids and chain hash are those of the other messages. */
    GossipMessage of(GossipMessage message) {
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

    @SuppressWarnings("unchecked")
    private <T> T part(T part) {
        Object before = parts.putIfAbsent(part, part);
        return before == null ? part : (T) before;
    }
}
