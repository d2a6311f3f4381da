package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest.OwnNode;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What another amount costs along the way of a route. */
final class Pricing {
    private Pricing() {}

    /** @return empty when a channel does not take it in one HTLC */
    static Optional<Route> along(ChannelMap map, RouteRequest request, Route way, MilliSatoshi amount) {
        List<Route.Hop> hops = way.hops();
        var priced = new ArrayList<Route.Hop>();
        long carried = amount.msat();
        long kept = 0;
        for (int i = hops.size() - 1; i >= 0; i--) {
            Route.Hop hop = hops.get(i);
            boolean isOwn = i == 0 && request.source() instanceof OwnNode;
            ChannelMap.Terms terms = isOwn ? own(request, hop) : terms(map, request, hop);
            if (carried < terms.minMsat() || carried > terms.maxMsat()) return Optional.empty();
            priced.addFirst(new Route.Hop(hop.shortChannelId(), hop.from(), hop.to(), new MilliSatoshi(carried),
                    hop.expiry(), new MilliSatoshi(kept)));
            if (i == 0) break;
            kept = RoutingPolicy.fee(carried, terms.feeBaseMsat(), terms.feeMillionths());
            if (kept > Costs.MOST - carried) return Optional.empty();
            carried += kept;
        }
        return Optional.of(new Route(priced));
    }

    private static ChannelMap.Terms own(RouteRequest request, Route.Hop first) {
        if (request.source() instanceof OwnNode node)
            for (RouteRequest.LocalChannel own : node.channels())
                if (own.shortChannelId().equals(first.shortChannelId())) return Query.terms(own);
        throw new IllegalArgumentException("no own channel " + first.shortChannelId());
    }

    private static ChannelMap.Terms terms(ChannelMap map, RouteRequest request, Route.Hop hop) {
        for (RouteRequest.ExtraEdge edge : request.extraEdges())
            if (edge.shortChannelId().equals(hop.shortChannelId()) && edge.from().equals(hop.from()))
                return Query.terms(edge);
        OptionalInt slot = map.topology().slot(hop.shortChannelId(), hop.from());
        if (slot.isEmpty()) throw new IllegalArgumentException("no channel " + hop.shortChannelId());
        return map.terms(slot.getAsInt());
    }
}
