package fulgurite.node.payment;

import fulgurite.protocol.graph.Network;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.search.Liquidity;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.outgoing.Attempt;
import fulgurite.protocol.payment.outgoing.AttemptFailure;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.PaymentRoute;
import fulgurite.protocol.units.Timestamp;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * What this node's attempts have taught about other nodes' balances, and what its HTLCs hold there. Lost with a restart,
 * and learned again. Not thread-safe.
 */
final class Experience {
    private final UnaryOperator<ChannelMap> sharing;
    private Network network = Network.EMPTY;
    private Liquidity liquidity = Liquidity.unknown(network.map().topology());

    /** @param sharing gives an equal map that is kept elsewhere for a new one, or the new one */
    Experience(UnaryOperator<ChannelMap> sharing) {
        this.sharing = sharing;
    }

    void network(Network next) {
        network = next;
    }

    /** What a path-finder looks at. */
    View view(Timestamp now) {
        return new View(map(), liquidity, now);
    }

    private ChannelMap map() {
        ChannelMap map = network.map(sharing);
        liquidity = liquidity.on(map.topology());
        return map;
    }

    /** @param before the payment's state to which the event happens */
    void heard(OutgoingState before, OutgoingEvent event, Timestamp now) {
        switch (event) {
            case OutgoingEvent.AttemptStarted started -> hold(started.route(), 1);
            case OutgoingEvent.AttemptFailed failed -> before.attempt(failed.attempt())
                    .filter(Attempt::isInFlight)
                    .ifPresent(attempt -> failed(attempt.route(), failed.failure(), now));
            // The destination takes all parts together.
            case OutgoingEvent.PaymentSucceeded succeeded -> before.attempts()
                    .stream()
                    .filter(Attempt::isInFlight)
                    .forEach(attempt -> settled(attempt.route(), now));
            case OutgoingEvent.PaymentStarted started -> {}
            case OutgoingEvent.PaymentFailed failed -> {}
        }
    }

    /** What is in flight after a restart. */
    void resumed(OutgoingState state) {
        for (Attempt attempt : state.attempts()) if (attempt.isInFlight()) hold(attempt.route(), 1);
    }

    private void hold(PaymentRoute route, int sign) {
        map();
        for (PaymentRoute.Hop hop : route.hops()) {
            OptionalInt slot = slot(hop);
            if (slot.isPresent()) liquidity = liquidity.holding(slot.getAsInt(), sign * hop.amount().msat());
        }
    }

    private OptionalInt slot(PaymentRoute.Hop hop) {
        return liquidity.topology().slot(hop.channel(), hop.from());
    }

    private void settled(PaymentRoute route, Timestamp now) {
        hold(route, -1);
        for (PaymentRoute.Hop hop : route.hops()) {
            OptionalInt slot = slot(hop);
            if (slot.isEmpty()) continue;
            liquidity = liquidity.passed(slot.getAsInt(), hop.amount(), capacityMsat(slot.getAsInt()), now)
                    .settled(slot.getAsInt(), hop.amount(), capacityMsat(slot.getAsInt()), now);
        }
    }

    private void failed(PaymentRoute route, AttemptFailure failure, Timestamp now) {
        hold(route, -1);
        if (!(failure instanceof AttemptFailure.HopFailed(int erring, FailureMessage said))) return;
        for (int i = 0; i < route.hops().size() && i <= erring + 1; i++) {
            PaymentRoute.Hop hop = route.hops().get(i);
            OptionalInt slot = slot(hop);
            if (slot.isEmpty()) continue;
            long capacity = capacityMsat(slot.getAsInt());
            if (i <= erring) liquidity = liquidity.passed(slot.getAsInt(), hop.amount(), capacity, now);
            else
                if (said instanceof FailureMessage.TemporaryChannelFailure)
                    liquidity = liquidity.failed(slot.getAsInt(), hop.amount(), capacity, now);
        }
    }

    private long capacityMsat(int slot) {
        return 1000 * map().capacitySat(slot);
    }
}
