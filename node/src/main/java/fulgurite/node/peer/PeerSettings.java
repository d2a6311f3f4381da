package fulgurite.node.peer;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import java.time.Duration;

/**
 * What a node tells its peers and how patient it is with them.
 *
 * @param nodeKey the node's identity
 * @param features sent in {@code init}; a peer that demands any other is refused
 * @param chain the genesis hash of the only chain that this node knows, in wire order
 * @param strangers peers without a channel that may be connected at once, if they dialled us
 */
public record PeerSettings(PrivateKey nodeKey, Features features, Bytes32 chain, int strangers, Timing timing,
        Pace pace) {
    /**
     * What every peer of today expects, all offered and none demanded, so that an old peer may connect too.
     *
     * @bolt 9
     */
    public static final Features FEATURES = Features.optional(Feature.DATA_LOSS_PROTECT,
            Feature.UPFRONT_SHUTDOWN_SCRIPT, Feature.GOSSIP_QUERIES, Feature.GOSSIP_QUERIES_EX, Feature.VAR_ONION_OPTIN,
            Feature.STATIC_REMOTEKEY,
            Feature.PAYMENT_SECRET, Feature.BASIC_MPP, Feature.LARGE_CHANNEL, Feature.ANCHORS,
            Feature.ROUTE_BLINDING, Feature.SHUTDOWN_ANYSEGWIT, Feature.QUIESCE, Feature.CHANNEL_TYPE,
            Feature.SCID_ALIAS, Feature.ZEROCONF,
            Feature.SIMPLE_CLOSE);

    /** With the usual features and patience. */
    public static PeerSettings of(PrivateKey nodeKey, Bytes32 chain) {
        return of(nodeKey, chain, FEATURES);
    }

    /** With the usual patience. */
    public static PeerSettings of(PrivateKey nodeKey, Bytes32 chain, Features features) {
        return new PeerSettings(nodeKey, features, chain, 300, Timing.DEFAULT, Pace.DEFAULT);
    }

    public NodeId nodeId() {
        return new NodeId(Curve.publicKey(nodeKey));
    }

    /**
     * @param dial for a line to open
     * @param setUp from an open line to the peer's {@code init}
     * @param ping between looks at a silent peer: silent for one, it is pinged; for another, it is given up
     * @param settled a link that lived as long clears the count of failures
     * @param simultaneous two links opened both ways within this time are one accident: both sides keep the same one
     * @param firstRetry the back-off's first pause, doubled at each failure
     * @param longestRetry the back-off's longest pause
     */
    public record Timing(Duration dial, Duration setUp, Duration ping, Duration settled, Duration simultaneous,
            Duration firstRetry, Duration longestRetry) {
        public static final Timing DEFAULT = new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10),
                Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(1),
                Duration.ofMinutes(5));
    }

    /**
     * How fast one peer is listened to. A peer that sends faster is not cut off: its line is read no faster.
     *
     * @param period after which the budget is whole again
     * @param budget in units of one message a period; gossip, dearer to check, costs {@code gossipCost} units
     */
    public record Pace(Duration period, int budget, int gossipCost) {
        public static final Pace DEFAULT = new Pace(Duration.ofSeconds(1), 100_000, 50);
    }
}
