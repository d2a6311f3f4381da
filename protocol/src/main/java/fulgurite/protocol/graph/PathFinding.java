package fulgurite.protocol.graph;

import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.graph.Edge.Place;
import fulgurite.protocol.graph.RouteResult.Found;
import fulgurite.protocol.graph.RouteResult.NoRoute;
import fulgurite.protocol.graph.RouteResult.Reason;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cheapest route, backwards from the payee, since a node's fee depends on what it must pass on.
 *
 * <p>The search is A* with labels: the cheapest way from a node on may be too slow, or too large for the channels before
 * it, so a node keeps every way that no other one beats in amount, delay, hops and risk all at once (Martins, 1984).
 * Extending a way never turns a beaten one into a better one, so the first label that reaches the payer is the best. A
 * node keeps {@value #MAX_LABELS} ways at most: beyond that, on graphs more tangled than real ones, the answer is good
 * instead of best.
 *
 * <p>Where a channel's minimum is above what the next node needs, more is sent: the next node keeps the rest as a larger
 * fee. Only the payee gets exactly the amount.
 *
 * @bolt 7, Recommendations for Routing
 */
public final class PathFinding {
    /** Beyond all bitcoin no amount is payable, and below it the sums here cannot overflow. */
    static final long MAX_MSAT = Codecs.MAX_MONEY.toMilliSatoshi().msat();
    private static final int MAX_LABELS = 24;

    /** Equal costs are settled by hops, delay and amount, then by which way was seen first: always the same one. */
    private static final Comparator<Label> CHEAPEST_FIRST = Comparator.comparingLong(Label::total)
            .thenComparingInt(Label::hops)
            .thenComparingInt(Label::cltvDelta)
            .thenComparingLong(Label::amountMsat)
            .thenComparingLong(Label::order);

    private final RouteRequest request;
    private final Edges edges;
    private final boolean withinLimits;
    private final CostBounds bounds;
    private final PriorityQueue<Label> open = new PriorityQueue<>(CHEAPEST_FIRST);
    private final List<List<Label>> settled = new ArrayList<>();
    private long created;

    /**
     * A way from {@code place} to the payee.
     *
     * @param amountMsat what the node must receive
     * @param cltvDelta blocks between now and the expiry that the node must receive it with
     * @param riskMsat the price of the delay so far
     * @param total fees and risk, so far and at least still to come
     * @param via the first channel of the way, {@code next} the way after it; null at the payee
     * @param carriedMsat what the HTLC in {@code via} carries
     */
    private record Label(Place place, long amountMsat, int cltvDelta, int hops, long riskMsat, long total, long order,
            @Nullable Edge via, @Nullable Label next, long carriedMsat) {
        boolean isNoWorseThan(Label other) {
            return amountMsat <= other.amountMsat && cltvDelta <= other.cltvDelta && hops <= other.hops
                    && riskMsat <= other.riskMsat;
        }
    }

    private PathFinding(RouteRequest request, Edges edges, boolean withinLimits, CostBounds bounds) {
        this.request = request;
        this.edges = edges;
        this.withinLimits = withinLimits;
        this.bounds = bounds;
    }

    /** The best route within the request's limits, or why there is none. The same for equal arguments. */
    public static RouteResult findRoute(RoutingTable table, RouteRequest request) {
        if (request.source().nodeId().equals(request.destination()))
            return new NoRoute(new Reason.SameNode(request.destination()));
        var edges = new Edges(table, request, false);
        var bounds = new CostBounds(edges, request);
        Optional<Label> best = new PathFinding(request, edges, true, bounds).search();
        return best.<RouteResult>map(label -> new Found(routeOf(label, request)))
                .orElseGet(() -> new NoRoute(whyNone(table, request, edges, bounds)));
    }

    private static Reason whyNone(RoutingTable table, RouteRequest request, Edges edges, CostBounds bounds) {
        if (!edges.reach(request.destination())) return new Reason.UnknownDestination(request.destination());
        Optional<Reason> broke = insufficientBalance(request);
        if (broke.isPresent()) return broke.get();
        Optional<Label> withoutLimits = new PathFinding(request, edges, false, bounds).search();
        if (withoutLimits.isPresent()) return limitOf(withoutLimits.get(), request);
        var connections = new Edges(table, request, true);
        boolean connected = new CostBounds(connections, request)
                .at(connections.place(request.destination())) != CostBounds.UNREACHABLE;
        return connected ? new Reason.NoCapacity(request.amount()) : new Reason.NotConnected();
    }

    private static Optional<Reason> insufficientBalance(RouteRequest request) {
        if (!(request.source() instanceof RouteRequest.OwnNode own)) return Optional.empty();
        MilliSatoshi largest = MilliSatoshi.ZERO;
        for (RouteRequest.LocalChannel channel : own.channels()) largest = largest.max(channel.spendable());
        return largest.lessThan(request.amount())
                ? Optional.of(new Reason.InsufficientBalance(largest, request.amount()))
                : Optional.empty();
    }

    private static Reason limitOf(Label best, RouteRequest request) {
        RouteRequest.Limits limits = request.limits();
        MilliSatoshi fee = new MilliSatoshi(best.amountMsat).minus(request.amount());
        if (limits.maxFee().lessThan(fee)) return new Reason.FeeAboveLimit(fee, limits.maxFee());
        if (best.cltvDelta > limits.maxCltvDelta().blocks())
            return new Reason.ExpiryAboveLimit(new CltvDelta(best.cltvDelta), limits.maxCltvDelta());
        return new Reason.TooManyHops(best.hops, limits.maxHops());
    }

    private Optional<Label> search() {
        Place payee = edges.place(request.destination());
        long amount = request.amount().msat();
        if (bounds.at(payee) == CostBounds.UNREACHABLE) return Optional.empty();
        open.add(new Label(payee, amount, request.finalCltvDelta().blocks(), 0, 0, bounds.at(payee), created++, null,
                null, amount));
        while (!open.isEmpty()) {
            Label label = open.remove();
            if (!settle(label)) continue;
            if (label.place.id().equals(request.source().nodeId())) return Optional.of(label);
            for (Edge edge : edges.into(label.place)) extend(label, edge);
        }
        return Optional.empty();
    }

    /** @return whether no way known from there is as good */
    private boolean settle(Label label) {
        List<Label> known = settledAt(label.place);
        if (known.size() >= MAX_LABELS || isBeaten(label, known)) return false;
        known.add(label);
        return true;
    }

    private List<Label> settledAt(Place place) {
        while (settled.size() <= place.index()) settled.add(new ArrayList<>());
        return settled.get(place.index());
    }

    private static boolean isBeaten(Label label, List<Label> known) {
        for (Label other : known) if (other.isNoWorseThan(label)) return true;
        return false;
    }

    private void extend(Label label, Edge edge) {
        long bound = bounds.at(edge.from());
        boolean toPayee = label.next == null;
        if (bound == CostBounds.UNREACHABLE || toPayee && label.amountMsat < edge.minMsat()) return;
        long carried = Math.max(label.amountMsat, edge.minMsat());
        if (carried > edge.maxMsat()) return;
        long fee = edge.feeMsat(carried);
        if (fee > MAX_MSAT - carried) return;
        long amount = carried + fee;
        long risk = label.riskMsat + edge.riskMsat(amount);
        long total = amount - request.amount().msat() + risk + bound;
        var longer = new Label(edge.from(), amount, label.cltvDelta + edge.cltvDelta(), label.hops + 1, risk, total,
                created++, edge, label, carried);
        if (withinLimits && !isWithinLimits(longer)) return;
        if (!isBeaten(longer, settledAt(longer.place))) open.add(longer);
    }

    private boolean isWithinLimits(Label label) {
        RouteRequest.Limits limits = request.limits();
        return label.amountMsat - request.amount().msat() <= limits.maxFee().msat()
                && label.cltvDelta <= limits.maxCltvDelta().blocks() && label.hops <= limits.maxHops();
    }

    private static Route routeOf(Label first, RouteRequest request) {
        var hops = new ArrayList<Route.Hop>();
        CltvExpiry now = CltvExpiry.at(request.height());
        Label label = first;
        while (label.via != null && label.next != null) {
            Label next = label.next;
            long kept = next.via == null ? 0 : label.carriedMsat - next.carriedMsat;
            hops.add(new Route.Hop(label.via.shortChannelId(), label.place.id(), next.place.id(),
                    new MilliSatoshi(label.carriedMsat), now.plus(new CltvDelta(next.cltvDelta)),
                    new MilliSatoshi(kept)));
            label = next;
        }
        return new Route(hops);
    }
}
