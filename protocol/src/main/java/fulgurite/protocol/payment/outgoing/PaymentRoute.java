package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;

/**
 * The way of one HTLC from us to the destination. It is kept in journals, and so does not follow the routing table's
 * own types.
 *
 * @param hops one a channel, ours first; each begins where the one before ends
 */
public record PaymentRoute(List<Hop> hops) {
    /**
     * One HTLC of the chain.
     *
     * @param amount that {@code to} receives over {@code channel}
     * @param delta from the height at which the payment is sent to this HTLC's expiry
     */
    public record Hop(NodeId from, NodeId to, ShortChannelId channel, MilliSatoshi amount, CltvDelta delta) {}

    public PaymentRoute {
        hops = List.copyOf(hops);
    }

    /** A route that the routing table found. @param height from which its expiries were counted */
    public static PaymentRoute of(Route route, BlockHeight height) {
        return new PaymentRoute(route.hops()
                .stream()
                .map(hop -> new Hop(hop.from(), hop.to(), hop.shortChannelId(), hop.amount(),
                        new CltvDelta(Math.toIntExact(hop.expiry().blocksFrom(height)))))
                .toList());
    }

    /** Whether it is a chain at all: not empty, each hop beginning where the one before ends, nothing growing. */
    public boolean isChained() {
        for (int i = 1; i < hops.size(); i++) {
            Hop before = hops.get(i - 1);
            Hop hop = hops.get(i);
            if (!before.to().equals(hop.from())) return false;
            if (before.amount().lessThan(hop.amount()) || before.delta().compareTo(hop.delta()) < 0) return false;
        }
        return !hops.isEmpty();
    }

    public Hop first() {
        return hops.getFirst();
    }

    public Hop last() {
        return hops.getLast();
    }

    /** What the forwarding nodes keep. */
    public MilliSatoshi fee() {
        return first().amount().minus(last().amount());
    }

    List<PublicKey> keys() {
        return hops.stream().map(hop -> hop.to().key()).toList();
    }
}
