package fulgurite.protocol.graph;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network as this node knows it. What may change it is decided in {@link GraphRules}; here the facts are applied.
 * A table is immutable, and a change shares all that it does not touch with the table before: a snapshot is the table.
 *
 * @param spent the channels whose funding is spent, until they are forgotten
 * @bolt 7
 */
public record RoutingTable(OrderedMap<ShortChannelId, KnownChannel> channels, OrderedMap<NodeId, KnownNode> nodes,
        OrderedMap<ShortChannelId, BlockHeight> spent) {
    /** Blocks between a funding's spend and forgetting the channel. @bolt 7, Pruning the Network View */
    public static final int FORGET_AFTER = 72;

    /** Seconds that another node's clock may be ahead of ours. */
    public static final long CLOCK_TOLERANCE_SECONDS = 24 * 60 * 60;
    /** Seconds after which a side that says nothing has left. @bolt 7, Pruning Stale Channels */
    public static final long STALE_AFTER_SECONDS = 14 * 24 * 60 * 60;

    public static final RoutingTable EMPTY = new RoutingTable(OrderedMap.empty(), OrderedMap.empty(),
            OrderedMap.empty());

    /** @see GraphRules#decide */
    public static GraphDecision decide(GraphContext context, RoutingTable table, GraphCommand command) {
        return GraphRules.decide(context, table, command);
    }

    /** Applies a fact: no checks, no cryptography. */
    public static RoutingTable evolve(RoutingTable table, GraphEvent event) {
        return switch (event) {
            case GraphEvent.ChannelAnnounced e -> table.withChannel(table.announced(e));
            case GraphEvent.PrivateChannelAdded e -> table.withChannel(new KnownChannel(e.shortChannelId(), e.node1(),
                    e.node2(), e.capacity(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                    Optional.empty()));
            case GraphEvent.ChannelUpdated e -> table.channel(e.message().shortChannelId())
                    .map(channel -> table.replacing(channel.withUpdate(Sharing.of(channel, e.message()))))
                    .orElse(table);
            case GraphEvent.NodeAnnounced e -> table.node(e.message().nodeId())
                    .map(node -> table.replacing(node.with(Sharing.of(node, e.message()))))
                    .orElse(table);
            case GraphEvent.ChannelSpent e -> table.channel(e.shortChannelId())
                    .map(channel -> table.spentAt(channel, e.height()))
                    .orElse(table);
            case GraphEvent.ChannelForgotten e -> table.channel(e.shortChannelId())
                    .map(table::withoutChannel)
                    .orElse(table);
        };
    }

    /** What to ask of the chain again after a restart: to watch the funding of every public channel. */
    public static List<GraphEffect> resume(RoutingTable table) {
        var effects = new ArrayList<GraphEffect>();
        for (var entry : table.channels)
            if (entry.value().spentAt().isEmpty())
                entry.value()
                        .funding()
                        .ifPresent(funding -> effects.add(new GraphEffect.WatchFunding(entry.key(), funding)));
        return List.copyOf(effects);
    }

    public Optional<KnownChannel> channel(ShortChannelId id) {
        return channels.get(id);
    }

    public Optional<KnownNode> node(NodeId id) {
        return nodes.get(id);
    }

    /** Whether the announcement tells of a channel that is not public here yet, so that its funding is worth a look. */
    public boolean isNews(ChannelAnnouncement announcement) {
        return channel(announcement.shortChannelId()).map(known -> !known.isPublic()).orElse(true);
    }

    /** The capacity of all channels together, private ones too. */
    public Satoshi capacity() {
        Satoshi sum = Satoshi.ZERO;
        for (var entry : channels) sum = sum.plus(entry.value().capacity());
        return sum;
    }

    /** A channel that was private keeps the updates that it has. */
    private KnownChannel announced(GraphEvent.ChannelAnnounced event) {
        ChannelAnnouncement message = event.message();
        Optional<KnownChannel> before = channel(message.shortChannelId());
        return new KnownChannel(message.shortChannelId(), message.nodeId1(), message.nodeId2(), event.capacity(),
                Optional.of(event.funding()), Optional.of(message), before.flatMap(KnownChannel::update1),
                before.flatMap(KnownChannel::update2), Optional.empty());
    }

    private RoutingTable withChannel(KnownChannel told) {
        KnownChannel channel = Sharing.of(this, told);
        ShortChannelId id = channel.shortChannelId();
        NodeId one = channel.node1();
        NodeId two = channel.node2();
        return new RoutingTable(channels.with(id, channel),
                nodes.with(one, nodeOrNew(one).withChannel(id, two)).with(two, nodeOrNew(two).withChannel(id, one)),
                spent.without(id));
    }

    private KnownNode nodeOrNew(NodeId id) {
        return node(id).orElseGet(() -> KnownNode.unannounced(id));
    }

    private RoutingTable withoutChannel(KnownChannel channel) {
        ShortChannelId id = channel.shortChannelId();
        OrderedMap<NodeId, KnownNode> left = nodes;
        for (NodeId end : List.of(channel.node1(), channel.node2())) {
            KnownNode node = nodeOrNew(end).withoutChannel(id);
            left = node.channels().isEmpty() ? left.without(end) : left.with(end, node);
        }
        return new RoutingTable(channels.without(id), left, spent.without(id));
    }

    /** With a channel as a snapshot has kept it. */
    RoutingTable restored(KnownChannel channel) {
        RoutingTable with = withChannel(channel);
        return channel.spentAt().map(height -> with.spentAt(channel, height)).orElse(with);
    }

    private RoutingTable replacing(KnownChannel channel) {
        return new RoutingTable(channels.with(channel.shortChannelId(), channel), nodes, spent);
    }

    private RoutingTable replacing(KnownNode node) {
        return new RoutingTable(channels, nodes.with(node.id(), node), spent);
    }

    private RoutingTable spentAt(KnownChannel channel, BlockHeight height) {
        return new RoutingTable(channels.with(channel.shortChannelId(), channel.spentAt(height)), nodes,
                spent.with(channel.shortChannelId(), height));
    }
}
