package fulgurite.node.router;

import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Features;
import java.time.Duration;

/**
 * What the router needs to know of its node. Its text form hides the secret.
 *
 * @param node short name of the node, for its journal
 * @param features that its node_announcement states
 * @param addresses address descriptors in a row, for its node_announcement; empty when it cannot be dialled
 * @param terms on which the node forwards; the greatest HTLC is each channel's own
 */
public record RouterSettings(String node, NodeId nodeId, PrivateKey nodeSecret, Bytes32 chainHash, Features features,
        String alias, Bytes addresses, RoutingPolicy terms, Gossip gossip) {
    /**
     * How the node gossips.
     *
     * @param flush how long news are collected before they go on to a peer
     * @param askedAtOnce peers that are asked for what we lack, at the same time and when they connect
     * @param askAgain how long until another one is asked
     * @param pace at which one peer is heard
     */
    public record Gossip(Duration flush, int askedAtOnce, Duration askAgain, GossipPace pace) {
        /** @bolt 7, Rebroadcasting */
        public static final Duration FLUSH = Duration.ofSeconds(60);

        public Gossip {
            if (flush.toMillis() < 1)
                throw new IllegalArgumentException("gossip is flushed once a millisecond at most");
            if (askAgain.toMillis() < 1000) throw new IllegalArgumentException("peers are asked once a second at most");
            if (askedAtOnce < 0) throw new IllegalArgumentException("no peer or more are asked for gossip at once");
        }
    }

    RoutingPolicy termsUpTo(MilliSatoshi htlcMaximum) {
        return new RoutingPolicy(terms.feeBase(), terms.feeProportionalMillionths(), terms.cltvExpiryDelta(),
                terms.htlcMinimum(), htlcMaximum);
    }

    @Override
    public String toString() {
        return "RouterSettings(" + node + ", secret hidden)";
    }
}
