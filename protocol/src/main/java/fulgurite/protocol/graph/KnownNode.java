package fulgurite.protocol.graph;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.Optional;

/**
 * A node with at least one channel.
 *
 * @param channels its channels, each with the node at the other end
 */
public record KnownNode(NodeId id, Optional<NodeAnnouncement> announcement,
        OrderedMap<ShortChannelId, NodeId> channels) {
    static KnownNode unannounced(NodeId id) {
        return new KnownNode(id, Optional.empty(), OrderedMap.empty());
    }

    /** Whether nothing that the node demands is unknown here: payments may go to it and through it. */
    public boolean isUnderstood() {
        return announcement.map(said -> said.features().unknownRequired().isEmpty()).orElse(true);
    }

    KnownNode withChannel(ShortChannelId channel, NodeId peer) {
        return new KnownNode(id, announcement, channels.with(channel, peer));
    }

    KnownNode withoutChannel(ShortChannelId channel) {
        return new KnownNode(id, announcement, channels.without(channel));
    }

    KnownNode with(NodeAnnouncement said) {
        return new KnownNode(id, Optional.of(said), channels);
    }
}
