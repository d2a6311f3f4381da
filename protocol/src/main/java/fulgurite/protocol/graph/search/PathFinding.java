package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Network;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
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
        return SearchingFinder.twoSided("two-sided", weights, space).find(view, request);
    }

    /** By fees and delay alone, in a table. */
    public static RouteResult findRoute(RoutingTable table, RouteRequest request) {
        return findRoute(View.of(Network.of(table).map()), request, Weights.FEES, new SearchSpace());
    }
}
