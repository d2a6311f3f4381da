package fulgurite.protocol.graph;

import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;

/** The answer to a {@link RouteRequest}. */
public sealed interface RouteResult {
    /** The cheapest route: fees, and the risk of locking money for long. */
    record Found(Route route) implements RouteResult {}

    /** There is none, for that reason. */
    record NoRoute(Reason reason) implements RouteResult {}

    /** What stands in the way. */
    sealed interface Reason {
        /** Payer and payee are one. */
        record SameNode(NodeId node) implements Reason {}

        /** Neither the table nor a hint knows a channel of the payee. */
        record UnknownDestination(NodeId destination) implements Reason {}

        /** None of our channels has the amount. @param largest what one of them could send, fees included */
        record InsufficientBalance(MilliSatoshi largest, MilliSatoshi amount) implements Reason {}

        /** No channels lead there, even for another amount: none, disabled, excluded. */
        record NotConnected() implements Reason {}

        /** Channels lead there, but not for this amount: it is above their maximum or below their minimum. */
        record NoCapacity(MilliSatoshi amount) implements Reason {}

        /** The best route charges more than the limit. */
        record FeeAboveLimit(MilliSatoshi fee, MilliSatoshi limit) implements Reason {}

        /** The best route locks money for longer than the limit. */
        record ExpiryAboveLimit(CltvDelta delta, CltvDelta limit) implements Reason {}

        /** The best route has more channels than the limit. */
        record TooManyHops(int hops, int limit) implements Reason {}
    }
}
