package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.map.ChannelMap;
import java.util.List;

/**
 * A way of finding ways: the algorithms are plug-ins behind this interface. One keeps nothing between two questions but
 * memory to work in, and answers equal questions equally; it is not thread-safe, so each thread has its own.
 */
public interface PathFinder {
    /** By which it is chosen: one lower-case word. */
    String name();

    /** Whether it heeds what was learned of liquidity. */
    boolean learns();

    /** An equal map that is in use on this finder's thread already, or this one. */
    ChannelMap shared(ChannelMap map);

    /**
     * One route for the whole amount, within the request's limits, or why there is none. Of several destinations it leads
     * to the one that is cheapest to pay.
     */
    RouteResult find(View view, RouteRequest request);

    /**
     * Routes that deliver the amount together, within the request's limits together, to one destination. Of several it is
     * the one that one route pays at the least cost, and where none can be paid by one, the first that parts reach.
     *
     * @param maxParts 1.. routes at most
     */
    Split split(View view, RouteRequest request, int maxParts);

    /** The answer to {@link #split}. */
    sealed interface Split {}

    /** Their amounts add up to the request's. At least one. */
    record Parts(List<fulgurite.protocol.graph.Route> routes) implements Split {
        public Parts {
            routes = List.copyOf(routes);
        }
    }

    /** There are none together. @param reason why there is not even one */
    record NoParts(RouteResult.Reason reason) implements Split {}

    /** What a way costs this finder, for comparisons: fees and the rest that it counts. */
    long costMsat(View view, RouteRequest request, fulgurite.protocol.graph.Route route);
}
