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
 * are those at the payee. The first potentials are what a unit costs from each node to the payee while nothing flows, found
 * once from the payee: so each unit's search goes straight there, and looks aside only where those before it have made the
 * way dearer. The routes of the flow are priced exactly later.
 */
final class MinCostFlow {
    /** What an edge carries of its maximum at most: fees of later hops come on top of what flows here. */
    private static final double HEADROOM = 0.98;

    private final Query query;
    private final Topology topology;
    private final SearchSpace space;
    private final int destination;
    private final long unit;
    private final int[] flow;
    private final long[] potential;

    /** Some units along one way. @param edges from the payer on */
    record Path(List<Integer> edges, int units) {}

    MinCostFlow(Query query, long unitMsat) {
        this.query = query;
        this.topology = query.topology;
        this.space = query.space;
        this.destination = query.destination();
        this.unit = unitMsat;
        this.flow = new int[query.edges()];
        this.potential = new long[query.nodes()];
    }

    /** Sends so many units. @return whether all of them found a way */
    boolean send(int units) {
        if (roomAtPayee() < units || !measure()) return false;
        for (int sent = 0; sent < units; sent++) if (!sendOne()) return false;
        return true;
    }

    /** How many units the channels to the payee take. Where they are too few, a search would look everywhere else first. */
    private long roomAtPayee() {
        long room = 0;
        for (int edge = space.extraInto[destination]; edge >= 0; edge = query.extra(edge).nextInto())
            room += room(query.extra(edge).terms());
        if (destination >= topology.nodes()) return room;
        int end = topology.firstSlot(destination + 1);
        for (int slot = topology.firstSlot(destination); slot < end; slot++) {
            boolean usable = query.map.isUsable(slot) && !space.isBlockedSlot(slot)
                    && !(query.ownSource && topology.other(slot) == query.source);
            if (usable) room += room(query.map.terms(slot));
        }
        return room;
    }

    private long room(ChannelMap.Terms terms) {
        return unit < terms.minMsat() ? 0 : (long) (terms.maxMsat() * HEADROOM) / unit;
    }

    /** What one unit costs from each node to the payee, where that is less than from the payer. @return whether there is a way */
    private boolean measure() {
        space.restart(query.nodes());
        if (space.is(query.source, SearchSpace.BLOCKED) || space.is(destination, SearchSpace.BLOCKED)) return false;
        space.touch(destination);
        space.distance[destination] = 0;
        space.backward.add(0, destination);
        while (!space.backward.isEmpty()) {
            int node = space.backward.remove();
            if (space.is(node, SearchSpace.SETTLED)) continue;
            space.flags[node] |= SearchSpace.SETTLED;
            if (node == query.source) break;
            lead(node);
        }
        if (!space.is(query.source, SearchSpace.SETTLED)) return false;
        long all = space.distance[query.source];
        for (int node = 0; node < potential.length; node++)
            potential[node] = -(space.is(node, SearchSpace.SETTLED) ? space.distance[node] : all);
        return true;
    }

    private void lead(int to) {
        for (int edge = space.extraInto[to]; edge >= 0; edge = query.extra(edge).nextInto())
            near(query.extra(edge).from(), to, another(edge, query.extra(edge).terms(), 0));
        if (to >= topology.nodes()) return;
        for (int slot = topology.firstSlot(to); slot < topology.firstSlot(to + 1); slot++) {
            int from = topology.other(slot);
            boolean usable = query.map.isUsable(slot) && !space.isBlockedSlot(slot)
                    && !(query.ownSource && from == query.source);
            if (usable && !space.is(from, SearchSpace.SETTLED)) near(from, to, another(slot, query.map.terms(slot), 0));
        }
    }

    private void near(int from, int to, long cost) {
        space.touch(from);
        if (cost == Costs.UNREACHABLE || (space.flags[from] & (SearchSpace.SETTLED | SearchSpace.BLOCKED)) != 0) return;
        long so = space.distance[to] + cost;
        if (so >= space.distance[from]) return;
        space.distance[from] = so;
        space.backward.add(so, from);
    }

    private boolean sendOne() {
        space.restart(query.nodes());
        space.distance[query.source] = 0;
        space.touch(destination);
        space.forward.add(0, query.source);
        while (!space.forward.isEmpty()) {
            int node = space.forward.remove();
            if (space.is(node, SearchSpace.SETTLED)) continue;
            space.flags[node] |= SearchSpace.SETTLED;
            if (node == destination) break;
            leave(node);
        }
        long length = space.is(destination, SearchSpace.SETTLED)
                ? space.distance[destination]
                : Costs.UNREACHABLE;
        if (length == Costs.UNREACHABLE) return false;
        for (int node = 0; node < potential.length; node++)
            potential[node] += space.is(node, SearchSpace.SETTLED) ? space.distance[node] : length;
        for (int node = destination; node != query.source; node = otherEnd(space.via[node], node))
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
            int to = topology.other(slot);
            if (flow[slot] > 0) reach(node, to, out, -marginal(slot, flow[slot] - 1));
            else
                if (mayHelp(node, to) && query.map.isUsable(out) && !space.isBlockedSlot(out))
                    reach(node, to, out, another(out, query.map.terms(out), flow[out]));
        }
    }

    /** Whether a channel there could be part of the cheapest way, if it cost nothing: what it costs takes long to tell. */
    private boolean mayHelp(int from, int to) {
        if (space.is(to, SearchSpace.SETTLED | SearchSpace.BLOCKED)) return false;
        long least = space.distance[from] + Math.max(0, potential[from] - potential[to]);
        return least < space.distance[destination] && (space.stamp[to] != space.search || least < space.distance[to]);
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
            while (node != destination) {
                if (passed[node]) return List.of();
                passed[node] = true;
                int edge = carrying(node, left);
                if (edge < 0) break;
                edges.add(edge);
                units = Math.min(units, left[edge]);
                node = query.to(edge);
            }
            if (edges.isEmpty()) return paths;
            if (node != destination) return List.of();
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
