package fulgurite.protocol.graph.sync;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.graph.GraphEvent;
import fulgurite.protocol.graph.OwnGossip;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.NodeAnnouncement;

/** Tables of channels with numbers, ten to a block, without signatures: facts are applied as they are. */
final class SyncNetwork {
    static final Bytes32 CHAIN = Bytes32.fromHex("06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f");
    static final Timestamp NOW = Timestamp.ofEpochSeconds(1_800_000_000);
    private static final Signature UNSIGNED = new Signature(Bytes.zeros(64));
    private static final NodeId[] NODES = new NodeId[100];

    static {
        for (int i = 1; i < NODES.length; i++)
            NODES[i] = new NodeId(Curve.publicKey(PrivateKey.fromHex("%064x".formatted(i))));
    }

    private SyncNetwork() {}

    static NodeId node(int number) {
        return NODES[number];
    }

    static ShortChannelId channel(int number) {
        return new ShortChannelId((long) (number / 10) << 40 | (long) (number % 10) << 16);
    }

    /** Between two of ten nodes. */
    static ChannelAnnouncement announcement(int number) {
        NodeId a = node(1 + number % 9);
        NodeId b = node(10);
        return OwnGossip.unsigned(CHAIN, channel(number), Features.EMPTY, new OwnGossip.Side(a, a.key()),
                new OwnGossip.Side(b, b.key()));
    }

    static ChannelUpdate update(int number, boolean fromNode1, long timestamp, int fee) {
        return new ChannelUpdate(UNSIGNED, CHAIN, channel(number), timestamp, 1, fromNode1 ? 0 : 1, new CltvDelta(40),
                new MilliSatoshi(1), new MilliSatoshi(fee), 100, new MilliSatoshi(1_000_000), Bytes.EMPTY);
    }

    static NodeAnnouncement node(NodeId id, long timestamp) {
        return new NodeAnnouncement(UNSIGNED, Features.EMPTY, timestamp, id, Bytes.zeros(3), Bytes.zeros(32),
                Bytes.EMPTY, Bytes.EMPTY);
    }

    /** What a node would do with the message if all is in order. */
    static RoutingTable heard(RoutingTable table, GossipMessage message) {
        return RoutingTable.evolve(table, switch (message) {
            case ChannelAnnouncement said -> new GraphEvent.ChannelAnnounced(said,
                    new OutPoint(new TxId(Bytes.zeros(32)), 0), new Satoshi(1_000_000));
            case ChannelUpdate said -> new GraphEvent.ChannelUpdated(said);
            case NodeAnnouncement said -> new GraphEvent.NodeAnnounced(said);
        });
    }

    /** Channels {@code from} to {@code to - 1}, updated ten minutes ago. */
    static RoutingTable with(RoutingTable before, int from, int to) {
        long time = NOW.epochSeconds() - 600;
        RoutingTable table = before;
        for (int i = from; i < to; i++) {
            table = heard(table, announcement(i));
            table = heard(table, update(i, true, time, 5));
            table = heard(table, update(i, false, time, 5));
        }
        return table;
    }
}
