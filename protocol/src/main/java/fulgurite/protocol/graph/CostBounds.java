package fulgurite.protocol.graph;

import fulgurite.protocol.graph.Edge.Place;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * For each node, what reaching it from the payer costs at least: fees and risk as if every channel carried no more than
 * the payment itself. Fees grow with the amount, so no real way is cheaper; the search backwards from the payee is drawn
 * by it towards the payer (A*, Hart, Nilsson and Raphael, 1968).
 */
final class CostBounds {
    static final long UNREACHABLE = Long.MAX_VALUE;

    private long[] least = new long[64];

    private record Step(Place place, long cost, long order) {}

    CostBounds(Edges edges, RouteRequest request) {
        Arrays.fill(least, UNREACHABLE);
        var open = new PriorityQueue<>(Comparator.comparingLong(Step::cost).thenComparingLong(Step::order));
        long created = 0;
        Place source = edges.place(request.source().nodeId());
        lower(source, 0);
        open.add(new Step(source, 0, created++));
        while (!open.isEmpty()) {
            Step step = open.remove();
            if (step.cost > at(step.place)) continue;
            for (Edge edge : edges.outOf(step.place)) {
                long cost = leastCost(edge, request.amount().msat());
                // More than all bitcoin is out of reach too, and sums stay far from overflow.
                if (cost > PathFinding.MAX_MSAT - step.cost || !lower(edge.to(), step.cost + cost)) continue;
                open.add(new Step(edge.to(), step.cost + cost, created++));
            }
        }
    }

    /** {@link #UNREACHABLE} when no way leads there. */
    long at(Place place) {
        return place.index() < least.length ? least[place.index()] : UNREACHABLE;
    }

    private boolean lower(Place place, long cost) {
        if (place.index() >= least.length) {
            int before = least.length;
            least = Arrays.copyOf(least, Math.max(place.index() + 1, 2 * before));
            Arrays.fill(least, before, least.length, UNREACHABLE);
        }
        if (cost >= least[place.index()]) return false;
        least[place.index()] = cost;
        return true;
    }

    private static long leastCost(Edge edge, long amountMsat) {
        long carried = Math.max(amountMsat, edge.minMsat());
        if (carried > edge.maxMsat()) return UNREACHABLE;
        long fee = edge.feeMsat(carried);
        if (fee > PathFinding.MAX_MSAT - carried) return UNREACHABLE;
        return fee + edge.riskMsat(carried + fee);
    }
}
