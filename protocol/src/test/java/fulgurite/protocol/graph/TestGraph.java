package fulgurite.protocol.graph;

import fulgurite.protocol.crypto.Curve;
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
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;

/** A routing table to be drawn in a test: facts are applied as they are, so signatures are left out. */
public final class TestGraph {
    static final Bytes32 CHAIN = Bytes32.fromHex("06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f");
    private static final Signature UNSIGNED = new Signature(Bytes.zeros(64));

    private RoutingTable table = RoutingTable.EMPTY;
    private long clock = 1;

    public RoutingTable table() {
        return table;
    }

    /** The secret of a node by its number, 1 and up. */
    public static PrivateKey secret(int number) {
        byte[] key = new byte[32];
        key[30] = (byte) (number >>> 8);
        key[31] = (byte) number;
        return PrivateKey.copyOf(key);
    }

    public static NodeId node(int number) {
        return new NodeId(Curve.publicKey(secret(number)));
    }

    public static RoutingPolicy policy(long base, long millionths, int delta, long min, long max) {
        return new RoutingPolicy(MilliSatoshi.msat(base), millionths, new CltvDelta(delta), MilliSatoshi.msat(min),
                MilliSatoshi.msat(max));
    }

    public static ShortChannelId scid(int number) {
        return new ShortChannelId((long) number << 40 | 1 << 16);
    }

    public TestGraph channel(int number, NodeId a, NodeId b, Satoshi capacity) {
        var message = OwnGossip.unsigned(CHAIN, scid(number), Features.EMPTY, new OwnGossip.Side(a, a.key()),
                new OwnGossip.Side(b, b.key()));
        var funding = new OutPoint(new TxId(Bytes.zeros(32)), number);
        table = RoutingTable.evolve(table, new GraphEvent.ChannelAnnounced(message, funding, capacity));
        return this;
    }

    public TestGraph terms(int number, NodeId from, RoutingPolicy policy, boolean enabled) {
        KnownChannel channel = table.channel(scid(number)).orElseThrow();
        int flags = (channel.node1().equals(from) ? 0 : 1) | (enabled ? 0 : 2);
        table = RoutingTable.evolve(table,
                new GraphEvent.ChannelUpdated(new ChannelUpdate(UNSIGNED, CHAIN, scid(number), clock++, 1, flags,
                        policy.cltvExpiryDelta(), policy.htlcMinimum(), policy.feeBase(),
                        policy.feeProportionalMillionths(), policy.htlcMaximum(), Bytes.EMPTY)));
        return this;
    }

    public TestGraph apply(GraphEvent event) {
        table = RoutingTable.evolve(table, event);
        return this;
    }
}
