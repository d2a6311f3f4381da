package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest.OwnNode;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a payment by pouring it in, unit by unit: each takes the way that is cheapest now that the ones before it are in
 * the way, and units that take one way are one part. That is a min-cost flow found greedily: no unit is ever taken back, so
 * it may be a little dearer, but every unit is one fast search.
 */
final class Pouring {
    /** Of a channel's balance, that part is left for fees when the rest of it is to be used up. */
    private static final int FEE_SHARE = 512;

    private final SearchingFinder finder;
    private final RouteRequest request;
    private final List<Route> parts = new ArrayList<>();
    private View view;
    private List<LocalChannel> own;
    private long feeLeft;

    private Pouring(SearchingFinder finder, View view, RouteRequest request) {
        this.finder = finder;
        this.request = request;
        this.view = view;
        this.own = request.source() instanceof OwnNode node ? node.channels() : List.of();
        this.feeLeft = request.limits().maxFee().msat();
    }

    /** @return the routes; empty when the amount does not fit so */
    static List<Route> pour(SearchingFinder finder, View view, RouteRequest request, int units, int maxParts) {
        var pouring = new Pouring(finder, view, request);
        return pouring.pour(units, maxParts) && pouring.fits() ? pouring.parts : List.of();
    }

    private boolean pour(int units, int maxParts) {
        long left = request.amount().msat();
        long unit = (left + units - 1) / units;
        while (left > 0) {
            long amount = left < 2 * unit && left > unit ? (left + 1) / 2 : Math.min(left, unit);
            Optional<Route> route = finder.route(view, request.part(source(), new MilliSatoshi(amount),
                    new MilliSatoshi(feeLeft)));
            if (route.isPresent()) {
                take(route.get());
                if (parts.size() > maxParts) return false;
                left -= amount;
                continue;
            }
            unit = Math.max(amount / 2, largestRoomBelow(amount));
            if (unit < Halving.LEAST_PART_MSAT) return false;
        }
        return true;
    }

    /** What the fullest of the own channels that have not so much could send, with something left for fees. */
    private long largestRoomBelow(long amount) {
        long largest = 0;
        for (LocalChannel channel : own) {
            long spendable = channel.spendable().msat();
            long room = spendable - spendable / FEE_SHARE - Halving.LEAST_PART_MSAT / 10;
            if (room < amount) largest = Math.max(largest, room);
        }
        return largest;
    }

    private RouteRequest.Source source() {
        return request.source() instanceof OwnNode node ? new OwnNode(node.nodeId(), own) : request.source();
    }

    private void take(Route route) {
        feeLeft -= route.fee().msat();
        own = Halving.without(own, route.hops().getFirst());
        view = Halving.held(view, route);
        for (int i = 0; i < parts.size(); i++) {
            if (!sameWay(parts.get(i), route)) continue;
            Optional<Route> both = Pricing.along(view.map(), request, route,
                    parts.get(i).amount().plus(route.amount()));
            if (both.isEmpty()) continue;
            feeLeft += parts.get(i).fee().plus(route.fee()).minus(both.get().fee()).msat();
            parts.set(i, both.get());
            return;
        }
        parts.add(route);
    }

    private static boolean sameWay(Route one, Route other) {
        if (one.hops().size() != other.hops().size()) return false;
        for (int i = 0; i < one.hops().size(); i++)
            if (!one.hops().get(i).shortChannelId().equals(other.hops().get(i).shortChannelId())) return false;
        return true;
    }

    /** Joined parts pay less in base fees, and a millisatoshi more by rounding. */
    private boolean fits() {
        if (feeLeft < 0) return false;
        if (!(request.source() instanceof OwnNode node)) return true;
        for (LocalChannel channel : node.channels()) {
            long through = 0;
            for (Route part : parts)
                if (part.hops().getFirst().shortChannelId().equals(channel.shortChannelId()))
                    through += part.amountWithFees().msat();
            if (through > channel.spendable().msat()) return false;
        }
        return true;
    }
}
