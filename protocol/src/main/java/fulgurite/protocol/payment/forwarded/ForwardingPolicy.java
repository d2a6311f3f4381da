package fulgurite.protocol.payment.forwarded;

import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;

/**
 * On what terms one of our channels forwards, as our channel_update says.
 *
 * @param enabled not disabled in our channel_update
 * @param channelUpdate to send along with a failure, its message type included, or empty: BOLT 4 wants it left out
 */
public record ForwardingPolicy(boolean enabled, RoutingPolicy terms, Bytes channelUpdate) {
    /** From single terms. @param feeProportionalMillionths of the outgoing amount */
    public ForwardingPolicy(boolean enabled, MilliSatoshi feeBase, long feeProportionalMillionths, CltvDelta cltvDelta,
            MilliSatoshi htlcMinimum, MilliSatoshi htlcMaximum, Bytes channelUpdate) {
        this(enabled, new RoutingPolicy(feeBase, feeProportionalMillionths, cltvDelta, htlcMinimum, htlcMaximum),
                channelUpdate);
    }

    /** Open for payments, telling failures nothing of its terms. */
    public static ForwardingPolicy of(RoutingPolicy terms) {
        return new ForwardingPolicy(true, terms, Bytes.EMPTY);
    }
}
