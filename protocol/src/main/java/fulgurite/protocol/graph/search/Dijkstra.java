package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;

/**
 * The textbook's search (Dijkstra, 1959), backwards from the payee, or from all payees at once: every node that is cheaper to
 * leave for one than the payer is settled first, and one way is kept for each node. A way over the limits is dropped, even where another one
 * from the same node, kept out by it, would have been within them. The measure for {@link TwoSidedSearch}.
 */
final class Dijkstra {
    private final Query query;
    private final RouteRequest.Limits limits;
    private final SearchSpace space;
    private final Labels labels;
    private final long wanted;

    private Dijkstra(Query query, RouteRequest.Limits limits) {
        this.query = query;
        this.limits = limits;
        this.space = query.space;
        this.labels = query.space.labels;
        this.wanted = query.request.amount().msat();
    }

    /** The label of the best way, at the payer; -1 when none was found. */
    static int find(Query query, RouteRequest.Limits limits) {
        query.space.restart(0);
        return new Dijkstra(query, limits).run();
    }

    private int run() {
        if (space.is(query.source, SearchSpace.BLOCKED)) return -1;
        for (int destination : query.destinations)
            if (!space.is(destination, SearchSpace.BLOCKED))
                add(destination, -1, -1, wanted, 0, query.request.finalCltvDelta().blocks(), 0, wanted);
        while (!space.backward.isEmpty()) {
            int label = space.backward.remove();
            int node = labels.node[label];
            if (space.is(node, SearchSpace.SETTLED)) continue;
            space.flags[node] |= SearchSpace.SETTLED;
            if (node == query.source) return label;
            settle(label, node);
        }
        return -1;
    }

    private void settle(int label, int node) {
        for (int edge = space.extraInto[node]; edge >= 0; edge = query.extra(edge).nextInto())
            extend(label, query.extra(edge).from(), edge);
        Topology topology = query.topology;
        if (node >= topology.nodes()) return;
        for (int slot = topology.firstSlot(node); slot < topology.firstSlot(node + 1); slot++) {
            boolean usable = query.map.isUsable(slot) && !space.isBlockedSlot(slot)
                    && !(query.ownSource && topology.other(slot) == query.source);
            if (usable) extend(label, topology.other(slot), slot);
        }
    }

    private void extend(int label, int from, int edge) {
        space.touch(from);
        if ((space.flags[from] & (SearchSpace.SETTLED | SearchSpace.BLOCKED)) != 0) return;
        ChannelMap.Terms terms = query.terms(edge);
        long carried = Math.max(labels.amount[label], terms.minMsat());
        if (carried > terms.maxMsat() || labels.parent[label] < 0 && carried > labels.amount[label]) return;
        boolean isFirst = from == query.source;
        long fee = isFirst ? 0 : RoutingPolicy.fee(carried, terms.feeBaseMsat(), terms.feeMillionths());
        if (fee > Costs.MOST - carried || carried + fee - wanted > limits.maxFee().msat()) return;
        long failure = edge < query.slots ? query.costs.failure(edge, carried) : 0;
        if (failure == Costs.UNREACHABLE) return;
        int blocks = isFirst ? 0 : terms.cltvDelta();
        int delta = labels.delta[label] + blocks;
        int hops = labels.hops[label] + 1;
        if (delta > limits.maxCltvDelta().blocks() || hops > limits.maxHops()) return;
        long rest = labels.rest[label] + query.costs.risk(carried + fee, blocks) + failure;
        long cost = carried + fee - wanted + rest;
        if (cost >= space.distance[from]) return;
        add(from, label, edge, carried + fee, rest, delta, hops, carried);
    }

    private void add(int node, int parent, int edge, long amount, long rest, int delta, int hops, long carried) {
        int label = labels.add();
        labels.node[label] = node;
        labels.parent[label] = parent;
        labels.edge[label] = edge;
        labels.amount[label] = amount;
        labels.rest[label] = rest;
        labels.delta[label] = delta;
        labels.hops[label] = hops;
        labels.carried[label] = carried;
        space.distance[node] = amount - wanted + rest;
        space.backward.add(space.distance[node], label);
    }
}
