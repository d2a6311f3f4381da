package fulgurite.protocol.graph;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;

/** A channel in one direction with its terms as plain numbers, for the search. Amounts are in millisatoshi. */
record Edge(ShortChannelId shortChannelId, NodeId from, NodeId to, long feeBaseMsat, long feeMillionths,
        int cltvDelta, long minMsat, long maxMsat) {
    static Edge of(ShortChannelId channel, NodeId from, NodeId to, RoutingPolicy policy) {
        return new Edge(channel, from, to, policy.feeBase().msat(), policy.feeProportionalMillionths(),
                policy.cltvExpiryDelta().blocks(), policy.htlcMinimum().msat(), policy.htlcMaximum().msat());
    }

    /** What the payer's own node asks of itself: nothing. */
    Edge asFirst() {
        return new Edge(shortChannelId, from, to, 0, 0, 0, minMsat, maxMsat);
    }

    /** The mere connection: without anything that could stand in an amount's way. */
    Edge forAnyAmount() {
        return new Edge(shortChannelId, from, to, 0, 0, cltvDelta, 0, Long.MAX_VALUE);
    }

    long feeMsat(long amountMsat) {
        return RoutingPolicy.fee(amountMsat, feeBaseMsat, feeMillionths);
    }
}
