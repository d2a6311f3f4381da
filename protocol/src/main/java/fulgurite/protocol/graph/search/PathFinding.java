package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Network;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.RouteResult.Found;
import fulgurite.protocol.graph.RouteResult.NoRoute;
import fulgurite.protocol.graph.RouteResult.Reason;
import fulgurite.protocol.graph.RoutingTable;

/**
 * Finds the cheapest route by its fees and the rest that {@link Weights} count.
 *
 * <p>Where a channel's minimum is above what the next node needs, more is sent: the next node keeps the rest as a larger
 * fee. Only the payee gets exactly the amount.
 *
 * @bolt 7, Recommendations for Routing
 */
public final class PathFinding {
    private PathFinding() {}

    /** The best route within the request's limits, or why there is none. The same for equal arguments. */
    public static RouteResult findRoute(View view, RouteRequest request, Weights weights, SearchSpace space) {
        if (request.source().nodeId().equals(request.destination()))
            return new NoRoute(new Reason.SameNode(request.destination()));
        var query = new Query(view, request, space, weights);
        int best = TwoSidedSearch.find(query, request.limits());
        return best >= 0 ? new Found(query.route(space.labels, best)) : new NoRoute(Diagnosis.of(query));
    }

    /** By fees and delay alone, in a table. */
    public static RouteResult findRoute(RoutingTable table, RouteRequest request) {
        return findRoute(View.of(Network.of(table).map()), request, Weights.FEES, new SearchSpace());
    }
}
