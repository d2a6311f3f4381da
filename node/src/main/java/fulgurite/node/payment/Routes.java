package fulgurite.node.payment;

import fulgurite.protocol.graph.RouteResult;

/** Why there is no route, in a sentence for a person. */
final class Routes {
    private Routes() {}

    /** For a person. */
    static String why(RouteResult.Reason reason) {
        return switch (reason) {
            case RouteResult.Reason.SameNode r -> "that is this node itself";
            case RouteResult.Reason.UnknownDestination r -> "no channel of " + r.destination()
                    + " is known: its channels may not be announced yet (6 confirmations)";
            case RouteResult.Reason.InsufficientBalance r -> "no channel can send " + r.amount()
                    + ": the largest amount that one can send is " + r.largest();
            case RouteResult.Reason.NotConnected r -> "no channels lead there";
            case RouteResult.Reason.NoCapacity r -> "no channels lead there that carry " + r.amount();
            case RouteResult.Reason.FeeAboveLimit r ->
                "the cheapest route costs " + r.fee() + ", and the limit is " + r.limit();
            case RouteResult.Reason.ExpiryAboveLimit r ->
                "the route would lock the money for " + r.delta() + ", and the limit is " + r.limit();
            case RouteResult.Reason.TooManyHops r -> "the route has " + r.hops() + " hops, too many for an onion";
        };
    }
}
