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

/** What an amount costs along a way. */
final class Pricing {
    private Pricing() {}

    /** What a hop carries. @param keptMsat of it by the hop's end, for what it forwards */
    record Carried(long msat, long keptMsat) {}

    /**
     * From the last hop back, each with the fee of the next.
     *
     * @param terms of the channels, from the first on
     * @return empty when a channel does not take what it would carry in one HTLC
     */
    static Optional<List<Carried>> carried(List<ChannelMap.Terms> terms, long amountMsat) {
        var hops = new ArrayList<Carried>();
        long carried = amountMsat;
        long kept = 0;
        for (int i = terms.size() - 1; i >= 0; i--) {
            ChannelMap.Terms hop = terms.get(i);
            if (carried < hop.minMsat() || carried > hop.maxMsat()) return Optional.empty();
            hops.addFirst(new Carried(carried, kept));
            if (i == 0) break;
            kept = RoutingPolicy.fee(carried, hop.feeBaseMsat(), hop.feeMillionths());
            if (kept > Costs.MOST - carried) return Optional.empty();
            carried += kept;
        }
        return Optional.of(hops);
    }

    /** The same way for another amount; its expiries stay. @return empty when a channel does not take it in one HTLC */
    static Optional<Route> along(ChannelMap map, RouteRequest request, Route way, MilliSatoshi amount) {
        var terms = new ArrayList<ChannelMap.Terms>();
        for (Route.Hop hop : way.hops())
            terms.add(terms.isEmpty() && request.source() instanceof OwnNode
                    ? own(request, hop)
                    : terms(map, request, hop));
        return carried(terms, amount.msat()).map(carried -> {
            var priced = new ArrayList<Route.Hop>();
            for (int i = 0; i < carried.size(); i++) {
                Route.Hop hop = way.hops().get(i);
                priced.add(new Route.Hop(hop.shortChannelId(), hop.from(), hop.to(), new MilliSatoshi(carried.get(i)
                        .msat()), hop.expiry(), new MilliSatoshi(carried.get(i).keptMsat())));
            }
            return new Route(priced);
        });
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
