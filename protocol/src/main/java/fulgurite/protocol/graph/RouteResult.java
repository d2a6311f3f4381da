package fulgurite.protocol.graph;

import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.util.List;

/** The answer to a {@link RouteRequest}. */
public sealed interface RouteResult {
    /** The cheapest route: fees, and the risk of locking money for long. */
    record Found(Route route) implements RouteResult {}

    /** There is none, for that reason. */
    record NoRoute(Reason reason) implements RouteResult {}

    /** One of several destinations, and what stands in the way to it alone. */
    record Unreached(NodeId destination, Reason reason) {}

    /** What stands in the way. */
    sealed interface Reason {
        /** None of several destinations can be paid. @param each in the order of the request */
        record NoneOfThem(List<Unreached> each) implements Reason {
            public NoneOfThem {
                each = List.copyOf(each);
            }
        }

        /** Payer and payee are one. */
        record SameNode(NodeId node) implements Reason {}

        /** Neither the table nor a hint knows a channel of the payee. */
        record UnknownDestination(NodeId destination) implements Reason {}

        /** None of our channels has the amount. @param largest what one of them could send, fees included */
        record InsufficientBalance(MilliSatoshi largest, MilliSatoshi amount) implements Reason {}

        /** All our channels together have less than the amount. @param all what they could send together */
        record InsufficientTogether(MilliSatoshi all, MilliSatoshi amount) implements Reason {}

        /** No single way carries the amount, and no ways were found that carry it together. */
        record NotInParts(MilliSatoshi amount) implements Reason {}

        /** No channels lead there at all. */
        record NotConnected() implements Reason {}

        /** Channels lead there, but some that are needed are disabled or spent, or their terms are not known. */
        record Disabled() implements Reason {}

        /** Channels lead there that would do, but the request leaves out some of them, or they failed this payment. */
        record Excluded() implements Reason {}

        /** Channels lead there, but not for this amount: it is above their capacity or maximum, with fees on top. */
        record NoCapacity(MilliSatoshi amount) implements Reason {}

        /** Channels lead there, but not for so little. */
        record BelowMinimum(MilliSatoshi amount) implements Reason {}

        /** The best route charges more than the limit. */
        record FeeAboveLimit(MilliSatoshi fee, MilliSatoshi limit) implements Reason {}

        /** The best route locks money for longer than the limit. */
        record ExpiryAboveLimit(CltvDelta delta, CltvDelta limit) implements Reason {}

        /** The best route has more channels than the limit. */
        record TooManyHops(int hops, int limit) implements Reason {}
    }
}
