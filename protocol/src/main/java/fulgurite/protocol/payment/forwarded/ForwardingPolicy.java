package fulgurite.protocol.payment.forwarded;

import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.units.Bytes;

/**
 * On what terms one of our channels forwards, as our channel_update says.
 *
 * @param enabled not disabled in our channel_update
 * @param channelUpdate to send along with a failure, its message type included, or empty: BOLT 4 wants it left out
 */
public record ForwardingPolicy(boolean enabled, RoutingPolicy terms, Bytes channelUpdate) {
    /** Open for payments, telling failures nothing of its terms. */
    public static ForwardingPolicy of(RoutingPolicy terms) {
        return new ForwardingPolicy(true, terms, Bytes.EMPTY);
    }
}
