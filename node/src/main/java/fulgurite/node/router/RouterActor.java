package fulgurite.node.router;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.SnapshotAdapter;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.journal.OneFailure;
import fulgurite.node.journal.UnsureWrite;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.protocol.graph.FundingOutput;
import fulgurite.protocol.graph.GraphCommand;
import fulgurite.protocol.graph.GraphContext;
import fulgurite.protocol.graph.GraphDecision;
import fulgurite.protocol.graph.GraphEffect;
import fulgurite.protocol.graph.GraphEvent;
import fulgurite.protocol.graph.Network;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.sync.Synchronising;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryShortChannelIds;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import fulgurite.protocol.wire.Warning;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * Keeps the routing table: journals what {@link RoutingTable} decides of gossip, tells the other peers, and answers with
 * snapshots. Commands that arrive together are decided together and journaled in one write.
 */
public final class RouterActor extends EventSourcedBehavior<RouterActor.Command, GraphEvent, RoutingTable> {
    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_LAST = Duration.ofSeconds(30);
    private static final int SNAPSHOT_EVENTS = 10_000;
    private static final int SNAPSHOTS_KEPT = 2;

    /** What the router is told and asked. */
    public sealed interface Command {}

    /** What concerns the peers and their gossip: the inlet looks at it first. */
    sealed interface OfPeers extends Command {}

    /** @param theirs its features; @param line sends on this very connection */
    public record PeerUp(NodeId peer, Features theirs, ActorRef<PeerConnectionActor.Send> line) implements OfPeers {}

    public record PeerDown(NodeId peer) implements OfPeers {}

    /** Gossip from a peer. */
    public record Received(NodeId peer, GossipMessage message) implements OfPeers {}

    /** Gossip from a peer, in the order in which it came. */
    public record ReceivedInRow(NodeId peer, List<GossipMessage> messages) implements OfPeers {}

    /** Gossip by the portion; {@link Done} when all of it is checked and journaled. */
    record Portion(List<Received> gossip) implements Command {}

    record Done() implements OfPeers {}

    /** A question about gossip, or an answer, from a peer. */
    public record ReceivedQuery(NodeId peer, GossipQuery query) implements OfPeers {}

    /**
     * An own channel can be used: its peer is told our terms. Told again after each restart.
     *
     * @param shortChannelId real, or the alias by which the peer knows the channel from us
     * @param htlcMaximum the most that one HTLC may carry
     */
    public record OwnChannelUsable(ShortChannelId shortChannelId, NodeId peer, Satoshi capacity,
            MilliSatoshi htlcMaximum) implements Command {}

    /** An own channel is told to the world, with all four signatures. */
    public record OwnChannelAnnounced(ChannelAnnouncement announcement, FundingOutput funding, MilliSatoshi htlcMaximum)
            implements
            Command {}

    /** An own channel takes no payments any more: a public one is disabled for everybody. */
    public record OwnChannelUnusable(ShortChannelId shortChannelId) implements Command {}

    /** An own channel is over. */
    public record OwnChannelClosed(ShortChannelId shortChannelId) implements Command {}

    public record NewHeight(BlockHeight height) implements Command {}

    /** Answers with the newest table, which never changes: whoever has it may search in it at leisure. */
    public record GetTable(ActorRef<RoutingTable> replyTo) implements Command {}

    /** From now on the newest network is told, at once and after every change. */
    public record Subscribe(ActorRef<Network> subscriber) implements Command {}

    /** For the inlet: we have asked the peer for so many messages at most. */
    record Expected(NodeId peer, int messages) implements OfPeers {}

    /** For the inlet: the peer has sent what is badly signed. */
    record Forged(NodeId peer) implements OfPeers {}

    /** @param signed whether all signatures are good; @param failed whether the chain could not be asked */
    record FundingKnown(Optional<NodeId> from, ChannelAnnouncement announcement,
            Optional<FundingOutput> funding, boolean signed, boolean failed) implements Command {}

    /** @param signer whose signature it is; empty where that is bad */
    record Checked(NodeId from, GossipMessage message, Optional<NodeId> signer) implements Command {}

    private record FundingSpent(ChainWatcher.SpentNotice notice) implements Command {}

    private enum Tick implements Command {
        DECIDE, DAILY, ASK_AGAIN
    }

    /** The next step of what the peer wants to hear is due. */
    record Tell(NodeId peer) implements Command {}

    /** The peer's moment to hear news. */
    record Flush(NodeId peer) implements Command {}

    record Synchronise(Synchronising.Command command) implements Command {}

    /** The ports of the router. @param peers told whom to hang up on */
    public record Ports(ActorRef<ChainWatcher.Command> chain, FundingSource fundings, InstantSource clock,
            ActorRef<PeersActor.Command> peers) {}

    private final ActorContext<Command> actor;
    private final RouterSettings settings;
    private final Ports ports;
    private final ActorRef<Command> inlet;
    private final GossipPeers peers;
    private final PullSync sync;
    private final GossipHearing hearing;
    private final GoodSignatures known;
    private final OwnChannels own;
    private final Decisions decisions;
    private final WatchedFundings watched = new WatchedFundings();
    private final List<ActorRef<Network>> subscribers = new ArrayList<>();
    private final UnsureWrite<RoutingTable> unsure = new UnsureWrite<>();
    private Network network = Network.EMPTY;
    /** Whether the inlet waits for the end of a portion. */
    private boolean inPortion;

    /** The id of a router's journal. @param node short name of the node */
    public static String persistenceId(String node) {
        return "router|" + node;
    }

    public static Behavior<Command> create(RouterSettings settings, Ports ports) {
        return GossipInlet.before(ports.peers(), settings.gossip().pace(), ports.clock(),
                inlet -> OneFailure.ofEachWrite(Behaviors.setup(actor -> Behaviors
                        .withTimers(timers -> new RouterActor(actor, timers, settings, ports, inlet)))));
    }

    private RouterActor(ActorContext<Command> actor, TimerScheduler<Command> timers, RouterSettings settings,
            Ports ports, ActorRef<Command> inlet) {
        super(PersistenceId.ofUniqueId(persistenceId(settings.node())),
                SupervisorStrategy.restartWithBackoff(RETRY_FIRST, RETRY_LAST, 0.0).withLogLevel(Level.WARN));
        this.actor = actor;
        this.settings = settings;
        this.ports = ports;
        this.inlet = inlet;
        this.decisions = new Decisions(() -> actor.getSelf().tell(Tick.DECIDE));
        this.peers = new GossipPeers(settings, timers, actor.getSelf());
        this.sync = new PullSync(settings, peers, timers, inlet, actor.getLog());
        this.hearing = new GossipHearing(actor, settings, ports, decisions);
        this.known = GoodSignatures.of(actor.getSystem());
        this.own = new OwnChannels(settings, ports.clock(), peers, decisions);
        timers.startTimerWithFixedDelay(Tick.DAILY, Duration.ofDays(1));
        timers.startTimerWithFixedDelay(Tick.ASK_AGAIN, settings.gossip().askAgain());
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVENTS, SNAPSHOTS_KEPT);
    }

    @Override
    public SnapshotAdapter<RoutingTable> snapshotAdapter() {
        return new TableSnapshots();
    }

    @Override
    public RoutingTable emptyState() {
        return RoutingTable.EMPTY;
    }

    @Override
    public EventHandler<RoutingTable, GraphEvent> eventHandler() {
        return RoutingTable::evolve;
    }

    @Override
    public SignalHandler<RoutingTable> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (table, signal) -> recovered(table))
                .build();
    }

    private void recovered(RoutingTable table) {
        publish(Network.of(table));
        RoutingTable.resume(table).forEach(effect -> run(effect, Optional.empty()));
        if (!unsure.recovered(lastSequenceNumber(actor), table)) decisions.again();
    }

    private void publish(Network changed) {
        network = changed;
        subscribers.forEach(subscriber -> subscriber.tell(network));
    }

    @Override
    public CommandHandler<Command, GraphEvent, RoutingTable> commandHandler() {
        return (table, command) -> {
            if (command == Tick.DECIDE) return decideAll(table);
            handle(table, command);
            doneSoon();
            return Effect().none();
        };
    }

    private void handle(RoutingTable table, Command command) {
        switch (command) {
            case PeerUp(NodeId peer, Features theirs, var line) -> {
                peers.up(peer, line);
                sync.up(peer, theirs, table, now());
                own.greet(table, peer);
            }
            case PeerDown(NodeId peer) -> {
                peers.down(peer);
                sync.decide(new Synchronising.Command.PeerDown(peer), table, now());
            }
            case Received one -> received(table, one);
            case Portion portion -> {
                inPortion = true;
                portion.gossip().forEach(one -> received(table, one));
            }
            case ReceivedQuery(NodeId peer, GossipQuery query) -> asked(table, peer, query);
            case OwnChannelUsable usable -> own.usable(table, usable);
            case OwnChannelAnnounced announced -> own.announced(table, announced);
            case OwnChannelUnusable(ShortChannelId id) -> own.disable(table, id);
            case OwnChannelClosed(ShortChannelId id) -> decisions.soon(new GraphCommand.RemoveChannel(id));
            case NewHeight(BlockHeight height) -> decisions.soon(new GraphCommand.NoteBlock(height));
            case GetTable(var replyTo) -> replyTo.tell(table);
            case Subscribe(var subscriber) -> {
                subscribers.add(subscriber);
                subscriber.tell(network);
            }
            case FundingKnown known -> hearing.fundingKnown(known);
            case FundingSpent(ChainWatcher.SpentNotice notice) -> fundingSpent(notice);
            case Checked(NodeId from, GossipMessage message, var signer) -> hearing.checked(from, message, signer);
            case Tell(NodeId peer) -> peers.tell(peer, table);
            case Flush(NodeId peer) -> peers.flush(peer);
            case Synchronise(var due) -> sync.decide(due, table, now());
            case Tick tick -> ticked(table, tick);
            case ReceivedInRow other -> throw new IllegalStateException("for the inlet");
            case Done other -> throw new IllegalStateException("for the inlet");
            case Expected other -> throw new IllegalStateException("for the inlet");
            case Forged other -> throw new IllegalStateException("for the inlet");
        }
    }

    private void ticked(RoutingTable table, Tick tick) {
        switch (tick) {
            case DAILY -> {
                decisions.soon(new GraphCommand.PruneStale(settings.nodeId()));
                own.refresh(table);
            }
            case ASK_AGAIN -> sync.decide(new Synchronising.Command.Again(), table, now());
            case DECIDE -> throw new IllegalStateException("decided elsewhere");
        }
    }

    private void received(RoutingTable table, Received one) {
        GossipMessage message = known.shared(one.message());
        peers.heardFrom(one.peer(), message);
        hearing.received(table, one.peer(), message);
    }

    private void asked(RoutingTable table, NodeId peer, GossipQuery query) {
        switch (query) {
            case GossipTimestampFilter filter -> peers.filter(peer, filter, table);
            case QueryChannelRange range -> peers.answer(peer, range, table);
            case QueryShortChannelIds ids -> peers.answer(peer, ids);
            case ReplyChannelRange reply ->
                sync.decide(new Synchronising.Command.RangeTold(peer, reply), table, now());
            case ReplyShortChannelIdsEnd end ->
                sync.decide(new Synchronising.Command.ChannelsTold(peer, end), table, now());
        }
    }

    private Timestamp now() {
        return new Timestamp(ports.clock().millis());
    }

    private void fundingSpent(ChainWatcher.SpentNotice notice) {
        notice.height()
                .flatMap(height -> watched.at(notice.outPoint())
                        .map(id -> new GraphCommand.NoteFundingSpent(id, height)))
                .ifPresent(decisions::soon);
    }

    private Effect<GraphEvent, RoutingTable> decideAll(RoutingTable table) {
        var context = new GraphContext(settings.chainHash(), now());
        var events = new ArrayList<GraphEvent>();
        var effects = new ArrayList<Runnable>();
        RoutingTable next = table;
        for (Decisions.Pending one : decisions.take())
            switch (RoutingTable.decide(context, next, one.command())) {
            case GraphDecision.Accepted accepted -> {
                for (GraphEvent event : accepted.events()) {
                    GraphEvent shared = known.shared(event);
                    next = RoutingTable.evolve(next, shared);
                    events.add(shared);
                }
                accepted.effects().forEach(effect -> effects.add(() -> run(effect, one.from())));
            }
            case GraphDecision.Ignored ignored -> actor.getLog().debug("gossip ignored: {}", ignored.reason());
            case GraphDecision.Violated violated ->
                one.from().ifPresent(from -> complain(from, violated.violation()));
            }
        unsure.begin(lastSequenceNumber(actor) + events.size(), changed -> {
            decisions.written();
            doneSoon();
            effects.forEach(Runnable::run);
            peers.scheduleFlushes(ports.clock().millis());
        });
        return Effect().persist(events).thenRun(changed -> {
            unsure.written(changed);
            if (!events.isEmpty()) publish(network.after(events, changed));
        });
    }

    private void complain(NodeId from, GraphDecision.Violation violation) {
        actor.getLog().info("{} sent bad gossip: {}", from, violation);
        peers.send(from, Warning.of(ChannelId.ALL, "bad gossip: " + violation));
        inlet.tell(new Forged(from));
    }

    /** The inlet may give more. */
    private void doneSoon() {
        if (!inPortion || !hearing.isIdle() || !decisions.isEmpty()) return;
        inPortion = false;
        inlet.tell(new Done());
    }

    private void run(GraphEffect effect, Optional<NodeId> from) {
        switch (effect) {
            case GraphEffect.Broadcast(GossipMessage message) -> peers.passOn(message, from);
            case GraphEffect.WatchFunding(ShortChannelId id, OutPoint told) -> {
                OutPoint funding = known.shared(told);
                watched.put(funding, id);
                ports.chain()
                        .tell(new ChainWatcher.WatchSpent(funding, id.blockHeight(),
                                actor.messageAdapter(ChainWatcher.SpentNotice.class, FundingSpent::new)));
            }
        }
    }
}
