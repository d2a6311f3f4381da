package fulgurite.protocol.graph;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.NodeAnnouncement;

/** What has become of the routing table. */
public sealed interface GraphEvent {
    /** A public channel exists, over a funding output that was checked. */
    record ChannelAnnounced(ChannelAnnouncement message, OutPoint funding, Satoshi capacity) implements GraphEvent {}

    /** One side of a channel has new terms. */
    record ChannelUpdated(ChannelUpdate message) implements GraphEvent {}

    /** A node told about itself. */
    record NodeAnnounced(NodeAnnouncement message) implements GraphEvent {}

    /** An own channel exists that is not public. @param node1 the lesser id */
    record PrivateChannelAdded(ShortChannelId shortChannelId, NodeId node1, NodeId node2, Satoshi capacity)
            implements
            GraphEvent {}

    /** A channel's funding was spent: it is forgotten {@value RoutingTable#FORGET_AFTER} blocks later. */
    record ChannelSpent(ShortChannelId shortChannelId, BlockHeight height) implements GraphEvent {}

    /** A channel is no longer of the graph, nor are its nodes if it was their last one. */
    record ChannelForgotten(ShortChannelId shortChannelId) implements GraphEvent {}
}
