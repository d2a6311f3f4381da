package fulgurite.protocol.graph;

import fulgurite.protocol.graph.Edge.Place;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The channels that a request may use, by the node that they lead to or from. Looked up once, then kept. */
final class Edges {
    private final RoutingTable table;
    private final RouteRequest request;
    private final boolean forAnyAmount;
    private final TreeMap<NodeId, Place> places = new TreeMap<>();
    private final List<Optional<List<Edge>>> intoByPlace = new ArrayList<>();
    private final TreeMap<NodeId, List<Edge>> extraInto = new TreeMap<>();
    private final TreeMap<NodeId, List<Edge>> extraOutOf = new TreeMap<>();
    private final TreeSet<NodeId> excludedNodes;
    private final TreeMap<ShortChannelId, List<NodeId>> excludedChannels = new TreeMap<>();

    /** @param forAnyAmount leaves out everything that could stand in an amount's way */
    Edges(RoutingTable table, RouteRequest request, boolean forAnyAmount) {
        this.table = table;
        this.request = request;
        this.forAnyAmount = forAnyAmount;
        excludedNodes = new TreeSet<>(request.excludedNodes());
        for (RouteRequest.ChannelDirection excluded : request.excludedChannels())
            excludedChannels.computeIfAbsent(excluded.shortChannelId(), id -> new ArrayList<>()).add(excluded.from());
        switch (request.source()) {
            case RouteRequest.OwnNode own -> own.channels().forEach(channel -> addExtra(local(own.nodeId(), channel)));
            case RouteRequest.AnyNode any -> {}
        }
        for (RouteRequest.ExtraEdge hint : request.extraEdges())
            if (!isOurs(hint.from()))
                addExtra(Edge.of(hint.shortChannelId(), place(hint.from()), place(hint.to()), hint.policy()));
    }

    private Edge local(NodeId ours, RouteRequest.LocalChannel channel) {
        return new Edge(channel.shortChannelId(), place(ours), place(channel.peer()), 0, 0, 0,
                channel.htlcMinimum().msat(), channel.spendable().msat());
    }

    private void addExtra(Edge edge) {
        extraInto.computeIfAbsent(edge.to().id(), node -> new ArrayList<>()).add(edge);
        extraOutOf.computeIfAbsent(edge.from().id(), node -> new ArrayList<>()).add(edge);
    }

    /** What our own channels can do is said by the request alone. */
    private boolean isOurs(NodeId node) {
        return request.source() instanceof RouteRequest.OwnNode own && own.nodeId().equals(node);
    }

    Place place(NodeId id) {
        Place known = places.get(id);
        if (known != null) return known;
        var met = new Place(places.size(), id);
        places.put(id, met);
        return met;
    }

    /** How many places were met so far. */
    int size() {
        return places.size();
    }

    /** Whether any channel at all leads to the node, usable or not. */
    boolean reach(NodeId node) {
        return table.node(node).isPresent() || extraInto.containsKey(node);
    }

    /** The usable channels that lead to {@code to}: hints and own ones first, then the table's in their order. */
    List<Edge> into(Place to) {
        while (intoByPlace.size() <= to.index()) intoByPlace.add(Optional.empty());
        Optional<List<Edge>> known = intoByPlace.get(to.index());
        if (known.isPresent()) return known.get();
        var edges = new ArrayList<Edge>();
        for (Edge edge : extraInto.getOrDefault(to.id(), List.of())) addUsable(edge, edges);
        table.node(to.id()).ifPresent(node -> {
            for (var entry : node.channels()) announced(entry.key(), place(entry.value()), to, edges);
        });
        intoByPlace.set(to.index(), Optional.of(edges));
        return edges;
    }

    /** The usable channels that lead away from {@code from}, in the same order. */
    List<Edge> outOf(Place from) {
        var edges = new ArrayList<Edge>();
        for (Edge edge : extraOutOf.getOrDefault(from.id(), List.of())) addUsable(edge, edges);
        table.node(from.id()).ifPresent(node -> {
            for (var entry : node.channels()) announced(entry.key(), from, place(entry.value()), edges);
        });
        return edges;
    }

    private void announced(ShortChannelId id, Place from, Place to, List<Edge> edges) {
        if (isOurs(from.id()) || isSuperseded(id, from, to)) return;
        table.channel(id)
                .flatMap(channel -> channel.policyOf(from.id()))
                .ifPresent(policy -> addUsable(Edge.of(id, from, to, policy), edges));
    }

    /** What the request says of a channel counts more than what was announced. */
    private boolean isSuperseded(ShortChannelId id, Place from, Place to) {
        for (Edge edge : extraInto.getOrDefault(to.id(), List.of()))
            if (edge.shortChannelId().equals(id) && edge.from().equals(from)) return true;
        return false;
    }

    private void addUsable(Edge edge, List<Edge> edges) {
        if (!isUsable(edge)) return;
        Edge seen = edge.from().id().equals(request.source().nodeId()) ? edge.asFirst() : edge;
        edges.add(forAnyAmount ? seen.forAnyAmount() : seen);
    }

    private boolean isUsable(Edge edge) {
        return isUsable(edge.from().id()) && isUsable(edge.to().id())
                && !excludedChannels.getOrDefault(edge.shortChannelId(), List.of()).contains(edge.from().id());
    }

    private boolean isUsable(NodeId id) {
        return !excludedNodes.contains(id) && table.node(id).map(KnownNode::isUnderstood).orElse(true);
    }
}
