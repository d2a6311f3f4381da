package fulgurite.protocol.graph;

import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;

/** A way for a payment: channels from the payer to the payee, each with the HTLC that it carries. At least one. */
public record Route(List<Hop> hops) {
    public Route {
        hops = List.copyOf(hops);
        if (hops.isEmpty()) throw new IllegalArgumentException("a route has at least one hop");
    }

    /**
     * One channel of the route.
     *
     * <p>The onion tells {@code to} about the hop after it: that channel, and that hop's amount and expiry as
     * {@code amt_to_forward} and {@code outgoing_cltv_value}; the last node is told its own.
     *
     * @param amount of the HTLC in this channel
     * @param expiry of the HTLC in this channel
     * @param fee what {@code to} keeps of it when it forwards; zero at the last hop
     */
    public record Hop(ShortChannelId shortChannelId, NodeId from, NodeId to, MilliSatoshi amount, CltvExpiry expiry,
            MilliSatoshi fee) {}

    public NodeId source() {
        return hops.getFirst().from();
    }

    public NodeId destination() {
        return hops.getLast().to();
    }

    /** What the payer offers in the first channel: the payment and all fees. */
    public MilliSatoshi amountWithFees() {
        return hops.getFirst().amount();
    }

    /** What the payee receives. */
    public MilliSatoshi amount() {
        return hops.getLast().amount();
    }

    public MilliSatoshi fee() {
        return amountWithFees().minus(amount());
    }

    /** When the payer's own HTLC expires: the worst case. */
    public CltvExpiry expiry() {
        return hops.getFirst().expiry();
    }
}
