package fulgurite.protocol.graph;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.graph.GraphCommand.AddPrivateChannel;
import fulgurite.protocol.graph.GraphCommand.NoteBlock;
import fulgurite.protocol.graph.GraphCommand.NoteFundingSpent;
import fulgurite.protocol.graph.GraphCommand.PruneStale;
import fulgurite.protocol.graph.GraphCommand.ReceiveChannelAnnouncement;
import fulgurite.protocol.graph.GraphCommand.ReceiveChannelUpdate;
import fulgurite.protocol.graph.GraphCommand.ReceiveNodeAnnouncement;
import fulgurite.protocol.graph.GraphCommand.RemoveChannel;
import fulgurite.protocol.graph.GraphDecision.Accepted;
import fulgurite.protocol.graph.GraphDecision.Ignored;
import fulgurite.protocol.graph.GraphDecision.Reason;
import fulgurite.protocol.graph.GraphDecision.Violated;
import fulgurite.protocol.graph.GraphDecision.Violation;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.AddressDescriptor;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the routing table believes. Cheap checks come first; signatures, which cost most, last. @bolt 7 */
final class GraphRules {
    private GraphRules() {}

    static GraphDecision decide(GraphContext context, RoutingTable table, GraphCommand command) {
        return switch (command) {
            case ReceiveChannelAnnouncement c -> channel(context, table, c);
            case ReceiveChannelUpdate c -> update(context, table, c.message(), c.signer());
            case ReceiveNodeAnnouncement c -> node(context, table, c.message(), c.signed());
            case PruneStale c -> prune(context, table, c.ours());
            case AddPrivateChannel c -> addPrivate(table, c);
            case RemoveChannel c -> table.channel(c.shortChannelId()).isPresent()
                    ? accept(new GraphEvent.ChannelForgotten(c.shortChannelId()))
                    : new Ignored(new Reason.UnknownChannel(c.shortChannelId()));
            case NoteFundingSpent c -> spent(table, c);
            case NoteBlock c -> block(table, c);
        };
    }

    /** @bolt 7, The channel_announcement Message */
    private static GraphDecision channel(GraphContext context, RoutingTable table,
            ReceiveChannelAnnouncement command) {
        ChannelAnnouncement message = command.message();
        Optional<FundingOutput> funding = command.funding();
        if (!message.chainHash().equals(context.chainHash())) return new Ignored(new Reason.OtherChain());
        if (message.nodeId1().compareTo(message.nodeId2()) >= 0)
            return new Violated(new Violation.NodesOutOfOrder(message.nodeId1(), message.nodeId2()));
        if (!table.isNews(message)) return new Ignored(new Reason.AlreadyKnown());
        if (funding.isEmpty()) return new Ignored(new Reason.NoFundingOutput(message.shortChannelId()));
        FundingOutput output = funding.get();
        if (!output.script()
                .equals(Scripts.payToWitnessScriptHash(
                        Scripts.multisig(message.bitcoinKey1(), message.bitcoinKey2()))))
            return new Ignored(new Reason.OtherFundingScript(message.shortChannelId()));
        Optional<Violation> forged = command.signed() ? Optional.empty() : GossipSignatures.fault(message);
        if (forged.isPresent()) return new Violated(forged.get());
        var effects = new ArrayList<GraphEffect>();
        effects.add(new GraphEffect.WatchFunding(message.shortChannelId(), output.outPoint()));
        table.channel(message.shortChannelId()).ifPresent(known -> effects.addAll(nowPublic(message, known)));
        return new Accepted(List.of(new GraphEvent.ChannelAnnounced(message, output.outPoint(), output.amount())),
                effects);
    }

    /** An announcement goes out with its first update: for a channel that was private, that one may be there already. */
    private static List<GraphEffect> nowPublic(ChannelAnnouncement message, KnownChannel known) {
        var effects = new ArrayList<GraphEffect>();
        for (Optional<ChannelUpdate> update : List.of(known.update1(), known.update2()))
            update.filter(ChannelUpdate::isToBeForwarded)
                    .ifPresent(shown -> effects.add(new GraphEffect.Broadcast(shown)));
        if (!effects.isEmpty()) effects.addFirst(new GraphEffect.Broadcast(message));
        return effects;
    }

    /** @bolt 7, The channel_update Message */
    private static GraphDecision update(GraphContext context, RoutingTable table, ChannelUpdate message,
            Optional<NodeId> signer) {
        if (!message.chainHash().equals(context.chainHash())) return new Ignored(new Reason.OtherChain());
        Optional<KnownChannel> found = table.channel(message.shortChannelId());
        if (found.isEmpty()) return new Ignored(new Reason.UnknownChannel(message.shortChannelId()));
        KnownChannel channel = found.get();
        NodeId speaker = channel.speakerOf(message);
        Optional<ChannelUpdate> before = channel.updateOf(speaker);
        if (before.isPresent() && message.timestamp() <= before.get().timestamp())
            return new Ignored(new Reason.Outdated(message.timestamp(), before.get().timestamp()));
        if (isFromTheFuture(message.timestamp(), context.now()))
            return new Ignored(new Reason.FromTheFuture(message.timestamp()));
        if (channel.spentAt().isPresent() && !message.isDisabled())
            return new Ignored(new Reason.FundingSpent(message.shortChannelId()));
        if (channel.capacity().toMilliSatoshi().lessThan(message.htlcMaximum()))
            return new Ignored(new Reason.HtlcMaximumAboveCapacity(channel.capacity()));
        Optional<Violation> forged = signer.equals(Optional.of(speaker))
                ? Optional.empty()
                : GossipSignatures.fault(message, speaker);
        if (forged.isPresent()) return new Violated(forged.get());
        return new Accepted(List.of(new GraphEvent.ChannelUpdated(message)), broadcast(channel, message));
    }

    /** The first update takes the announcement along: without one, the announcement is not passed on. */
    private static List<GraphEffect> broadcast(KnownChannel channel, ChannelUpdate update) {
        if (channel.announcement().isEmpty() || !update.isToBeForwarded()) return List.of();
        var effects = new ArrayList<GraphEffect>();
        if (!hasPublicUpdate(channel)) effects.add(new GraphEffect.Broadcast(channel.announcement().get()));
        effects.add(new GraphEffect.Broadcast(update));
        return effects;
    }

    private static boolean hasPublicUpdate(KnownChannel channel) {
        return channel.update1().filter(ChannelUpdate::isToBeForwarded).isPresent()
                || channel.update2().filter(ChannelUpdate::isToBeForwarded).isPresent();
    }

    /** @bolt 7, The node_announcement Message */
    private static GraphDecision node(GraphContext context, RoutingTable table, NodeAnnouncement message,
            boolean signed) {
        Optional<KnownNode> found = table.node(message.nodeId());
        if (found.isEmpty()) return new Ignored(new Reason.UnknownNode(message.nodeId()));
        Optional<NodeAnnouncement> before = found.get().announcement();
        if (before.isPresent() && message.timestamp() <= before.get().timestamp())
            return new Ignored(new Reason.Outdated(message.timestamp(), before.get().timestamp()));
        if (isFromTheFuture(message.timestamp(), context.now()))
            return new Ignored(new Reason.FromTheFuture(message.timestamp()));
        Optional<Violation> forged = signed ? Optional.empty() : GossipSignatures.fault(message);
        if (forged.isPresent()) return new Violated(forged.get());
        // A node with private channels only is nobody else's business.
        boolean isPublic = hasPublicChannel(table, found.get());
        return new Accepted(List.of(new GraphEvent.NodeAnnounced(message)),
                isPublic && isToBeForwarded(message) ? List.of(new GraphEffect.Broadcast(message)) : List.of());
    }

    private static boolean isToBeForwarded(NodeAnnouncement message) {
        try {
            return AddressDescriptor.isToBeForwarded(message.addresses());
        } catch (MalformedException e) {
            return false;
        }
    }

    private static boolean hasPublicChannel(RoutingTable table, KnownNode node) {
        for (var entry : node.channels())
            if (table.channel(entry.key()).filter(KnownChannel::isPublic).isPresent()) return true;
        return false;
    }

    private static boolean isFromTheFuture(long timestamp, Timestamp now) {
        return timestamp > now.plusSeconds(RoutingTable.CLOCK_TOLERANCE_SECONDS).epochSeconds();
    }

    private static GraphDecision addPrivate(RoutingTable table, AddPrivateChannel command) {
        if (table.channel(command.shortChannelId()).isPresent()) return new Ignored(new Reason.AlreadyKnown());
        boolean oursFirst = command.ours().compareTo(command.theirs()) < 0;
        return accept(new GraphEvent.PrivateChannelAdded(command.shortChannelId(),
                oursFirst ? command.ours() : command.theirs(), oursFirst ? command.theirs() : command.ours(),
                command.capacity()));
    }

    private static GraphDecision spent(RoutingTable table, NoteFundingSpent command) {
        Optional<KnownChannel> channel = table.channel(command.shortChannelId());
        if (channel.isEmpty()) return new Ignored(new Reason.UnknownChannel(command.shortChannelId()));
        if (channel.get().spentAt().isPresent()) return new Ignored(new Reason.AlreadyKnown());
        return accept(new GraphEvent.ChannelSpent(command.shortChannelId(), command.height()));
    }

    /** @bolt 7, Pruning the Network View */
    private static GraphDecision block(RoutingTable table, NoteBlock command) {
        var events = new ArrayList<GraphEvent>();
        for (var entry : table.spent())
            // A spend in this very block has one confirmation.
            if (command.height().since(entry.value()) + 1 >= RoutingTable.FORGET_AFTER)
                events.add(new GraphEvent.ChannelForgotten(entry.key()));
        return events.isEmpty() ? new Ignored(new Reason.NothingToForget()) : new Accepted(events, List.of());
    }

    /** @bolt 7, Pruning Stale Channels */
    private static GraphDecision prune(GraphContext context, RoutingTable table, NodeId ours) {
        long oldest = context.now().epochSeconds() - RoutingTable.STALE_AFTER_SECONDS;
        var events = new ArrayList<GraphEvent>();
        for (var entry : table.channels()) {
            KnownChannel channel = entry.value();
            boolean stale = channel.isPublic() && !channel.node1().equals(ours) && !channel.node2().equals(ours)
                    && (isOlder(channel.update1(), oldest) || isOlder(channel.update2(), oldest));
            if (stale) events.add(new GraphEvent.ChannelForgotten(entry.key()));
        }
        return events.isEmpty() ? new Ignored(new Reason.NothingToForget()) : new Accepted(events, List.of());
    }

    /** A side that never spoke is no reason to forget: its first update may be on its way. */
    private static boolean isOlder(Optional<ChannelUpdate> update, long oldest) {
        return update.filter(said -> said.timestamp() < oldest).isPresent();
    }

    private static GraphDecision accept(GraphEvent event) {
        return new Accepted(List.of(event), List.of());
    }
}
