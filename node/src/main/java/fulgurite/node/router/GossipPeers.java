package fulgurite.node.router;

import akka.actor.typed.ActorRef;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The connected peers and what each of them wants to hear. Owned by the router's actor; what is lost with it is asked for
 * again at the next connection.
 *
 * @bolt 7, Query Messages
 */
final class GossipPeers {
    /** Channels sent in one go of a sync, so that one peer's sync does not hold up the others. */
    private static final int SYNC_STEP = 100;
    private final SortedMap<NodeId, Listener> peers = new TreeMap<>();
    private final List<Passing> passing = new ArrayList<>();

    /** A peer's line, its filter once it has sent one, and the channels that it is still to be told. */
    private record Listener(ActorRef<PeerConnectionActor.Send> line, Optional<GossipTimestampFilter> filter,
            List<ShortChannelId> unsent) {}

    /** Gossip on its way to the others. @param from who does not want it back */
    private record Passing(GossipMessage message, Optional<NodeId> from) {}

    void up(NodeId peer, ActorRef<PeerConnectionActor.Send> line, GossipTimestampFilter ours) {
        peers.put(peer, new Listener(line, Optional.empty(), List.of()));
        line.tell(new PeerConnectionActor.Send(ours));
    }

    void down(NodeId peer) {
        peers.remove(peer);
    }

    void send(NodeId peer, LightningMessage message) {
        Listener listener = peers.get(peer);
        if (listener != null) listener.line.tell(new PeerConnectionActor.Send(message));
    }

    boolean isConnected(NodeId peer) {
        return peers.containsKey(peer);
    }

    /** From now on the peer hears what its filter lets through, and of the past what the filter reaches back to. */
    void filter(NodeId peer, GossipTimestampFilter filter, RoutingTable table) {
        Listener listener = peers.get(peer);
        if (listener == null) return;
        var all = new ArrayList<ShortChannelId>();
        for (var entry : table.channels()) if (entry.value().isPublic()) all.add(entry.key());
        peers.put(peer, new Listener(listener.line, Optional.of(filter), all));
    }

    /** One step of the peer's sync. @return whether there is more */
    boolean sync(NodeId peer, RoutingTable table) {
        Listener listener = peers.get(peer);
        if (listener == null || listener.filter.isEmpty() || listener.unsent.isEmpty()) return false;
        GossipTimestampFilter filter = listener.filter.get();
        List<ShortChannelId> step = listener.unsent.subList(0, Math.min(SYNC_STEP, listener.unsent.size()));
        var nodes = new TreeSet<NodeId>();
        for (ShortChannelId id : step)
            table.channel(id).filter(KnownChannel::isPublic).ifPresent(channel -> {
                tell(listener, channel, filter);
                nodes.add(channel.node1());
                nodes.add(channel.node2());
            });
        for (NodeId node : nodes)
            table.node(node)
                    .flatMap(known -> known.announcement())
                    .filter(said -> passes(said.timestamp(), filter))
                    .ifPresent(said -> listener.line.tell(new PeerConnectionActor.Send(said)));
        List<ShortChannelId> left = List.copyOf(listener.unsent.subList(step.size(), listener.unsent.size()));
        peers.put(peer, new Listener(listener.line, listener.filter, left));
        return !left.isEmpty();
    }

    /** An announcement has no time of its own: it goes where its updates go. */
    private static void tell(Listener listener, KnownChannel channel, GossipTimestampFilter filter) {
        var updates = new ArrayList<ChannelUpdate>();
        for (Optional<ChannelUpdate> update : List.of(channel.update1(), channel.update2()))
            update.filter(said -> said.isToBeForwarded() && passes(said.timestamp(), filter)).ifPresent(updates::add);
        if (updates.isEmpty()) return;
        listener.line.tell(new PeerConnectionActor.Send(channel.announcement().orElseThrow()));
        updates.forEach(update -> listener.line.tell(new PeerConnectionActor.Send(update)));
    }

    /** Everything that is public of these channels, whatever the peer's filter. */
    void answer(NodeId peer, List<ShortChannelId> asked, RoutingTable table) {
        Listener listener = peers.get(peer);
        if (listener == null) return;
        var everything = new GossipTimestampFilter(fulgurite.protocol.units.Bytes32.ZERO, 0, 0xffffffffL);
        for (ShortChannelId id : asked)
            table.channel(id).filter(KnownChannel::isPublic).ifPresent(channel -> tell(listener, channel, everything));
    }

    /** Puts gossip aside for the next {@link #flush}. */
    void passOn(GossipMessage message, Optional<NodeId> from) {
        passing.add(new Passing(message, from));
    }

    /** Sends what has been put aside to every peer that wants it. */
    void flush() {
        for (var peer : peers.entrySet()) {
            Optional<GossipTimestampFilter> filter = peer.getValue().filter;
            if (filter.isEmpty()) continue;
            for (Passing one : passing)
                if (!one.from.equals(Optional.of(peer.getKey())) && wants(one.message, filter.get()))
                    peer.getValue().line.tell(new PeerConnectionActor.Send(one.message));
        }
        passing.clear();
    }

    private static boolean wants(GossipMessage message, GossipTimestampFilter filter) {
        return switch (message) {
            case ChannelAnnouncement announcement -> true;
            case ChannelUpdate update -> passes(update.timestamp(), filter);
            case NodeAnnouncement announcement -> passes(announcement.timestamp(), filter);
        };
    }

    private static boolean passes(long timestamp, GossipTimestampFilter filter) {
        return timestamp >= filter.firstTimestamp() && timestamp < filter.firstTimestamp() + filter.timestampRange();
    }
}
