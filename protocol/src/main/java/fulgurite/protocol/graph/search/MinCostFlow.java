package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * The cheapest flow of some equal units from payer to payee (Pickhardt and Richter, "Optimally Reliable &amp; Cheap Payment
 * Flows on the Lightning Network", 2021).
 *
 * <p>Design. Each unit takes the cheapest way that is left (successive shortest paths; Edmonds and Karp, 1972): over an edge
 * that carries units already it pays what one more makes of the chance to fail, and it may take back units of the other
 * direction. Costs stay positive to the search by potentials (Johnson, 1977), for which the price of a unit must not fall
 * with their number: so an even prior is taken whatever the weights say, base fees are counted for every unit, and amounts
 * are those at the payee. The routes of the flow are priced exactly later.
 */
final class MinCostFlow {
    /** What an edge carries of its maximum at most: fees of later hops come on top of what flows here. */
    private static final double HEADROOM = 0.98;

    private final Query query;
    private final Topology topology;
    private final SearchSpace space;
    private final long unit;
    private final int[] flow;
    private final long[] potential;

    /** Some units along one way. @param edges from the payer on */
    record Path(List<Integer> edges, int units) {}

    MinCostFlow(Query query, long unitMsat) {
        this.query = query;
        this.topology = query.topology;
        this.space = query.space;
        this.unit = unitMsat;
        this.flow = new int[query.edges()];
        this.potential = new long[query.nodes()];
    }

    /** Sends so many units. @return whether all of them found a way */
    boolean send(int units) {
        for (int sent = 0; sent < units; sent++) if (!sendOne()) return false;
        return true;
    }

    private boolean sendOne() {
        space.restart(query.nodes());
        if (space.is(query.source, SearchSpace.BLOCKED)) return false;
        space.distance[query.source] = 0;
        space.forward.add(0, query.source);
        while (!space.forward.isEmpty()) {
            int node = space.forward.remove();
            if (space.is(node, SearchSpace.SETTLED)) continue;
            space.flags[node] |= SearchSpace.SETTLED;
            if (node == query.destination) break;
            leave(node);
        }
        long length = space.is(query.destination, SearchSpace.SETTLED)
                ? space.distance[query.destination]
                : Costs.UNREACHABLE;
        if (length == Costs.UNREACHABLE) return false;
        for (int node = 0; node < potential.length; node++)
            potential[node] += space.is(node, SearchSpace.SETTLED) ? space.distance[node] : length;
        for (int node = query.destination; node != query.source; node = otherEnd(space.via[node], node))
            push(space.via[node]);
        return true;
    }

    private int otherEnd(int edge, int node) {
        return query.to(edge) == node ? query.from(edge) : query.to(edge);
    }

    /** One unit along the edge; against the direction of units that are there it takes one back. */
    private void push(int edge) {
        if (!query.isExtra(edge) && flow[topology.twin(edge)] > 0) flow[topology.twin(edge)]--;
        else flow[edge]++;
    }

    private void leave(int node) {
        for (int edge = space.extraOutOf[node]; edge >= 0; edge = query.extra(edge).nextOutOf()) {
            Query.Extra extra = query.extra(edge);
            long cost = another(edge, extra.terms(), flow[edge]);
            reach(node, extra.to(), edge, cost);
        }
        // Units on the request's own edges are not taken back: there are few ways around those.
        if (node >= topology.nodes() || query.ownSource && node == query.source) return;
        for (int slot = topology.firstSlot(node); slot < topology.firstSlot(node + 1); slot++) {
            int out = topology.twin(slot);
            if (flow[slot] > 0) reach(node, topology.other(slot), out, -marginal(slot, flow[slot] - 1));
            else
                if (query.map.isUsable(out) && !space.isBlockedSlot(out))
                    reach(node, topology.other(slot), out, another(out, query.map.terms(out), flow[out]));
        }
    }

    private void reach(int from, int to, int edge, long cost) {
        if (cost == Costs.UNREACHABLE) return;
        space.touch(to);
        if ((space.flags[to] & (SearchSpace.SETTLED | SearchSpace.BLOCKED)) != 0) return;
        long reduced = Math.max(0, cost + potential[from] - potential[to]);
        long so = space.distance[from];
        if (reduced >= space.distance[to] - so) return;
        space.distance[to] = so + reduced;
        space.via[to] = edge;
        space.forward.add(so + reduced, to);
    }

    private long another(int edge, ChannelMap.Terms terms, int there) {
        if (unit < terms.minMsat() || (there + 1) * unit > terms.maxMsat() * HEADROOM) return Costs.UNREACHABLE;
        return marginal(edge, there);
    }

    /** What one more unit costs where some are. */
    private long marginal(int edge, int there) {
        ChannelMap.Terms terms = query.terms(edge);
        boolean isFirst = query.from(edge) == query.source;
        long fee = isFirst
                ? 0
                : RoutingPolicy.fee(unit, terms.feeBaseMsat(), terms.feeMillionths());
        if (fee > Costs.MOST) return Costs.UNREACHABLE;
        long own = fee + (isFirst ? 0 : query.costs.risk(unit, terms.cltvDelta()));
        if (query.isExtra(edge)) return own;
        long more = query.costs.failure(edge, (there + 1) * unit);
        if (more == Costs.UNREACHABLE) return Costs.UNREACHABLE;
        long before = there == 0 ? 0 : query.costs.failure(edge, there * unit);
        return own + Math.max(0, more - before);
    }

    /** The ways that the flow is made of. Empty when it cannot be taken apart. */
    List<Path> paths() {
        var paths = new ArrayList<Path>();
        int[] left = flow.clone();
        for (;;) {
            var edges = new ArrayList<Integer>();
            var passed = new boolean[query.nodes()];
            int units = Integer.MAX_VALUE;
            int node = query.source;
            while (node != query.destination) {
                if (passed[node]) return List.of();
                passed[node] = true;
                int edge = carrying(node, left);
                if (edge < 0) break;
                edges.add(edge);
                units = Math.min(units, left[edge]);
                node = query.to(edge);
            }
            if (edges.isEmpty()) return paths;
            if (node != query.destination) return List.of();
            for (int edge : edges) left[edge] -= units;
            paths.add(new Path(edges, units));
        }
    }

    /** The edge out of the node that carries most. */
    private int carrying(int node, int[] left) {
        int most = -1;
        for (int edge = space.extraOutOf[node]; edge >= 0; edge = query.extra(edge).nextOutOf())
            if (left[edge] > (most < 0 ? 0 : left[most])) most = edge;
        if (node >= topology.nodes()) return most;
        for (int slot = topology.firstSlot(node); slot < topology.firstSlot(node + 1); slot++)
            if (left[topology.twin(slot)] > (most < 0 ? 0 : left[most])) most = topology.twin(slot);
        return most;
    }
}
