package fulgurite.node.router;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.sync.RangeReplies;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryShortChannelIds;
import fulgurite.protocol.wire.Warning;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The connected peers and what each of them is told: answers at once, news at its flush, which comes at fixed moments of its
 * own, whenever the news came. Owned by the router's actor; what is lost with it is asked for again at the next connection.
 *
 * @bolt 7, Query Messages; Rebroadcasting
 */
final class GossipPeers {
    private final SortedMap<NodeId, GossipPeer> peers = new TreeMap<>();
    private final Outgoing outgoing = new Outgoing();
    private final RouterSettings settings;
    private final TimerScheduler<RouterActor.Command> timers;
    private final ActorRef<RouterActor.Command> self;

    GossipPeers(RouterSettings settings, TimerScheduler<RouterActor.Command> timers,
            ActorRef<RouterActor.Command> self) {
        this.settings = settings;
        this.timers = timers;
        this.self = self;
    }

    void up(NodeId peer, ActorRef<PeerConnectionActor.Send> line) {
        peers.put(peer, new GossipPeer(line, outgoing.last()));
    }

    void down(NodeId peer) {
        peers.remove(peer);
        timers.cancel(new RouterActor.Flush(peer));
        timers.cancel(new RouterActor.Tell(peer));
        forget();
    }

    void send(NodeId peer, LightningMessage message) {
        GossipPeer found = peers.get(peer);
        if (found != null) found.send(message);
    }

    void filter(NodeId peer, GossipTimestampFilter filter, RoutingTable table) {
        GossipPeer found = peers.get(peer);
        if (found == null || !filter.chainHash().equals(settings.chainHash())) return;
        found.filter(filter, table);
        self.tell(new RouterActor.Tell(peer));
    }

    void answer(NodeId peer, QueryChannelRange query, RoutingTable table) {
        RangeReplies.to(query, settings.chainHash(), table).forEach(reply -> send(peer, reply));
    }

    void answer(NodeId peer, QueryShortChannelIds query) {
        GossipPeer found = peers.get(peer);
        if (found == null) return;
        Optional<String> wrong = found.ask(query, query.chainHash().equals(settings.chainHash()));
        wrong.ifPresentOrElse(what -> found.send(Warning.of(ChannelId.ALL, what)),
                () -> self.tell(new RouterActor.Tell(peer)));
    }

    /** One step of what the peer has asked for. */
    void tell(NodeId peer, RoutingTable table) {
        GossipPeer found = peers.get(peer);
        if (found == null) return;
        var tell = new RouterActor.Tell(peer);
        timers.cancel(tell);
        found.step(table).ifPresent(pause -> {
            if (pause.isZero()) self.tell(tell);
            else timers.startSingleTimer(tell, pause);
        });
    }

    /** Puts gossip aside for each peer's next flush. @param from who does not want it back; empty: it is ours */
    void passOn(GossipMessage message, Optional<NodeId> from) {
        if (peers.isEmpty()) return;
        outgoing.add(message, from, timestamp -> isWanted(timestamp, from));
    }

    private boolean isWanted(long timestamp, Optional<NodeId> from) {
        for (var entry : peers.entrySet())
            if (entry.getValue().wants(timestamp) && !Optional.of(entry.getKey()).equals(from)) return true;
        return false;
    }

    void heardFrom(NodeId peer, GossipMessage message) {
        outgoing.heardFrom(peer, message);
    }

    /** Whoever is to be told something gets it at its next moment. @param nowMillis since 1970 */
    void scheduleFlushes(long nowMillis) {
        if (outgoing.isEmpty()) return;
        for (var entry : peers.entrySet()) {
            var flush = new RouterActor.Flush(entry.getKey());
            if (entry.getValue().flushed() < outgoing.last() && !timers.isTimerActive(flush))
                timers.startSingleTimer(flush, untilFlush(entry.getKey(), nowMillis));
        }
    }

    /** Each peer's moments lie somewhere else in the interval. */
    private Duration untilFlush(NodeId peer, long nowMillis) {
        long interval = settings.gossip().flush().toMillis();
        Bytes id = peer.key().bytes();
        long phase = (long) id.unsigned(id.size() - 1) << 16 | id.unsigned(id.size() - 2) << 8
                | id.unsigned(id.size() - 3);
        return Duration.ofMillis(interval - Math.floorMod(nowMillis + phase, interval));
    }

    void flush(NodeId peer) {
        GossipPeer found = peers.get(peer);
        if (found == null) return;
        found.flush(outgoing, peer);
        forget();
    }

    private void forget() {
        long all = outgoing.last();
        for (GossipPeer peer : peers.values()) all = Math.min(all, peer.flushed());
        outgoing.forget(all);
    }
}
