package fulgurite.protocol.graph;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The channels that a request may use, by the node that they lead to. */
final class Edges {
    private final RoutingTable table;
    private final RouteRequest request;
    private final TreeMap<NodeId, List<Edge>> extra = new TreeMap<>();
    private final TreeSet<NodeId> excludedNodes;
    private final TreeMap<ShortChannelId, List<NodeId>> excludedChannels = new TreeMap<>();

    Edges(RoutingTable table, RouteRequest request) {
        this.table = table;
        this.request = request;
        excludedNodes = new TreeSet<>(request.excludedNodes());
        for (RouteRequest.ChannelDirection excluded : request.excludedChannels())
            excludedChannels.computeIfAbsent(excluded.shortChannelId(), id -> new ArrayList<>()).add(excluded.from());
        switch (request.source()) {
            case RouteRequest.OwnNode own -> own.channels().forEach(channel -> addExtra(local(own.nodeId(), channel)));
            case RouteRequest.AnyNode any -> {}
        }
        for (RouteRequest.ExtraEdge hint : request.extraEdges())
            if (!isOurs(hint.from()))
                addExtra(Edge.of(hint.shortChannelId(), hint.from(), hint.to(), hint.policy()));
    }

    private static Edge local(NodeId ours, RouteRequest.LocalChannel channel) {
        return new Edge(channel.shortChannelId(), ours, channel.peer(), 0, 0, 0, channel.htlcMinimum().msat(),
                channel.spendable().msat());
    }

    private void addExtra(Edge edge) {
        extra.computeIfAbsent(edge.to(), node -> new ArrayList<>()).add(edge);
    }

    /** What our own channels can do is said by the request alone. */
    private boolean isOurs(NodeId node) {
        return request.source() instanceof RouteRequest.OwnNode own && own.nodeId().equals(node);
    }

    /** Whether any channel at all leads to the node, usable or not. */
    boolean reach(NodeId node) {
        return table.node(node).isPresent() || extra.containsKey(node);
    }

    /** The usable channels that lead to {@code to}: hints and own ones first, then the table's in their order. */
    List<Edge> into(NodeId to) {
        var edges = new ArrayList<Edge>();
        List<Edge> given = extra.getOrDefault(to, List.of());
        for (Edge edge : given) if (isUsable(edge)) edges.add(asSeen(edge));
        table.node(to).ifPresent(node -> {
            for (var entry : node.channels())
                if (!isOurs(entry.value()))
                    announced(entry.key(), entry.value(), to)
                            .filter(edge -> isUsable(edge) && !isSuperseded(edge, given))
                            .ifPresent(edge -> edges.add(asSeen(edge)));
        });
        return edges;
    }

    /** What the request says of a channel counts more than what was announced. */
    private static boolean isSuperseded(Edge announced, List<Edge> given) {
        for (Edge edge : given)
            if (edge.shortChannelId().equals(announced.shortChannelId()) && edge.from().equals(announced.from()))
                return true;
        return false;
    }

    private Optional<Edge> announced(ShortChannelId id, NodeId from, NodeId to) {
        return table.channel(id)
                .flatMap(channel -> channel.policyOf(from))
                .map(policy -> Edge.of(id, from, to, policy));
    }

    private boolean isUsable(Edge edge) {
        return !excludedNodes.contains(edge.from()) && !excludedNodes.contains(edge.to())
                && !excludedChannels.getOrDefault(edge.shortChannelId(), List.of()).contains(edge.from())
                && isUnderstood(edge.from()) && isUnderstood(edge.to());
    }

    private boolean isUnderstood(NodeId id) {
        return table.node(id).map(KnownNode::isUnderstood).orElse(true);
    }

    private Edge asSeen(Edge edge) {
        return edge.from().equals(request.source().nodeId()) ? edge.asFirst() : edge;
    }
}
