package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;

/**
 * Finds the cheapest way from both ends at once.
 *
 * <p>Design. What a node must receive depends on all that comes after it, so ways are built backwards from the payee, with
 * true amounts. From the payer another search goes forwards, as if every channel carried no more than the payment itself:
 * a node that it has settled has its least cost from the payer as a lower bound, any other node the radius reached so far.
 * The backward search is drawn by these bounds (A*, Hart, Nilsson and Raphael, 1968; with a perimeter, Dillenburg and
 * Nelson, 1994), and takes over whenever it has done less work than the forward one. Where both meet, the forward way is
 * walked with true amounts: that gives a way at once, whose cost cuts off all that cannot be better. Nothing is left out
 * that could be: the answer is the cheapest, not a good guess.
 *
 * <p>A cheaper way may be too slow, or too large for the channels before it, so a node keeps every way that no other one
 * beats (Martins, 1984). At first cost and amount alone are compared and the limits on delay and hops left aside; when the
 * answer keeps them, it is the best with them too. Only else, or where a channel's minimum would make more be sent than is
 * needed, all is searched again with every way kept that is best in amount, delay, hops or the rest of its cost
 * ({@link #thorough}). A node keeps {@value #MAX_LABELS} ways at most: beyond that, on graphs more tangled than real ones,
 * the answer is good instead of best.
 *
 * <p>Several destinations begin together, and the cheapest is reached first. A way that leads through one of them to another
 * is dearer than to stop there, but for one case: a channel to it that carries no less than what is more than wanted. A
 * payee gets what is wanted exactly; a node in between keeps what is too much. So ways to such a {@link SearchSpace#PICKY}
 * destination beat those to it only.
 */
final class TwoSidedSearch {
    private static final int MAX_LABELS = 24;
    private static final int MAX_HOPS_WALKED = 64;

    private final Query query;
    private final SearchSpace space;
    private final Labels labels;
    private final Costs costs;
    private final Topology topology;
    private final ChannelMap map;
    private final long wanted;
    private final long maxFee;
    private final int maxDelta;
    private final int maxHops;
    private final boolean thorough;
    private final boolean several;
    /** The least cost from the payer of any node that the forward search has not settled. */
    private long radius;
    private long best = Costs.MOST;
    private int bestLabel = -1;
    private long forwardWork;
    private long backwardWork;
    /** The least cost that a way passed over for a channel's minimum could have. */
    private long passedOver = Costs.UNREACHABLE;

    /** @param thorough heeds all limits and all minima */
    TwoSidedSearch(Query query, RouteRequest.Limits limits, boolean thorough) {
        this.query = query;
        this.space = query.space;
        this.labels = space.labels;
        this.costs = query.costs;
        this.topology = query.topology;
        this.map = query.map;
        this.wanted = query.request.amount().msat();
        this.maxFee = limits.maxFee().msat();
        this.maxDelta = limits.maxCltvDelta().blocks();
        this.maxHops = limits.maxHops();
        this.thorough = thorough;
        this.several = query.destinations.length > 1;
    }

    /** The label of the best way, at the payer; -1 when there is none. */
    static int find(Query query, RouteRequest.Limits limits) {
        query.space.restart(0);
        var quick = new TwoSidedSearch(query, limits, false);
        int found = quick.run();
        boolean done = found < 0
                ? quick.passedOver == Costs.UNREACHABLE
                : quick.isWithinLimits(found) && quick.best <= quick.passedOver;
        if (done) return found;
        query.space.restart(query.nodes());
        return new TwoSidedSearch(query, limits, true).run();
    }

    private int run() {
        if (space.is(query.source, SearchSpace.BLOCKED)) return -1;
        space.distance[query.source] = 0;
        space.forward.add(0, query.source);
        for (int destination : query.destinations) if (!space.is(destination, SearchSpace.BLOCKED)) begin(destination);
        while (!space.backward.isEmpty() && space.backward.leastKey() < best) {
            if (forwardWork <= backwardWork && radius != Costs.UNREACHABLE) forwardStep();
            else backwardStep();
        }
        return bestLabel;
    }

    private void begin(int destination) {
        int payee = add(destination, -1, -1, wanted, 0, query.request.finalCltvDelta().blocks(), 0, wanted);
        space.label[destination] = payee;
        space.backward.add(0, payee);
        if (several && thorough && hasMinimumAbove(destination)) space.flags[destination] |= SearchSpace.PICKY;
    }

    /** Whether a channel to the destination carries more than what is wanted, or nothing. */
    private boolean hasMinimumAbove(int destination) {
        for (int edge = space.extraInto[destination]; edge >= 0; edge = query.extra(edge).nextInto())
            if (query.extra(edge).terms().minMsat() > wanted) return true;
        if (destination >= topology.nodes()) return false;
        for (int slot = topology.firstSlot(destination); slot < topology.firstSlot(destination + 1); slot++)
            if (map.minMsat(slot) > wanted) return true;
        return false;
    }

    private void forwardStep() {
        if (space.forward.isEmpty()) {
            radius = Costs.UNREACHABLE;
            return;
        }
        radius = space.forward.leastKey();
        int node = space.forward.remove();
        if (space.is(node, SearchSpace.SETTLED)) return;
        space.flags[node] |= SearchSpace.SETTLED;
        for (int label = space.label[node]; label >= 0; label = labels.nextOfNode[label]) walk(label);
        for (int edge = space.extraOutOf[node]; edge >= 0; edge = query.extra(edge).nextOutOf())
            reach(query.extra(edge).to(), edge, node);
        if (node >= topology.nodes() || query.ownSource && node == query.source) return;
        int end = topology.firstSlot(node + 1);
        for (int slot = topology.firstSlot(node); slot < end; slot++) {
            int other = topology.other(slot);
            if (topology.comesFromLeaf(slot) && !space.is(other, SearchSpace.TARGET) && !hasExtras(other)) continue;
            reach(other, topology.twin(slot), node);
        }
        forwardWork += end - topology.firstSlot(node) + 1;
    }

    private boolean hasExtras(int node) {
        return space.stamp[node] == space.search && (space.extraOutOf[node] >= 0 || space.extraInto[node] >= 0);
    }

    /** Relaxes an edge of the forward search, with the least amount that it could carry. */
    private void reach(int to, int edge, int from) {
        space.touch(to);
        long so = space.distance[from];
        if ((space.flags[to] & (SearchSpace.SETTLED | SearchSpace.BLOCKED)) != 0 || so >= space.distance[to]) return;
        long cost = leastCost(edge, from);
        if (cost >= space.distance[to] - so || cost > best - so) return;
        space.distance[to] = so + cost;
        space.via[to] = edge;
        space.forward.add(so + cost, to);
    }

    private long leastCost(int edge, int from) {
        boolean isFirst = from == query.source;
        if (query.isExtra(edge)) {
            ChannelMap.Terms terms = query.extra(edge).terms();
            return leastCost(edge, isFirst, terms.feeBaseMsat(), terms.feeMillionths(), terms.cltvDelta(),
                    terms.minMsat(), terms.maxMsat());
        }
        if (!map.isUsable(edge) || space.isBlockedSlot(edge)) return Costs.UNREACHABLE;
        return leastCost(edge, isFirst, map.feeBaseMsat(edge), map.feeMillionths(edge), map.cltvDelta(edge),
                map.minMsat(edge), map.maxMsat(edge));
    }

    private long leastCost(int edge, boolean isFirst, long base, long millionths, int delta, long min, long max) {
        long carried = Math.max(wanted, min);
        if (carried > max || carried - wanted > maxFee) return Costs.UNREACHABLE;
        long failure = edge < query.slots ? costs.failure(edge, carried) : 0;
        if (failure == Costs.UNREACHABLE) return Costs.UNREACHABLE;
        if (isFirst) return failure;
        long fee = RoutingPolicy.fee(carried, base, millionths);
        if (fee > maxFee) return Costs.UNREACHABLE;
        return fee + costs.risk(carried + fee, delta) + failure;
    }

    private void backwardStep() {
        long key = space.backward.leastKey();
        int label = space.backward.remove();
        int node = labels.node[label];
        long now = bounded(cost(label), node);
        if (now >= best) return;
        if (now > key) {
            // The forward search has come further since.
            space.backward.add(now, label);
            return;
        }
        if (node == query.source || isBeaten(label)) return;
        expand(label, node);
    }

    private void expand(int label, int node) {
        for (int edge = space.extraInto[node]; edge >= 0; edge = query.extra(edge).nextInto()) {
            Query.Extra extra = query.extra(edge);
            ChannelMap.Terms terms = extra.terms();
            extend(label, extra.from(), edge, terms.feeBaseMsat(), terms.feeMillionths(), terms.cltvDelta(),
                    terms.minMsat(), terms.maxMsat());
        }
        if (node >= topology.nodes()) return;
        long cost = cost(label);
        int end = topology.firstSlot(node + 1);
        for (int slot = topology.firstSlot(node); slot < end; slot++) {
            int from = topology.other(slot);
            if (from == query.source) {
                if (query.ownSource) continue;
            } else if (topology.comesFromLeaf(slot) && !hasExtras(from)) continue;
            if (bounded(cost, from) >= best || !map.isUsable(slot) || space.isBlockedSlot(slot)) continue;
            extend(label, from, slot, map.feeBaseMsat(slot), map.feeMillionths(slot), map.cltvDelta(slot),
                    map.minMsat(slot), map.maxMsat(slot));
        }
        backwardWork += end - topology.firstSlot(node) + 1;
    }

    private void extend(int label, int from, int edge, long base, long millionths, int delta, long min, long max) {
        int longer = tryExtend(label, from, edge, base, millionths, delta, min, max, true);
        if (longer < 0) return;
        if (from == query.source) {
            best = cost(longer);
            bestLabel = longer;
            return;
        }
        space.backward.add(bounded(cost(longer), from), longer);
        if (space.is(from, SearchSpace.SETTLED)) walk(longer);
    }

    /** @param listed among the node's ways, unless one beats it. @return the new label, or -1 */
    private int tryExtend(int label, int from, int edge, long base, long millionths, int delta, long min, long max,
            boolean listed) {
        long needed = labels.amount[label];
        long carried = needed;
        if (needed < min) {
            boolean isPayee = labels.parent[label] < 0;
            if (isPayee && (!several || thorough) || min - wanted > maxFee) return -1;
            if (!thorough) {
                passedOver = Math.min(passedOver, bounded(cost(label) + min - needed, from));
                return -1;
            }
            carried = min;
        }
        if (carried > max) return -1;
        boolean isFirst = from == query.source;
        long fee = isFirst ? 0 : RoutingPolicy.fee(carried, base, millionths);
        if (fee > maxFee || carried + fee - wanted > maxFee || carried + fee > Costs.MOST) return -1;
        long failure = edge < query.slots ? costs.failure(edge, carried) : 0;
        if (failure == Costs.UNREACHABLE) return -1;
        int blocks = isFirst ? 0 : delta;
        long rest = labels.rest[label] + costs.risk(carried + fee, blocks) + failure;
        long cost = carried + fee - wanted + rest;
        if (bounded(cost, from) >= best) return -1;
        int total = labels.delta[label] + blocks;
        int hops = labels.hops[label] + 1;
        if (thorough && (total > maxDelta || hops > maxHops)) return -1;
        space.touch(from);
        if ((space.flags[from] & SearchSpace.BLOCKED) != 0) return -1;
        if (listed && !isNews(from, carried + fee, rest, total, hops, labels.root[label])) return -1;
        int longer = add(from, label, edge, carried + fee, rest, total, hops, carried);
        if (listed) {
            labels.nextOfNode[longer] = space.label[from];
            space.label[from] = longer;
            space.labelCount[from]++;
        }
        return longer;
    }

    private int add(int node, int parent, int edge, long amount, long rest, int delta, int hops, long carried) {
        int label = labels.add();
        labels.node[label] = node;
        labels.parent[label] = parent;
        labels.root[label] = parent < 0 ? node : labels.root[parent];
        labels.edge[label] = edge;
        labels.amount[label] = amount;
        labels.rest[label] = rest;
        labels.delta[label] = delta;
        labels.hops[label] = hops;
        labels.carried[label] = carried;
        labels.nextOfNode[label] = -1;
        return label;
    }

    private boolean isNews(int node, long amount, long rest, int delta, int hops, int root) {
        long leastAmount = Long.MAX_VALUE;
        long leastCost = Long.MAX_VALUE;
        for (int other = space.label[node]; other >= 0; other = labels.nextOfNode[other]) {
            if (beats(other, amount, rest, delta, hops, root)) return false;
            leastAmount = Math.min(leastAmount, labels.amount[other]);
            leastCost = Math.min(leastCost, labels.amount[other] + labels.rest[other]);
        }
        // Beyond so many, only a new best: without the least fee no way within a tight limit would be found.
        return space.labelCount[node] < MAX_LABELS || amount < leastAmount || amount + rest < leastCost;
    }

    /** Whether a way from the same node that came later is better in everything. */
    private boolean isBeaten(int label) {
        int node = labels.node[label];
        for (int other = space.label[node]; other >= 0 && other > label; other = labels.nextOfNode[other])
            if (beats(other, labels.amount[label], labels.rest[label], labels.delta[label], labels.hops[label],
                    labels.root[label]))
                return true;
        return false;
    }

    private boolean beats(int other, long amount, long rest, int delta, int hops, int root) {
        if (labels.amount[other] > amount) return false;
        if (several && labels.root[other] != root && space.is(labels.root[other], SearchSpace.PICKY)) return false;
        return thorough
                ? labels.rest[other] <= rest && labels.delta[other] <= delta && labels.hops[other] <= hops
                : labels.amount[other] + labels.rest[other] <= amount + rest;
    }

    private long cost(int label) {
        return labels.amount[label] - wanted + labels.rest[label];
    }

    /** A lower bound for a way of that cost to the payee, all the way from the payer. */
    private long bounded(long cost, int node) {
        long bound = space.is(node, SearchSpace.SETTLED) ? space.distance[node] : node == query.source ? 0 : radius;
        return bound >= Costs.MOST - cost ? Costs.UNREACHABLE : cost + bound;
    }

    /** From a node that both searches have reached along the forward one's edges to the payer, with true amounts. */
    private void walk(int from) {
        int label = from;
        for (int hops = 0; hops < MAX_HOPS_WALKED; hops++) {
            int node = labels.node[label];
            if (bounded(cost(label), node) >= best) return;
            if (node == query.source) {
                if (thorough && !isWithinLimits(label) || passesTwice(label)) return;
                best = cost(label);
                bestLabel = label;
                return;
            }
            int edge = space.via[node];
            ChannelMap.Terms terms = query.terms(edge);
            label = tryExtend(label, query.from(edge), edge, terms.feeBaseMsat(), terms.feeMillionths(),
                    terms.cltvDelta(), terms.minMsat(), terms.maxMsat(), false);
            if (label < 0) return;
        }
    }

    /** The two halves may have a node in common: without the loop between, it is a better way, found by itself. */
    private boolean passesTwice(int first) {
        for (int label = first; label >= 0; label = labels.parent[label])
            for (int later = labels.parent[label]; later >= 0; later = labels.parent[later])
                if (labels.node[label] == labels.node[later]) return true;
        return false;
    }

    private boolean isWithinLimits(int label) {
        return labels.amount[label] - wanted <= maxFee && labels.delta[label] <= maxDelta
                && labels.hops[label] <= maxHops;
    }
}
