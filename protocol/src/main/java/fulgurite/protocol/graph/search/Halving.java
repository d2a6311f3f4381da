package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest.OwnNode;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult.Found;
import fulgurite.protocol.graph.RouteResult.NoRoute;
import fulgurite.protocol.graph.RouteResult.Reason;
import fulgurite.protocol.graph.search.PathFinder.NoParts;
import fulgurite.protocol.graph.search.PathFinder.Parts;
import fulgurite.protocol.graph.search.PathFinder.Split;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Splits a payment by trying: what finds no way whole is tried in two halves, each after the other has taken its room.
 */
final class Halving {
    /** Below it a part costs more in base fees than it helps. */
    static final long LEAST_PART_MSAT = 10_000;

    private final SearchingFinder finder;
    private final RouteRequest request;
    private final List<Route> routes = new ArrayList<>();
    private View view;
    private List<LocalChannel> own;
    private long feeLeft;
    private int partsLeft;

    private Halving(SearchingFinder finder, View view, RouteRequest request, int maxParts) {
        this.finder = finder;
        this.view = view;
        this.request = request;
        this.own = request.source() instanceof OwnNode node ? node.channels() : List.of();
        this.feeLeft = request.limits().maxFee().msat();
        this.partsLeft = maxParts;
    }

    static Split split(SearchingFinder finder, View view, RouteRequest request, int maxParts) {
        var halving = new Halving(finder, view, request, maxParts);
        boolean complete = halving.place(request.amount().msat(), 1);
        if (complete) return new Parts(halving.routes);
        return switch (finder.find(view, request)) {
            case NoRoute none -> new NoParts(maxParts < 2 ? none.reason() : halving.inParts(none.reason()));
            // There is a way whole: it is taken, whatever became of the parts.
            case Found found -> new Parts(List.of(found.route()));
        };
    }

    /** Where one part is too much, the reason is why several are. @param single why there is no way for one */
    private Reason inParts(Reason single) {
        return switch (single) {
            case Reason.InsufficientBalance less -> {
                MilliSatoshi all = MilliSatoshi.ZERO;
                if (request.source() instanceof OwnNode node)
                    for (LocalChannel channel : node.channels()) all = all.plus(channel.spendable());
                yield all.lessThan(less.amount())
                        ? new Reason.InsufficientTogether(all, less.amount())
                        : new Reason.NotInParts(less.amount());
            }
            case Reason.NoCapacity less -> new Reason.NotInParts(less.amount());
            case Reason.NoneOfThem other -> other;
            case Reason.SameNode other -> other;
            case Reason.UnknownDestination other -> other;
            case Reason.InsufficientTogether other -> other;
            case Reason.NotInParts other -> other;
            case Reason.NotConnected other -> other;
            case Reason.Disabled other -> other;
            case Reason.Excluded other -> other;
            case Reason.BelowMinimum other -> other;
            case Reason.FeeAboveLimit other -> other;
            case Reason.ExpiryAboveLimit other -> other;
            case Reason.TooManyHops other -> other;
        };
    }

    /** @param later parts that are still to be placed after this one, and this one */
    private boolean place(long amountMsat, int later) {
        Optional<Route> route = finder.route(view, part(amountMsat));
        if (route.isPresent()) {
            take(route.get());
            return true;
        }
        if (partsLeft - later < 1 || amountMsat < 2 * LEAST_PART_MSAT) return false;
        long half = amountMsat / 2;
        return place(amountMsat - half, later + 1) && place(half, later);
    }

    private RouteRequest part(long amountMsat) {
        RouteRequest.Source source = request.source() instanceof OwnNode node
                ? new OwnNode(node.nodeId(), own)
                : request.source();
        return request.part(source, new MilliSatoshi(amountMsat), new MilliSatoshi(feeLeft));
    }

    private void take(Route route) {
        routes.add(route);
        partsLeft--;
        feeLeft -= route.fee().msat();
        own = without(own, route.hops().getFirst());
        view = held(view, route);
    }

    /** The parts placed so far are in the way of the next ones. */
    static View held(View view, Route route) {
        Liquidity liquidity = view.liquidity();
        for (Route.Hop hop : route.hops()) {
            OptionalInt slot = view.map().topology().slot(hop.shortChannelId(), hop.from());
            if (slot.isPresent()) liquidity = liquidity.holding(slot.getAsInt(), hop.amount().msat());
        }
        return view.with(liquidity);
    }

    static List<LocalChannel> without(List<LocalChannel> channels, Route.Hop first) {
        ShortChannelId used = first.shortChannelId();
        var left = new ArrayList<LocalChannel>();
        for (LocalChannel channel : channels)
            left.add(channel.shortChannelId().equals(used)
                    ? new LocalChannel(used, channel.peer(), channel.spendable().minus(first.amount()),
                            channel.htlcMinimum())
                    : channel);
        return left;
    }
}
