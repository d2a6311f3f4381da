package fulgurite.node.router;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.sync.Synchronising.Effect;
import fulgurite.protocol.graph.sync.Synchronising;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.Warning;
import java.time.Duration;
import org.slf4j.Logger;

/** Runs {@link Synchronising}: asks, waits, and lets every peer know which news we want. Owned by the router's actor. */
final class PullSync {
    /** For the answer to one question. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** What is under way through the network when a peer connects: news take a minute a hop at most. */
    private static final long UNDER_WAY_SECONDS = 20 * 60;
    private static final long ALWAYS = 0xffffffffL;

    private final RouterSettings settings;
    private final GossipPeers peers;
    private final TimerScheduler<RouterActor.Command> timers;
    private final ActorRef<RouterActor.Command> inlet;
    private final Logger log;
    private Synchronising state = Synchronising.NONE;

    /** A peer's answer is late. The timer's key is the peer's. */
    private record Key(NodeId peer) {}

    /** @param inlet told how much gossip to expect */
    PullSync(RouterSettings settings, GossipPeers peers, TimerScheduler<RouterActor.Command> timers,
            ActorRef<RouterActor.Command> inlet, Logger log) {
        this.settings = settings;
        this.peers = peers;
        this.timers = timers;
        this.inlet = inlet;
        this.log = log;
    }

    void up(NodeId peer, Features theirs, RoutingTable table, Timestamp now) {
        boolean knowsAll = theirs.offers(Feature.GOSSIP_QUERIES);
        peers.send(peer, knowsAll
                ? new GossipTimestampFilter(settings.chainHash(), Math.max(0, now.epochSeconds() - UNDER_WAY_SECONDS),
                        ALWAYS)
                : new GossipTimestampFilter(settings.chainHash(), ALWAYS, 0));
        decide(new Synchronising.Command.PeerUp(peer, theirs), table, now);
    }

    void decide(Synchronising.Command command, RoutingTable table, Timestamp now) {
        var context = new Synchronising.Context(settings.chainHash(), table, now, settings.gossip().askedAtOnce());
        Synchronising.Step step = Synchronising.decide(context, state, command);
        state = step.next();
        for (Effect effect : step.effects()) switch (effect) {
            case Effect.Ask ask -> {
                inlet.tell(new RouterActor.Expected(ask.peer(), ask.gossip()));
                timers.startSingleTimer(new Key(ask.peer()),
                        new RouterActor.Synchronise(new Synchronising.Command.Late(ask.peer(), ask.step())), PATIENCE);
                peers.send(ask.peer(), ask.query());
            }
            case Effect.Complain(NodeId peer, var fault) -> {
                log.info("{} is not asked for gossip any more: {}", peer, fault);
                peers.send(peer, Warning.of(ChannelId.ALL, "answers to gossip queries: " + fault));
            }
        }
        forget(command);
    }

    /** Whose answer is complete, or who is gone, is not waited for. */
    private void forget(Synchronising.Command command) {
        switch (command) {
            case Synchronising.Command.PeerDown(NodeId peer) -> timers.cancel(new Key(peer));
            case Synchronising.Command.RangeTold(NodeId peer, var reply) -> forget(peer);
            case Synchronising.Command.ChannelsTold(NodeId peer, var reply) -> forget(peer);
            case Synchronising.Command.PeerUp up -> {}
            case Synchronising.Command.Late late -> {}
            case Synchronising.Command.Again again -> {}
        }
    }

    private void forget(NodeId peer) {
        if (!state.isBusy(peer)) timers.cancel(new Key(peer));
    }
}
