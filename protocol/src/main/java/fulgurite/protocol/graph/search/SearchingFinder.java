package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult.Found;
import fulgurite.protocol.graph.RouteResult.NoRoute;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.map.ChannelMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Path-finders that search the cheapest way by some weights. Amounts that are large enough the default pours out over
 * several ways ({@link Pouring}) where that costs less than one; what remains is split by {@link Halving}.
 */
public final class SearchingFinder implements PathFinder {
    /** In how many units an amount is poured: fine enough to fill channels well, few enough to be quick. */
    private static final int UNITS = 6;
    /** Below it a way of its own costs more in base fees than it helps. */
    private static final long LEAST_UNIT_MSAT = 20_000_000;

    private final String name;
    private final boolean pours;
    private final Weights weights;
    private final Search search;
    private final SearchSpace space;

    /** How the cheapest way is searched. */
    private interface Search {
        int find(Query query, RouteRequest.Limits limits);
    }

    private SearchingFinder(String name, Weights weights, boolean pours, Search search, SearchSpace space) {
        this.pours = pours;
        this.name = name;
        this.weights = weights;
        this.search = search;
        this.space = space;
    }

    /** The textbook's, by fees and delay alone. */
    public static SearchingFinder dijkstra(SearchSpace space) {
        return new SearchingFinder("dijkstra", Weights.FEES, false, Dijkstra::find, space);
    }

    /** By fees, delay and the probability of success, from both sides. */
    public static SearchingFinder probabilistic(SearchSpace space) {
        return new SearchingFinder("probabilistic", Weights.USUAL, true, TwoSidedSearch::find, space);
    }

    /** The fast search with weights of one's own. */
    public static SearchingFinder twoSided(String name, Weights weights, SearchSpace space) {
        return new SearchingFinder(name, weights, false, TwoSidedSearch::find, space);
    }

    /** The textbook's search with weights of one's own. */
    public static SearchingFinder textbook(String name, Weights weights, SearchSpace space) {
        return new SearchingFinder(name, weights, false, Dijkstra::find, space);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean learns() {
        return weights.countsFailure();
    }

    @Override
    public ChannelMap shared(ChannelMap map) {
        return space.shared(map);
    }

    @Override
    public RouteResult find(View view, RouteRequest request) {
        Optional<Route> route = route(view, request);
        return route.isPresent()
                ? new Found(route.get())
                : new NoRoute(Diagnosis.of(view, request, space, weights));
    }

    /** The same without a reason, which takes longer to find than a route. */
    Optional<Route> route(View view, RouteRequest request) {
        if (Query.isToPayer(request)) return Optional.empty();
        var query = new Query(view, request, space, weights);
        int best = search.find(query, request.limits());
        return best >= 0 ? Optional.of(query.route(space.labels, best)) : Optional.empty();
    }

    @Override
    public Split split(View view, RouteRequest request, int maxParts) {
        if (request.destinations().size() > 1) return Alternatives.split(this, view, request, maxParts);
        int units = pours ? (int) Math.min(UNITS, request.amount().msat() / LEAST_UNIT_MSAT) : 1;
        if (maxParts < 2 || units < 2) return Halving.split(this, view, request, maxParts);
        List<Route> poured = Pouring.pour(this, view, request, units, maxParts);
        if (poured.isEmpty()) return Halving.split(this, view, request, maxParts);
        Optional<Route> whole = poured.size() < 2 ? Optional.empty() : route(view, request);
        boolean isBetter = whole.isPresent() && costMsat(view, request, whole.get()) <= costMsat(view, request, poured);
        return new Parts(isBetter ? List.of(whole.get()) : poured);
    }

    /** Of parts, each with those before it in its way. */
    private long costMsat(View view, RouteRequest request, List<Route> parts) {
        long cost = 0;
        View so = view;
        for (Route part : parts) {
            cost += costMsat(so, request.part(request.source(), part.amount(), request.limits().maxFee()), part);
            so = Halving.held(so, part);
        }
        return cost;
    }

    @Override
    public long costMsat(View view, RouteRequest request, Route route) {
        var costs = new Costs(view, weights, request);
        boolean ownSource = request.source() instanceof RouteRequest.OwnNode;
        long cost = route.fee().msat();
        for (int i = 0; i < route.hops().size(); i++) {
            Route.Hop hop = route.hops().get(i);
            OptionalInt slot = view.map().topology().slot(hop.shortChannelId(), hop.from());
            if (i > 0) {
                Route.Hop before = route.hops().get(i - 1);
                int blocks = (int) before.expiry().blocksFrom(request.height())
                        - (int) hop.expiry().blocksFrom(request.height());
                cost += costs.risk(before.amount().msat(), blocks);
            }
            if (slot.isPresent() && (i > 0 || !ownSource))
                cost += costs.failure(slot.getAsInt(), hop.amount().msat());
        }
        return cost;
    }
}
