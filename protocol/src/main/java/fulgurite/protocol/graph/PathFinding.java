package fulgurite.protocol.graph;

import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.graph.RouteResult.Found;
import fulgurite.protocol.graph.RouteResult.NoRoute;
import fulgurite.protocol.graph.RouteResult.Reason;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cheapest route, backwards from the payee, since a node's fee depends on what it must pass on.
 *
 * <p>The search is Dijkstra's with labels: the cheapest way from a node on may be too slow, or too large for the
 * channels before it, so a node keeps every way that no other one beats in amount, delay, hops and risk all at once
 * (Martins, 1984). Extending a way never turns a beaten one into a better one, so the first label that reaches the payer
 * is the best. A node keeps {@value #MAX_LABELS} ways at most: beyond that, on graphs more tangled than real ones, the
 * answer is good instead of best.
 *
 * <p>Where a channel's minimum is above what the next node needs, more is sent: the next node keeps the rest as a larger
 * fee. Only the payee gets exactly the amount.
 *
 * @bolt 7, Recommendations for Routing
 */
public final class PathFinding {
    /** What it costs to lock a billion millisatoshi for a block, in millisatoshi: 0.08% in a year. */
    static final long RISK_PER_BILLION = 15;
    private static final long BILLION = 1_000_000_000;
    private static final int MAX_LABELS = 24;

    /** Equal costs are settled by hops, delay and amount, then by which way was seen first: always the same one. */
    private static final Comparator<Label> CHEAPEST_FIRST = Comparator.comparingLong(Label::cost)
            .thenComparingInt(Label::hops)
            .thenComparingInt(Label::cltvDelta)
            .thenComparingLong(Label::amountMsat)
            .thenComparingLong(Label::order);

    private final RouteRequest request;
    private final Edges edges;
    private final boolean withinLimits;
    private final boolean withinAmounts;
    private final PriorityQueue<Label> open = new PriorityQueue<>(CHEAPEST_FIRST);
    private final TreeMap<NodeId, List<Label>> settled = new TreeMap<>();
    private long created;

    /**
     * A way from {@code node} to the payee.
     *
     * @param amountMsat what the node must receive
     * @param cltvDelta blocks between now and the expiry that the node must receive it with
     * @param riskMsat the price of the delay so far
     * @param cost fees and risk together
     * @param via the first channel of the way, {@code next} the way after it; null at the payee
     * @param carriedMsat what the HTLC in {@code via} carries
     */
    private record Label(NodeId node, long amountMsat, int cltvDelta, int hops, long riskMsat, long cost, long order,
            @Nullable Edge via, @Nullable Label next, long carriedMsat) {
        boolean isNoWorseThan(Label other) {
            return amountMsat <= other.amountMsat && cltvDelta <= other.cltvDelta && hops <= other.hops
                    && riskMsat <= other.riskMsat;
        }
    }

    private PathFinding(RouteRequest request, Edges edges, boolean withinLimits, boolean withinAmounts) {
        this.request = request;
        this.edges = edges;
        this.withinLimits = withinLimits;
        this.withinAmounts = withinAmounts;
    }

    /** The best route within the request's limits, or why there is none. The same for equal arguments. */
    public static RouteResult findRoute(RoutingTable table, RouteRequest request) {
        if (request.source().nodeId().equals(request.destination()))
            return new NoRoute(new Reason.SameNode(request.destination()));
        var edges = new Edges(table, request);
        Optional<Label> best = new PathFinding(request, edges, true, true).search();
        return best.<RouteResult>map(label -> new Found(routeOf(label, request)))
                .orElseGet(() -> new NoRoute(whyNone(request, edges)));
    }

    private static Reason whyNone(RouteRequest request, Edges edges) {
        if (!edges.reach(request.destination())) return new Reason.UnknownDestination(request.destination());
        Optional<Reason> broke = insufficientBalance(request);
        if (broke.isPresent()) return broke.get();
        Optional<Label> withoutLimits = new PathFinding(request, edges, false, true).search();
        if (withoutLimits.isPresent()) return limitOf(withoutLimits.get(), request);
        return new PathFinding(request, edges, false, false).search().isPresent()
                ? new Reason.NoCapacity(request.amount())
                : new Reason.NotConnected();
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
        long amount = request.amount().msat();
        open.add(new Label(request.destination(), amount, request.finalCltvDelta().blocks(), 0, 0, 0, created++, null,
                null, amount));
        while (!open.isEmpty()) {
            Label label = open.remove();
            if (!settle(label)) continue;
            if (label.node.equals(request.source().nodeId())) return Optional.of(label);
            for (Edge edge : edges.into(label.node)) extend(label, withinAmounts ? edge : edge.forAnyAmount());
        }
        return Optional.empty();
    }

    /** @return whether no way known from there is as good */
    private boolean settle(Label label) {
        List<Label> known = settled.computeIfAbsent(label.node, node -> new ArrayList<>());
        if (known.size() >= MAX_LABELS || isBeaten(label, known)) return false;
        known.add(label);
        return true;
    }

    private static boolean isBeaten(Label label, List<Label> known) {
        for (Label other : known) if (other.isNoWorseThan(label)) return true;
        return false;
    }

    private void extend(Label label, Edge edge) {
        boolean toPayee = label.next == null;
        if (toPayee && label.amountMsat < edge.minMsat()) return;
        long carried = Math.max(label.amountMsat, edge.minMsat());
        if (carried > edge.maxMsat()) return;
        long fee = edge.feeMsat(carried);
        // Beyond all bitcoin no amount is payable, and below it the sums here cannot overflow.
        if (fee > maxMsat() - carried) return;
        long amount = carried + fee;
        int cltvDelta = label.cltvDelta + edge.cltvDelta();
        long risk = label.riskMsat + risk(amount, edge.cltvDelta());
        long cost = amount - request.amount().msat() + risk;
        var longer = new Label(edge.from(), amount, cltvDelta, label.hops + 1, risk, cost, created++, edge, label,
                carried);
        if (withinLimits && !isWithinLimits(longer)) return;
        if (!isBeaten(longer, settled.getOrDefault(longer.node, List.of()))) open.add(longer);
    }

    private boolean isWithinLimits(Label label) {
        RouteRequest.Limits limits = request.limits();
        return label.amountMsat - request.amount().msat() <= limits.maxFee().msat()
                && label.cltvDelta <= limits.maxCltvDelta().blocks() && label.hops <= limits.maxHops();
    }

    private static long maxMsat() {
        return Codecs.MAX_MONEY.toMilliSatoshi().msat();
    }

    /** The price of locking an amount for some blocks, rounded down. */
    private static long risk(long amountMsat, int blocks) {
        long factor = RISK_PER_BILLION * blocks;
        return amountMsat / BILLION * factor + amountMsat % BILLION * factor / BILLION;
    }

    private static Route routeOf(Label first, RouteRequest request) {
        var hops = new ArrayList<Route.Hop>();
        CltvExpiry now = CltvExpiry.at(request.height());
        Label label = first;
        while (label.via != null && label.next != null) {
            Label next = label.next;
            long kept = next.via == null ? 0 : label.carriedMsat - next.carriedMsat;
            hops.add(new Route.Hop(label.via.shortChannelId(), label.node, next.node,
                    new MilliSatoshi(label.carriedMsat), now.plus(new CltvDelta(next.cltvDelta)),
                    new MilliSatoshi(kept)));
            label = next;
        }
        return new Route(hops);
    }
}
