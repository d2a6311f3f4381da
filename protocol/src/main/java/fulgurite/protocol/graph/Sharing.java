package fulgurite.protocol.graph;

import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.Optional;

/**
 * Equal messages that take less memory: each comes off the wire with copies of its own of the chain's hash and of ids that
 * the table has already, a fifth of what a channel takes.
 */
final class Sharing {
    private Sharing() {}

    /** The channel with the ids of the nodes that the table has, and the hash that its other channels have. */
    static KnownChannel of(RoutingTable table, KnownChannel channel) {
        NodeId one = id(table, channel.node1());
        NodeId two = id(table, channel.node2());
        ShortChannelId id = channel.shortChannelId();
        Optional<ChannelAnnouncement> announcement = channel.announcement()
                .map(said -> isShared(said, chain(table, said.chainHash()), id, one, two)
                        ? said
                        : new ChannelAnnouncement(said.nodeSignature1(), said.nodeSignature2(),
                                said.bitcoinSignature1(), said.bitcoinSignature2(), said.features(),
                                chain(table, said.chainHash()), id, one, two, said.bitcoinKey1(), said.bitcoinKey2(),
                                said.extension()));
        var shared = new KnownChannel(id, one, two, channel.capacity(), channel.funding(), announcement,
                Optional.empty(), Optional.empty(), channel.spentAt());
        return new KnownChannel(id, one, two, channel.capacity(), channel.funding(), announcement,
                channel.update1().map(said -> of(shared, said)), channel.update2().map(said -> of(shared, said)),
                channel.spentAt());
    }

    /** Whether these are the message's very own objects: then it stays as it is, for it may be shared itself. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isShared(ChannelAnnouncement said, Bytes32 chain, ShortChannelId id, NodeId one,
            NodeId two) {
        return said.chainHash() == chain && said.shortChannelId() == id && said.nodeId1() == one
                && said.nodeId2() == two;
    }

    private static NodeId id(RoutingTable table, NodeId id) {
        return table.node(id).map(KnownNode::id).orElse(id);
    }

    private static Bytes32 chain(RoutingTable table, Bytes32 hash) {
        if (table.channels().isEmpty()) return hash;
        return table.channels()
                .iterator()
                .next()
                .value()
                .announcement()
                .map(ChannelAnnouncement::chainHash)
                .filter(hash::equals)
                .orElse(hash);
    }

    @SuppressWarnings("ReferenceEquality")
    static ChannelUpdate of(KnownChannel channel, ChannelUpdate said) {
        Bytes32 chain = channel.announcement()
                .map(ChannelAnnouncement::chainHash)
                .filter(said.chainHash()::equals)
                .orElse(said.chainHash());
        if (said.chainHash() == chain && said.shortChannelId() == channel.shortChannelId()) return said;
        return new ChannelUpdate(said.signature(), chain, channel.shortChannelId(), said.timestamp(),
                said.messageFlags(), said.channelFlags(), said.cltvExpiryDelta(), said.htlcMinimum(), said.feeBase(),
                said.feeProportionalMillionths(), said.htlcMaximum(), said.extension());
    }

    @SuppressWarnings("ReferenceEquality")
    static NodeAnnouncement of(KnownNode node, NodeAnnouncement said) {
        if (said.nodeId() == node.id()) return said;
        return new NodeAnnouncement(said.signature(), said.features(), said.timestamp(), node.id(), said.rgbColor(),
                said.alias(), said.addresses(), said.extension());
    }
}
