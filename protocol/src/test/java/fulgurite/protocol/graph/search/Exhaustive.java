package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest.Limits;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.search.DrawnGraph.Way;
import fulgurite.protocol.units.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Tries every simple path there is to a request's destination, which is one. */
final class Exhaustive {
    private final DrawnGraph drawn;
    private final Costs costs;
    private final NodeId source;
    private long best = Long.MAX_VALUE;

    private Exhaustive(DrawnGraph drawn, Weights weights) {
        this.drawn = drawn;
        this.costs = new Costs(drawn.view(), weights, drawn.request());
        this.source = drawn.request().source().nodeId();
    }

    /** The least cost of any route within the limits; empty when there is none. */
    static OptionalLong leastCost(DrawnGraph drawn, Weights weights) {
        var search = new Exhaustive(drawn, weights);
        search.walk(new ArrayList<>(List.of(search.source)), new ArrayList<>());
        return search.best == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(search.best);
    }

    private void walk(List<NodeId> passed, List<Way> path) {
        if (drawn.request().destinations().contains(passed.getLast())) {
            price(path);
            return;
        }
        for (Way way : drawn.ways()) {
            if (!way.from().equals(passed.getLast()) || passed.contains(way.to())) continue;
            passed.add(way.to());
            path.add(way);
            walk(passed, path);
            path.removeLast();
            passed.removeLast();
        }
    }

    private void price(List<Way> path) {
        RouteRequest request = drawn.request();
        long needed = request.amount().msat();
        int delta = request.finalCltvDelta().blocks();
        long rest = 0;
        for (int i = path.size() - 1; i >= 0; i--) {
            Way way = path.get(i);
            if (i == path.size() - 1 && needed < way.terms().minMsat()) return;
            long carried = Math.max(needed, way.terms().minMsat());
            if (carried > way.terms().maxMsat()) return;
            long failure = way.slot() < 0 ? 0 : costs.failure(way.slot(), carried);
            if (failure == Costs.UNREACHABLE) return;
            rest += failure;
            needed = carried;
            if (i == 0) continue;
            needed += RoutingPolicy.fee(carried, way.terms().feeBaseMsat(), way.terms().feeMillionths());
            delta += way.terms().cltvDelta();
            rest += costs.risk(needed, way.terms().cltvDelta());
        }
        Limits limits = request.limits();
        long fee = needed - request.amount().msat();
        if (fee <= limits.maxFee().msat() && delta <= limits.maxCltvDelta().blocks() && path.size() <= limits.maxHops())
            best = Math.min(best, fee + rest);
    }
}
