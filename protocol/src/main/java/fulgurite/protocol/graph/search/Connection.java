package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest.ExtraEdge;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest.OwnNode;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult.Reason;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.graph.map.Topology;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/**
 * What is to be overlooked, so that channels lead from payer to payee: the amount, what is left out, what is disabled. Asked
 * when no limit of the request is what stands in the way. Searched from the payee, who may have few channels.
 */
final class Connection {
    private final Query query;
    private final RouteRequest request;
    private final Topology topology;
    private final long amount;

    Connection(Query query) {
        this.query = query;
        this.request = query.request;
        this.topology = query.topology;
        this.amount = request.amount().msat();
    }

    /** The least that stands in the way. */
    Reason reason() {
        Predicate<Terms> usable = Terms::usable;
        Predicate<Terms> wide = usable.and(terms -> amount <= terms.maxMsat() && fitsCapacity(terms));
        Predicate<Terms> fitting = wide.and(terms -> amount >= terms.minMsat());
        // Where each channel would carry the amount, what fees add to it does not fit.
        if (leads(fitting, false)) return new Reason.NoCapacity(request.amount());
        if (leads(wide, false)) return new Reason.BelowMinimum(request.amount());
        if (leads(fitting, true)) return new Reason.Excluded();
        if (leads(usable, false)) return new Reason.NoCapacity(request.amount());
        if (leads(usable, true)) return new Reason.Excluded();
        return leads(terms -> true, true) ? new Reason.Disabled() : new Reason.NotConnected();
    }

    /** What the request says of a channel leaves its capacity open. */
    private boolean fitsCapacity(Terms terms) {
        return terms.capacitySat() == 0 || amount <= terms.capacitySat() * 1000;
    }

    /** @param leftOut whether over what the request leaves out, too */
    private boolean leads(Predicate<Terms> carries, boolean leftOut) {
        SearchSpace space = query.space;
        space.restart(query.nodes());
        var open = new ArrayDeque<Integer>();
        enter(query.destination(), leftOut, open);
        while (!open.isEmpty()) {
            int node = open.remove();
            if (node == query.source) return true;
            for (int edge = space.extraInto[node]; edge >= 0; edge = query.extra(edge).nextInto())
                if (carries.test(query.extra(edge).terms())) enter(query.extra(edge).from(), leftOut, open);
            if (leftOut) enterByRequest(node, carries, open);
            if (node >= topology.nodes()) continue;
            for (int slot = topology.firstSlot(node); slot < topology.firstSlot(node + 1); slot++) {
                int from = topology.other(slot);
                if (query.ownSource && from == query.source || !leftOut && space.isBlockedSlot(slot)) continue;
                if (carries.test(query.map.terms(slot))) enter(from, leftOut, open);
            }
        }
        return false;
    }

    /** The request's own edges that lead to the node, those left out among them. */
    private void enterByRequest(int node, Predicate<Terms> carries, ArrayDeque<Integer> open) {
        if (request.source() instanceof OwnNode own)
            for (LocalChannel channel : own.channels())
                if (channel.peer().equals(query.nodeId(node)) && carries.test(Query.terms(channel)))
                    enter(query.source, true, open);
        for (ExtraEdge hint : request.extraEdges())
            if (hint.to().equals(query.nodeId(node)) && carries.test(Query.terms(hint)))
                topology.indexOf(hint.from()).ifPresent(from -> enter(from, true, open));
    }

    private void enter(int node, boolean leftOut, ArrayDeque<Integer> open) {
        SearchSpace space = query.space;
        space.touch(node);
        if ((space.flags[node] & SearchSpace.SETTLED) != 0) return;
        boolean isClosed = node < topology.nodes() && query.map.isClosed(node);
        if (isClosed || !leftOut && (space.flags[node] & SearchSpace.BLOCKED) != 0) return;
        space.flags[node] |= SearchSpace.SETTLED;
        open.add(node);
    }
}
