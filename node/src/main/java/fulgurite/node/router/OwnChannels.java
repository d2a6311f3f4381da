package fulgurite.node.router;

import fulgurite.protocol.graph.GraphCommand;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.KnownNode;
import fulgurite.protocol.graph.OrderedMap;
import fulgurite.protocol.graph.OwnGossip;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** What the node says of itself and of its own channels. @bolt 7 */
final class OwnChannels {
    private static final Duration REFRESH_AFTER = Duration.ofDays(7);
    private static final Bytes COLOR = Bytes.fromHex("f7931a");

    private final RouterSettings settings;
    private final InstantSource clock;
    private final GossipPeers peers;
    private final Decisions decisions;

    OwnChannels(RouterSettings settings, InstantSource clock, GossipPeers peers, Decisions decisions) {
        this.settings = settings;
        this.clock = clock;
        this.peers = peers;
        this.decisions = decisions;
    }

    /** The peer of our channels hears our terms for them at once, public or not. */
    void greet(RoutingTable table, NodeId peer) {
        for (var entry : own(table))
            if (entry.value().equals(peer))
                table.channel(entry.key())
                        .flatMap(channel -> channel.updateOf(settings.nodeId()))
                        .ifPresent(ours -> peers.send(peer, ours));
    }

    private OrderedMap<ShortChannelId, NodeId> own(RoutingTable table) {
        return table.node(settings.nodeId()).map(KnownNode::channels).orElse(OrderedMap.empty());
    }

    void usable(RoutingTable table, RouterActor.OwnChannelUsable usable) {
        if (table.channel(usable.shortChannelId())
                .flatMap(known -> known.updateOf(settings.nodeId()))
                .filter(ours -> !ours.isDisabled())
                .isPresent())
            return;
        decisions.soon(new GraphCommand.AddPrivateChannel(usable.shortChannelId(), settings.nodeId(), usable.peer(),
                usable.capacity()));
        ChannelUpdate ours = update(table, usable.shortChannelId(), usable.peer(), usable.htlcMaximum(), true, false);
        decisions.soon(new GraphCommand.ReceiveChannelUpdate(ours));
        peers.send(usable.peer(), ours);
    }

    void announced(RoutingTable table, RouterActor.OwnChannelAnnounced announced) {
        ChannelAnnouncement message = announced.announcement();
        // The peer's gossip may have told of the channel before us: what is missing is then our own terms.
        if (table.channel(message.shortChannelId())
                .filter(KnownChannel::isPublic)
                .flatMap(known -> known.updateOf(settings.nodeId()))
                .filter(ChannelUpdate::isToBeForwarded)
                .isPresent())
            return;
        NodeId peer = message.nodeId1().equals(settings.nodeId()) ? message.nodeId2() : message.nodeId1();
        ShortChannelId id = message.shortChannelId();
        decisions.soon(new GraphCommand.ReceiveChannelAnnouncement(message, Optional.of(announced.funding())));
        decisions.soon(new GraphCommand.ReceiveChannelUpdate(
                update(table, id, peer, announced.htlcMaximum(), true, true)));
        long before = table.node(settings.nodeId())
                .flatMap(KnownNode::announcement)
                .map(NodeAnnouncement::timestamp)
                .orElse(0L);
        decisions.soon(new GraphCommand.ReceiveNodeAnnouncement(OwnGossip.nodeAnnouncement(settings.features(),
                after(before), settings.alias(), COLOR, settings.addresses(), settings.nodeSecret())));
    }

    void disable(RoutingTable table, ShortChannelId id) {
        table.channel(id)
                .ifPresent(channel -> channel.updateOf(settings.nodeId())
                        .filter(ours -> !ours.isDisabled())
                        .ifPresent(ours -> decisions.soon(new GraphCommand.ReceiveChannelUpdate(update(table, id,
                                channel.other(settings.nodeId()), ours.htlcMaximum(), false, channel.isPublic())))));
    }

    /** Others forget what is not said again within two weeks. */
    void refresh(RoutingTable table) {
        long refresh = now().epochSeconds() - REFRESH_AFTER.toSeconds();
        for (var entry : own(table))
            table.channel(entry.key())
                    .flatMap(channel -> channel.updateOf(settings.nodeId())
                            .filter(ours -> !ours.isDisabled() && ours.timestamp() < refresh)
                            .map(ours -> update(table, entry.key(), entry.value(), ours.htlcMaximum(), true,
                                    channel.isPublic())))
                    .ifPresent(ours -> decisions.soon(new GraphCommand.ReceiveChannelUpdate(ours)));
    }

    private ChannelUpdate update(RoutingTable table, ShortChannelId id, NodeId peer, MilliSatoshi htlcMaximum,
            boolean enabled, boolean isPublic) {
        long known = table.channel(id)
                .flatMap(channel -> channel.updateOf(settings.nodeId()))
                .map(ChannelUpdate::timestamp)
                .orElse(0L);
        return OwnGossip.channelUpdate(settings.chainHash(), id,
                after(Math.max(known, decisions.newestOwnUpdate(id))), settings.termsUpTo(htlcMaximum), enabled,
                isPublic, peer, settings.nodeSecret());
    }

    /** Now, or a second after {@code before} when that is later: each update must be newer than the last. */
    private Timestamp after(long before) {
        return Timestamp.ofEpochSeconds(Math.max(now().epochSeconds(), before + 1));
    }

    private Timestamp now() {
        return new Timestamp(clock.millis());
    }
}
