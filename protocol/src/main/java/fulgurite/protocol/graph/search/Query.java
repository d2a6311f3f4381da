package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest.ExtraEdge;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * A request in the numbers of a map. What the request adds is numbered after what the map has: nodes that only a hint
 * knows, and edges (own channels, hints) after the slots. An edge is so one int for the whole search.
 */
final class Query {
    final ChannelMap map;
    final Topology topology;
    final RouteRequest request;
    final SearchSpace space;
    final Costs costs;
    final int slots;
    final int source;
    /** None of them the payer. */
    final int[] destinations;
    /** Whether the payer's first channels are those of the request only. */
    final boolean ownSource;
    private final List<NodeId> unknown = new ArrayList<>();
    private final List<Extra> extras = new ArrayList<>();

    /** An edge of the request. @param free an own channel: it costs nothing, and its balance is known */
    record Extra(ShortChannelId channel, int from, int to, ChannelMap.Terms terms, boolean free, int nextInto,
            int nextOutOf) {}

    Query(View view, RouteRequest request, SearchSpace space, Weights weights) {
        this.map = view.map();
        this.topology = map.topology();
        this.request = request;
        this.space = space;
        this.slots = topology.slots();
        this.costs = new Costs(view, weights, request);
        this.ownSource = request.source() instanceof RouteRequest.OwnNode;
        space.begin(topology.nodes() + 2 * request.extraEdges().size() + localChannels().size()
                + request.destinations().size() + 1);
        this.source = place(request.source().nodeId());
        this.destinations = request.destinations()
                .stream()
                .filter(node -> !node.equals(request.source().nodeId()))
                .mapToInt(this::place)
                .toArray();
        // Added in front of each other, so that the first ones come out first.
        for (ExtraEdge hint : reversed(request.extraEdges()))
            if (!ownSource || !hint.from().equals(request.source().nodeId()))
                add(hint.shortChannelId(), hint.from(), hint.to(), terms(hint), false);
        for (LocalChannel own : reversed(localChannels()))
            add(own.shortChannelId(), request.source().nodeId(), own.peer(), terms(own), true);
        for (NodeId node : request.excludedNodes()) space.mark(place(node), SearchSpace.BLOCKED);
        for (RouteRequest.ChannelDirection channel : request.excludedChannels())
            block(channel.shortChannelId(), channel.from());
        for (RouteRequest.Strained strained : request.strained())
            if (isTooMuch(strained, view)) block(strained.shortChannelId(), strained.from());
        space.mark(source, 0);
        for (int destination : destinations) space.mark(destination, SearchSpace.TARGET);
    }

    /** Whether nobody but the payer is to be paid. */
    static boolean isToPayer(RouteRequest request) {
        return request.destinations().equals(List.of(request.source().nodeId()));
    }

    /** Of a request that has one. */
    int destination() {
        if (destinations.length != 1) throw new IllegalStateException(destinations.length + " destinations");
        return destinations[0];
    }

    private List<LocalChannel> localChannels() {
        return switch (request.source()) {
            case RouteRequest.OwnNode own -> own.channels();
            case RouteRequest.AnyNode any -> List.of();
        };
    }

    private static <T> List<T> reversed(List<T> list) {
        return list.reversed();
    }

    static ChannelMap.Terms terms(LocalChannel own) {
        return new ChannelMap.Terms(true, 0, 0, 0, own.htlcMinimum().msat(), own.spendable().msat(), 0);
    }

    static ChannelMap.Terms terms(ExtraEdge hint) {
        return new ChannelMap.Terms(true, hint.policy().feeBase().msat(), hint.policy().feeProportionalMillionths(),
                hint.policy().cltvExpiryDelta().blocks(), hint.policy().htlcMinimum().msat(),
                hint.policy().htlcMaximum().msat(), 0);
    }

    private int place(NodeId node) {
        OptionalInt known = topology.indexOf(node);
        if (known.isPresent()) {
            if (map.isClosed(known.getAsInt())) space.mark(known.getAsInt(), SearchSpace.BLOCKED);
            return known.getAsInt();
        }
        int index = unknown.indexOf(node);
        if (index < 0) {
            index = unknown.size();
            unknown.add(node);
            space.touch(topology.nodes() + index);
        }
        return topology.nodes() + index;
    }

    /** What the request says of a channel counts more than what was announced. */
    private void add(ShortChannelId channel, NodeId fromId, NodeId toId, ChannelMap.Terms terms, boolean free) {
        int from = place(fromId);
        int to = place(toId);
        if (from == to) return;
        topology.slot(channel, fromId).ifPresent(slot -> space.blockSlot(slot, slots));
        boolean excluded = request.excludedChannels()
                .contains(new RouteRequest.ChannelDirection(channel, fromId))
                || request.amount().msat() >= Strain.tooMuchMsat(request, channel, fromId);
        if (excluded) return;
        space.touch(from);
        space.touch(to);
        extras.add(new Extra(channel, from, to, terms, free, space.extraInto[to], space.extraOutOf[from]));
        space.extraInto[to] = slots + extras.size() - 1;
        space.extraOutOf[from] = slots + extras.size() - 1;
    }

    /** Whether it would fail again, or nearly: what is held there since counts too. */
    private boolean isTooMuch(RouteRequest.Strained strained, View view) {
        if (request.amount().msat() >= Strain.tooMuchMsat(request, strained.shortChannelId(), strained.from()))
            return true;
        OptionalInt slot = topology.slot(strained.shortChannelId(), strained.from());
        if (slot.isEmpty()) return false;
        Liquidity liquidity = view.liquidity();
        long most = liquidity.mostMsat(slot.getAsInt(), map.capacitySat(slot.getAsInt()) * 1000, view.now());
        return request.amount().msat() >= RouteRequest.nearly(Math.max(0, most - liquidity.heldMsat(slot.getAsInt())));
    }

    private void block(ShortChannelId channel, NodeId from) {
        topology.slot(channel, from).ifPresent(slot -> space.blockSlot(slot, slots));
    }

    /** Of the map and of the request. */
    int nodes() {
        return topology.nodes() + unknown.size();
    }

    /** Slots of the map, and edges of the request. */
    int edges() {
        return slots + extras.size();
    }

    boolean isExtra(int edge) {
        return edge >= slots;
    }

    Extra extra(int edge) {
        return extras.get(edge - slots);
    }

    NodeId nodeId(int node) {
        return node < topology.nodes() ? topology.node(node) : unknown.get(node - topology.nodes());
    }

    ShortChannelId channel(int edge) {
        return isExtra(edge) ? extra(edge).channel : topology.channel(topology.channelOf(edge));
    }

    int from(int edge) {
        return isExtra(edge) ? extra(edge).from : topology.other(edge);
    }

    int to(int edge) {
        return isExtra(edge) ? extra(edge).to : topology.target(edge);
    }

    ChannelMap.Terms terms(int edge) {
        return isExtra(edge) ? extra(edge).terms : map.terms(edge);
    }

    /** Whether any channel at all leads to the destination, usable or not. */
    boolean knowsDestination() {
        return destination() < topology.nodes() || space.extraInto[destination()] >= 0;
    }

    /** The way of a label as a route. */
    Route route(Labels labels, int first) {
        List<Route.Hop> hops = new ArrayList<>();
        CltvExpiry now = CltvExpiry.at(request.height());
        for (int label = first; labels.parent[label] >= 0; label = labels.parent[label]) {
            int next = labels.parent[label];
            long kept = labels.parent[next] < 0 ? 0 : labels.carried[label] - labels.carried[next];
            hops.add(new Route.Hop(channel(labels.edge[label]), nodeId(labels.node[label]), nodeId(labels.node[next]),
                    new MilliSatoshi(labels.carried[label]), now.plus(new CltvDelta(labels.delta[next])),
                    new MilliSatoshi(kept)));
        }
        return new Route(Collections.unmodifiableList(hops));
    }
}
