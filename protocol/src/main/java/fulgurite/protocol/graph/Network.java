package fulgurite.protocol.graph;

import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A routing table, and the same network as a {@link ChannelMap} to search in. Immutable to whoever looks at it.
 *
 * <p>Design. Gossip changes a few channels at a time, and most states are never searched. So the map is made when it is
 * first asked for, from the nearest one before and the channels that have changed since: where no channel came or went,
 * only pages of terms are copied. What is kept of this for later is a memo, and any thread may fill it: all come to equal
 * maps.
 */
public final class Network {
    public static final Network EMPTY = new Network(RoutingTable.EMPTY, ChannelMap.EMPTY, List.of());

    private final RoutingTable table;
    private volatile Memo memo;

    /** The nearest map, and what has changed since. @param all whether that may be anything */
    private record Memo(ChannelMap nearest, @Nullable Changes changes, boolean all) {
        /** Once all may have changed, as by a channel that the map does not place, it is not worth saying what. */
        Memo after(List<ShortChannelId> changed) {
            Changes more = changes;
            boolean placed = !all;
            for (ShortChannelId channel : changed) {
                placed = placed && nearest.topology().indexOf(channel).isPresent();
                if (!placed) return new Memo(ChannelMap.EMPTY, null, true);
                more = new Changes(channel, more);
            }
            return new Memo(nearest, more, all);
        }
    }

    /** A list that grows at its head, shared with the networks before. */
    private record Changes(ShortChannelId channel, @Nullable Changes before) {}

    private Network(RoutingTable table, ChannelMap nearest, List<ShortChannelId> changed) {
        this(table, new Memo(nearest, null, false), changed);
    }

    private Network(RoutingTable table, Memo before, List<ShortChannelId> changed) {
        this.table = table;
        this.memo = before.after(changed);
    }

    /** The network of a table of unknown past. */
    public static Network of(RoutingTable table) {
        return new Network(table, new Memo(ChannelMap.EMPTY, null, true), List.of());
    }

    /** The network after those events, which led to that table. */
    public Network after(List<GraphEvent> events, RoutingTable next) {
        var changed = new ArrayList<ShortChannelId>();
        for (GraphEvent event : events) changed.addAll(changedBy(event, next));
        return new Network(next, memo, changed);
    }

    private static List<ShortChannelId> changedBy(GraphEvent event, RoutingTable table) {
        return switch (event) {
            case GraphEvent.ChannelAnnounced e -> List.of(e.message().shortChannelId());
            case GraphEvent.PrivateChannelAdded e -> List.of(e.shortChannelId());
            case GraphEvent.ChannelUpdated e -> List.of(e.message().shortChannelId());
            case GraphEvent.ChannelSpent e -> List.of(e.shortChannelId());
            case GraphEvent.ChannelForgotten e -> List.of(e.shortChannelId());
            case GraphEvent.NodeAnnounced e -> channelsOf(table, e.message().nodeId());
        };
    }

    private static List<ShortChannelId> channelsOf(RoutingTable table, NodeId id) {
        var channels = new ArrayList<ShortChannelId>();
        table.node(id).ifPresent(node -> node.channels().forEach(entry -> channels.add(entry.key())));
        return channels;
    }

    public RoutingTable table() {
        return table;
    }

    public ChannelMap map() {
        return map(made -> made);
    }

    /** @param sharing gives an equal map that is kept elsewhere for a new one, or the new one */
    public ChannelMap map(UnaryOperator<ChannelMap> sharing) {
        Memo known = memo;
        if (!known.all && known.changes == null) return known.nearest;
        ChannelMap made = known.all || known.changes == null ? mapOf(table) : changed(known.nearest, known.changes);
        ChannelMap shared = sharing.apply(made);
        memo = new Memo(shared, null, false);
        return shared;
    }

    private ChannelMap changed(ChannelMap nearest, Changes changes) {
        var ids = new TreeSet<ShortChannelId>();
        for (Changes at = changes; at != null; at = at.before) ids.add(at.channel);
        Topology topology = nearest.topology();
        var terms = new ArrayList<ChannelMap.Change>();
        var nodes = new ArrayList<ChannelMap.NodeChange>();
        for (ShortChannelId id : ids) {
            OptionalInt index = topology.indexOf(id);
            KnownChannel channel = table.channel(id).orElse(null);
            if (index.isEmpty() && channel == null) continue;
            if (index.isEmpty() || channel == null || !isPlaced(topology, index.getAsInt(), channel))
                return mapOf(table);
            int slot = topology.slotFromNode1(index.getAsInt());
            terms.add(new ChannelMap.Change(slot, terms(channel, channel.node1())));
            terms.add(new ChannelMap.Change(topology.twin(slot), terms(channel, channel.node2())));
            nodes.add(new ChannelMap.NodeChange(topology.other(slot), !isUnderstood(channel.node1())));
            nodes.add(new ChannelMap.NodeChange(topology.target(slot), !isUnderstood(channel.node2())));
        }
        return nearest.with(terms, nodes);
    }

    private static boolean isPlaced(Topology topology, int index, KnownChannel channel) {
        int slot = topology.slotFromNode1(index);
        return topology.node(topology.other(slot)).equals(channel.node1())
                && topology.node(topology.target(slot)).equals(channel.node2());
    }

    private ChannelMap mapOf(RoutingTable all) {
        var links = new ArrayList<Topology.Link>(all.channels().size());
        var channels = new ArrayList<KnownChannel>(all.channels().size());
        for (var entry : all.channels()) {
            KnownChannel channel = entry.value();
            if (channel.node1().equals(channel.node2())) continue;
            channels.add(channel);
            links.add(new Topology.Link(channel.shortChannelId(), channel.node1(), channel.node2()));
        }
        Topology topology = Topology.of(links);
        return ChannelMap.of(topology, slot -> {
            int index = topology.channelOf(slot);
            KnownChannel channel = channels.get(index);
            return terms(channel, topology.slotFromNode1(index) == slot ? channel.node1() : channel.node2());
        }, node -> !isUnderstood(topology.node(node)));
    }

    private ChannelMap.Terms terms(KnownChannel channel, NodeId from) {
        boolean understood = isUnderstood(channel.node1()) && isUnderstood(channel.node2());
        return channel.policyOf(from)
                .map(policy -> new ChannelMap.Terms(understood, policy.feeBase().msat(),
                        policy.feeProportionalMillionths(), policy.cltvExpiryDelta().blocks(),
                        policy.htlcMinimum().msat(), policy.htlcMaximum().msat(), channel.capacity().sat()))
                .orElse(ChannelMap.Terms.none(channel.capacity()));
    }

    private boolean isUnderstood(NodeId id) {
        return table.node(id).map(KnownNode::isUnderstood).orElse(true);
    }
}
