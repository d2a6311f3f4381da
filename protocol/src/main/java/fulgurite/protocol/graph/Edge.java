package fulgurite.protocol.graph;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;

/** A channel in one direction with its terms as plain numbers, for the search. Amounts are in millisatoshi. */
record Edge(ShortChannelId shortChannelId, Place from, Place to, long feeBaseMsat, long feeMillionths, int cltvDelta,
        long minMsat, long maxMsat) {
    /** What it costs to lock a billion millisatoshi for a block, in millisatoshi: 0.08% in a year. */
    private static final long RISK_PER_BILLION = 15;
    private static final long BILLION = 1_000_000_000;

    /** A node of the search. @param index 0 and up, in the order in which the search met them */
    record Place(int index, NodeId id) {}

    static Edge of(ShortChannelId channel, Place from, Place to, RoutingPolicy policy) {
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

    /** {@link Long#MAX_VALUE} when it is more than fits. */
    long feeMsat(long amountMsat) {
        return RoutingPolicy.fee(amountMsat, feeBaseMsat, feeMillionths);
    }

    /** The price of locking that amount for this channel's delay, rounded down. */
    long riskMsat(long amountMsat) {
        long factor = RISK_PER_BILLION * cltvDelta;
        return amountMsat / BILLION * factor + amountMsat % BILLION * factor / BILLION;
    }
}
