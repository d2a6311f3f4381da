package fulgurite.node.router;

import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
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
 * @param relayInterval how long gossip is collected before it goes on to the other peers
 */
public record RouterSettings(String node, NodeId nodeId, PrivateKey nodeSecret, Bytes32 chainHash, Features features,
        String alias, Bytes addresses, RoutingPolicy terms, Duration relayInterval) {
    RoutingPolicy termsUpTo(MilliSatoshi htlcMaximum) {
        return new RoutingPolicy(terms.feeBase(), terms.feeProportionalMillionths(), terms.cltvExpiryDelta(),
                terms.htlcMinimum(), htlcMaximum);
    }

    @Override
    public String toString() {
        return "RouterSettings(" + node + ", secret hidden)";
    }
}
