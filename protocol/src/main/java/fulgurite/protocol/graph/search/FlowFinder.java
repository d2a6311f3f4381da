package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits by {@link MinCostFlow}: the parts are chosen together, so that each leaves room for the others. What is small, or
 * has no such flow within the limits, is split by halving; single routes are searched by the same costs from both sides.
 */
public final class FlowFinder implements PathFinder {
    /** Units of a payment: fine enough to fill channels well, few enough to be quick. */
    private static final int UNITS = 10;
    /** Below it splitting costs more in base fees than it helps. */
    private static final long LEAST_UNIT_MSAT = 5_000_000;
    private static final Weights WEIGHTS = new Weights(Weights.USUAL.riskPerBillion(), 20, 10, 0, Prior.EVEN);
    /** Of single routes. */
    static final Weights SINGLE = new Weights(Weights.USUAL.riskPerBillion(), 20, 10, 0, Prior.USUAL);

    private final SearchSpace space;
    private final SearchingFinder single;

    public FlowFinder(SearchSpace space) {
        this.space = space;
        this.single = SearchingFinder.twoSided("flow", SINGLE, space);
    }

    @Override
    public String name() {
        return "flow";
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public ChannelMap shared(ChannelMap map) {
        return space.shared(map);
    }

    @Override
    public RouteResult find(View view, RouteRequest request) {
        return single.find(view, request);
    }

    @Override
    public long costMsat(View view, RouteRequest request, Route route) {
        return single.costMsat(view, request, route);
    }

    @Override
    public Split split(View view, RouteRequest request, int maxParts) {
        if (request.destinations().size() > 1) return Alternatives.split(this, view, request, maxParts);
        for (int units = units(request, maxParts); units > 1; units /= 2) {
            Optional<Split> parts = flow(view, request, maxParts, units);
            if (parts.isPresent()) return parts.get();
        }
        return single.split(view, request, maxParts);
    }

    private static int units(RouteRequest request, int maxParts) {
        return maxParts < 2 ? 1 : (int) Math.min(UNITS, request.amount().msat() / LEAST_UNIT_MSAT);
    }

    private Optional<Split> flow(View view, RouteRequest request, int maxParts, int units) {
        if (Query.isToPayer(request)) return Optional.empty();
        long amount = request.amount().msat();
        long unit = (amount + units - 1) / units;
        var query = new Query(view, request, space, WEIGHTS);
        space.restart(0);
        var flow = new MinCostFlow(query, unit);
        if (!flow.send(units)) return Optional.empty();
        List<MinCostFlow.Path> paths = flow.paths();
        if (paths.isEmpty() || paths.size() > maxParts) return Optional.empty();
        var routes = new ArrayList<Route>();
        long over = units * unit - amount;
        for (MinCostFlow.Path path : paths) {
            // The first way, the widest, carries what rounding has added too much.
            Optional<Route> route = priced(query, path.edges(), path.units() * unit - (routes.isEmpty() ? over : 0));
            if (route.isEmpty()) return Optional.empty();
            routes.add(route.get());
        }
        return fits(query, paths, routes) ? Optional.of(new Parts(routes)) : Optional.empty();
    }

    /** A way with exact amounts and expiries; empty when a hop does not take them. */
    private static Optional<Route> priced(Query query, List<Integer> edges, long amountMsat) {
        RouteRequest request = query.request;
        Optional<List<Pricing.Carried>> carried = Pricing.carried(edges.stream().map(query::terms).toList(),
                amountMsat);
        if (carried.isEmpty()) return Optional.empty();
        var hops = new ArrayList<Route.Hop>();
        CltvExpiry expiry = CltvExpiry.at(request.height()).plus(request.finalCltvDelta());
        for (int i = edges.size() - 1; i >= 0; i--) {
            int edge = edges.get(i);
            Pricing.Carried hop = carried.get().get(i);
            hops.addFirst(new Route.Hop(query.channel(edge), query.nodeId(query.from(edge)),
                    query.nodeId(query.to(edge)), new MilliSatoshi(hop.msat()), expiry, new MilliSatoshi(
                            hop.keptMsat())));
            if (i > 0) expiry = expiry.plus(new CltvDelta(query.terms(edge).cltvDelta()));
        }
        boolean tooLong = hops.size() > request.limits().maxHops()
                || expiry.blocksFrom(request.height()) > request.limits().maxCltvDelta().blocks();
        return tooLong ? Optional.empty() : Optional.of(new Route(hops));
    }

    /** Whether the parts fit the fee limit together, and the edges that they share. */
    private static boolean fits(Query query, List<MinCostFlow.Path> paths, List<Route> routes) {
        long fees = 0;
        long[] through = new long[query.edges()];
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            fees += route.fee().msat();
            for (int hop = 0; hop < route.hops().size(); hop++) {
                int edge = paths.get(i).edges().get(hop);
                through[edge] += route.hops().get(hop).amount().msat();
                long room = query.isExtra(edge) ? query.terms(edge).maxMsat() : query.terms(edge).capacitySat() * 1000;
                if (through[edge] > room) return false;
            }
        }
        return fees <= query.request.limits().maxFee().msat();
    }
}
