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
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.protocol.graph.FundingOutput;
import fulgurite.protocol.graph.GraphCommand;
import fulgurite.protocol.graph.GraphContext;
import fulgurite.protocol.graph.GraphDecision;
import fulgurite.protocol.graph.GraphEffect;
import fulgurite.protocol.graph.GraphEvent;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.KnownNode;
import fulgurite.protocol.graph.Network;
import fulgurite.protocol.graph.OrderedMap;
import fulgurite.protocol.graph.OwnGossip;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.NodeAnnouncement;
import fulgurite.protocol.wire.Warning;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/**
 * Keeps the routing table: journals what {@link RoutingTable} decides of gossip, tells the other peers, and answers with
 * snapshots. Commands that arrive together are decided together and journaled in one write.
 */
public final class RouterActor extends EventSourcedBehavior<RouterActor.Command, GraphEvent, RoutingTable> {
    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_LAST = Duration.ofSeconds(30);
    private static final long WATCH_RANGE = 0xffffffffL;
    private static final Duration REFRESH_AFTER = Duration.ofDays(7);
    private static final int SNAPSHOT_EVENTS = 10_000;
    private static final int SNAPSHOTS_KEPT = 2;
    private static final Bytes COLOR = Bytes.fromHex("f7931a");

    /** What the router is told and asked. */
    public sealed interface Command {}

    /** @param line sends on this very connection */
    public record PeerUp(NodeId peer, ActorRef<PeerConnectionActor.Send> line) implements Command {}

    public record PeerDown(NodeId peer) implements Command {}

    /** Gossip from a peer. */
    public record Received(NodeId peer, GossipMessage message) implements Command {}

    /** Gossip by the portion. @param from told {@link Done} when all of it is checked and journaled */
    record Portion(List<Received> gossip, ActorRef<Command> from) implements Command {}

    record Done() implements Command {}

    /** A question about gossip, or an answer, from a peer. */
    public record ReceivedQuery(NodeId peer, GossipQuery query) implements Command {}

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

    private record FundingKnown(Optional<NodeId> from, ChannelAnnouncement announcement,
            Optional<FundingOutput> funding, boolean signed, boolean failed) implements Command {}

    /** @param signer whose signature it is; empty where that is bad */
    private record Checked(NodeId from, GossipMessage message, Optional<NodeId> signer) implements Command {}

    private record FundingSpent(ChainWatcher.SpentNotice notice) implements Command {}

    private enum Tick implements Command {
        DECIDE, RELAY, DAILY
    }

    private record Sync(NodeId peer) implements Command {}

    /** A command for the table. @param from whose message it is; empty when it is ours */
    private record Pending(GraphCommand command, Optional<NodeId> from) {}

    /** The table as it is searched, and how far this portion of gossip is. */
    private static final class Newest {
        private Network network = Network.EMPTY;
        /** Signatures that are being checked. */
        private int checking;
        private Optional<ActorRef<Command>> portion = Optional.empty();
    }

    /** The ports of the router. */
    public record Ports(ActorRef<ChainWatcher.Command> chain, FundingSource fundings, InstantSource clock) {}

    private final ActorContext<Command> actor;
    private final TimerScheduler<Command> timers;
    private final RouterSettings settings;
    private final Ports ports;
    private final GossipPeers peers = new GossipPeers();
    private final EarlyGossip early = new EarlyGossip();
    private final WatchedFundings watched = new WatchedFundings();
    private final GossipChecks checks;
    private final List<Pending> pending = new ArrayList<>();
    /** Decided, and not known to be written. */
    private final List<Pending> writing = new ArrayList<>();
    private final List<ActorRef<Network>> subscribers = new ArrayList<>();
    private final Newest newest = new Newest();

    /** The id of a router's journal. @param node short name of the node */
    public static String persistenceId(String node) {
        return "router|" + node;
    }

    public static Behavior<Command> create(RouterSettings settings, Ports ports) {
        return GossipInlet.before(OneFailure.ofEachWrite(Behaviors.setup(
                actor -> Behaviors.withTimers(timers -> new RouterActor(actor, timers, settings, ports)))));
    }

    private RouterActor(ActorContext<Command> actor, TimerScheduler<Command> timers, RouterSettings settings,
            Ports ports) {
        super(PersistenceId.ofUniqueId(persistenceId(settings.node())),
                SupervisorStrategy.restartWithBackoff(RETRY_FIRST, RETRY_LAST, 0.0).withLogLevel(Level.WARN));
        this.actor = actor;
        this.timers = timers;
        this.settings = settings;
        this.ports = ports;
        this.checks = new GossipChecks(actor.getSystem());
        timers.startTimerWithFixedDelay(Tick.DAILY, Duration.ofDays(1));
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
                .onSignal(RecoveryCompleted.class,
                        (table, signal) -> {
                            newest.network = Network.of(table);
                            RoutingTable.resume(table).forEach(effect -> run(effect, Optional.empty()));
                        })
                .build();
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
            case PeerUp(NodeId peer, var line) -> peerUp(table, peer, line);
            case PeerDown(NodeId peer) -> peers.down(peer);
            case Received(NodeId peer, GossipMessage message) -> received(table, peer, message);
            case Portion portion -> {
                newest.portion = Optional.of(portion.from());
                for (Received one : portion.gossip()) received(table, one.peer(), one.message());
            }
            case Done done -> throw new IllegalStateException("for the inlet");
            case ReceivedQuery(NodeId peer, GossipQuery query) -> asked(table, peer, query);
            case OwnChannelUsable usable -> usable(table, usable);
            case OwnChannelAnnounced announced -> announced(table, announced);
            case OwnChannelUnusable(ShortChannelId id) -> disable(table, id);
            case OwnChannelClosed(ShortChannelId id) ->
                decideSoon(new GraphCommand.RemoveChannel(id), Optional.empty());
            case NewHeight(BlockHeight height) -> decideSoon(new GraphCommand.NoteBlock(height), Optional.empty());
            case GetTable(var replyTo) -> replyTo.tell(table);
            case Subscribe(var subscriber) -> {
                subscribers.add(subscriber);
                subscriber.tell(newest.network);
            }
            case FundingKnown known -> {
                newest.checking--;
                fundingKnown(known);
            }
            case FundingSpent(ChainWatcher.SpentNotice notice) -> fundingSpent(notice);
            case Sync(NodeId peer) -> syncStep(table, peer);
            case Checked(NodeId from, GossipMessage message, var signer) -> {
                newest.checking--;
                checked(from, message, signer);
            }
            case Tick tick -> {
                if (tick == Tick.DAILY) daily(table);
                else peers.flush();
            }
        }
    }

    private void peerUp(RoutingTable table, NodeId peer, ActorRef<PeerConnectionActor.Send> line) {
        peers.up(peer, line, new GossipTimestampFilter(settings.chainHash(), 0, WATCH_RANGE));
        for (var entry : table.channels()) {
            KnownChannel channel = entry.value();
            if (isOursWith(channel, peer))
                channel.updateOf(settings.nodeId()).ifPresent(ours -> peers.send(peer, ours));
        }
    }

    private boolean isOursWith(KnownChannel channel, NodeId peer) {
        return channel.node1().equals(settings.nodeId()) && channel.node2().equals(peer)
                || channel.node2().equals(settings.nodeId()) && channel.node1().equals(peer);
    }

    private void received(RoutingTable table, NodeId peer, GossipMessage message) {
        switch (message) {
            case ChannelAnnouncement announcement -> {
                if (!announcement.chainHash().equals(settings.chainHash()) || !table.isNews(announcement)
                        || !early.begin(announcement))
                    return;
                look(Optional.of(peer), announcement);
            }
            case ChannelUpdate update -> {
                if (!early.keep(peer, update)) check(table, peer, update);
            }
            case NodeAnnouncement node -> {
                if (!early.keep(peer, node)) check(table, peer, node);
            }
        }
    }

    /** Signatures are checked by the pool. What is known of the channel may be about to change: then all is decided in order. */
    private void check(RoutingTable table, NodeId peer, ChannelUpdate update) {
        if (table.channel(update.shortChannelId()).isEmpty() && !pending.isEmpty())
            decideSoon(new GraphCommand.ReceiveChannelUpdate(update), Optional.of(peer));
        else
            checks.worthChecking(table, update, now())
                    .ifPresent(speaker -> hear(peer, update, checks.signer(update, speaker)));
    }

    private void check(RoutingTable table, NodeId peer, NodeAnnouncement node) {
        if (table.node(node.nodeId()).isEmpty() && !pending.isEmpty())
            decideSoon(new GraphCommand.ReceiveNodeAnnouncement(node), Optional.of(peer));
        else
            if (checks.isWorthChecking(table, node)) hear(peer, node, checks.signer(node));
    }

    private void hear(NodeId peer, GossipMessage message, CompletionStage<Optional<NodeId>> signer) {
        newest.checking++;
        actor.pipeToSelf(signer, (known, failure) -> new Checked(peer, message,
                failure == null ? known : Optional.empty()));
    }

    /** What is badly signed is decided all the same: that is how its sender is told. */
    private void checked(NodeId from, GossipMessage message, Optional<NodeId> signer) {
        switch (message) {
            case ChannelUpdate update ->
                decideSoon(new GraphCommand.ReceiveChannelUpdate(update, signer), Optional.of(from));
            case NodeAnnouncement node ->
                decideSoon(new GraphCommand.ReceiveNodeAnnouncement(node, signer.isPresent()), Optional.of(from));
            case ChannelAnnouncement other -> throw new IllegalStateException("comes with its funding");
        }
    }

    private void look(Optional<NodeId> from, ChannelAnnouncement announcement) {
        newest.checking++;
        actor.pipeToSelf(ports.fundings()
                .find(announcement.shortChannelId())
                .thenCombine(checks.isSigned(announcement),
                        (funding, good) -> new FundingKnown(from, announcement, funding, good, false)),
                (known, failure) -> failure == null
                        ? known
                        : new FundingKnown(from, announcement, Optional.empty(), false, true));
    }

    /** Others forget what is not said again within two weeks: so do we of theirs, and say ours again. */
    private void daily(RoutingTable table) {
        decideSoon(new GraphCommand.PruneStale(settings.nodeId()), Optional.empty());
        long refresh = now().epochSeconds() - REFRESH_AFTER.toSeconds();
        for (var entry : table.node(settings.nodeId()).map(KnownNode::channels).orElse(OrderedMap.empty()))
            table.channel(entry.key())
                    .flatMap(channel -> channel.updateOf(settings.nodeId())
                            .filter(ours -> !ours.isDisabled() && ours.timestamp() < refresh)
                            .map(ours -> ownUpdate(table, entry.key(), entry.value(), ours.htlcMaximum(), true,
                                    channel.isPublic())))
                    .ifPresent(ours -> decideSoon(new GraphCommand.ReceiveChannelUpdate(ours), Optional.empty()));
    }

    private void fundingKnown(FundingKnown known) {
        // When the chain could not be asked, the announcement is dropped: some peer will send it again.
        if (!known.failed())
            decideSoon(new GraphCommand.ReceiveChannelAnnouncement(known.announcement(), known.funding(),
                    known.signed()), known.from());
        for (EarlyGossip.Kept kept : early.end(known.announcement())) switch (kept.message()) {
            case ChannelUpdate update -> hear(kept.from(), update, checks.signer(update,
                    update.isFromNode1() ? known.announcement().nodeId1() : known.announcement().nodeId2()));
            case NodeAnnouncement node -> hear(kept.from(), node, checks.signer(node));
            case ChannelAnnouncement other -> throw new IllegalStateException("announcements are not kept");
        }
    }

    private void asked(RoutingTable table, NodeId peer, GossipQuery query) {
        if (query instanceof GossipTimestampFilter filter && filter.chainHash().equals(settings.chainHash())) {
            peers.filter(peer, filter, table);
            actor.getSelf().tell(new Sync(peer));
        } else GossipQueries.answer(settings.chainHash(), table, query).ifPresent(answer -> {
            peers.answer(peer, answer.channels(), table);
            answer.messages().forEach(message -> peers.send(peer, message));
        });
    }

    private void syncStep(RoutingTable table, NodeId peer) {
        if (peers.sync(peer, table)) actor.getSelf().tell(new Sync(peer));
    }

    private void usable(RoutingTable table, OwnChannelUsable usable) {
        if (table.channel(usable.shortChannelId())
                .flatMap(known -> known.updateOf(settings.nodeId()))
                .filter(ours -> !ours.isDisabled())
                .isPresent())
            return;
        decideSoon(new GraphCommand.AddPrivateChannel(usable.shortChannelId(), settings.nodeId(), usable.peer(),
                usable.capacity()), Optional.empty());
        ChannelUpdate ours = ownUpdate(table, usable.shortChannelId(), usable.peer(), usable.htlcMaximum(), true,
                false);
        decideSoon(new GraphCommand.ReceiveChannelUpdate(ours), Optional.empty());
        peers.send(usable.peer(), ours);
    }

    private void announced(RoutingTable table, OwnChannelAnnounced announced) {
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
        decideSoon(new GraphCommand.ReceiveChannelAnnouncement(message, Optional.of(announced.funding())),
                Optional.empty());
        decideSoon(new GraphCommand.ReceiveChannelUpdate(
                ownUpdate(table, id, peer, announced.htlcMaximum(), true, true)), Optional.empty());
        long before = table.node(settings.nodeId())
                .flatMap(node -> node.announcement())
                .map(NodeAnnouncement::timestamp)
                .orElse(0L);
        decideSoon(
                new GraphCommand.ReceiveNodeAnnouncement(OwnGossip.nodeAnnouncement(settings.features(), after(before),
                        settings.alias(), COLOR, settings.addresses(), settings.nodeSecret())),
                Optional.empty());
    }

    private void disable(RoutingTable table, ShortChannelId id) {
        table.channel(id)
                .ifPresent(channel -> channel.updateOf(settings.nodeId())
                        .filter(ours -> !ours.isDisabled())
                        .ifPresent(ours -> decideSoon(new GraphCommand.ReceiveChannelUpdate(ownUpdate(table, id,
                                channel.other(settings.nodeId()), ours.htlcMaximum(), false, channel.isPublic())),
                                Optional.empty())));
    }

    private ChannelUpdate ownUpdate(RoutingTable table, ShortChannelId id, NodeId peer, MilliSatoshi htlcMaximum,
            boolean enabled, boolean isPublic) {
        long before = table.channel(id)
                .flatMap(known -> known.updateOf(settings.nodeId()))
                .map(ChannelUpdate::timestamp)
                .orElse(0L);
        for (Pending one : pending)
            if (one.command() instanceof GraphCommand.ReceiveChannelUpdate(ChannelUpdate update, var signer)
                    && one.from().isEmpty()
                    && update.shortChannelId().equals(id))
                before = Math.max(before, update.timestamp());
        return OwnGossip.channelUpdate(settings.chainHash(), id, after(before), settings.termsUpTo(htlcMaximum),
                enabled,
                isPublic, peer, settings.nodeSecret());
    }

    /** Now, or a second after {@code before} when that is later: each update must be newer than the last. */
    private Timestamp after(long before) {
        return Timestamp.ofEpochSeconds(Math.max(now().epochSeconds(), before + 1));
    }

    private Timestamp now() {
        return new Timestamp(ports.clock().millis());
    }

    private void fundingSpent(ChainWatcher.SpentNotice notice) {
        notice.height()
                .flatMap(height -> watched.at(notice.outPoint())
                        .map(id -> new GraphCommand.NoteFundingSpent(id, height)))
                .ifPresent(spent -> decideSoon(spent, Optional.empty()));
    }

    private void decideSoon(GraphCommand command, Optional<NodeId> from) {
        if (pending.isEmpty()) actor.getSelf().tell(Tick.DECIDE);
        pending.add(new Pending(command, from));
    }

    private Effect<GraphEvent, RoutingTable> decideAll(RoutingTable table) {
        var context = new GraphContext(settings.chainHash(), now());
        var events = new ArrayList<GraphEvent>();
        var effects = new ArrayList<Runnable>();
        RoutingTable next = table;
        for (Pending one : pending) switch (RoutingTable.decide(context, next, one.command())) {
            case GraphDecision.Accepted accepted -> {
                for (GraphEvent event : accepted.events()) next = RoutingTable.evolve(next, event);
                events.addAll(accepted.events());
                accepted.effects().forEach(effect -> effects.add(() -> run(effect, one.from())));
            }
            case GraphDecision.Ignored ignored -> actor.getLog().debug("gossip ignored: {}", ignored.reason());
            case GraphDecision.Violated violated -> one.from().ifPresent(from -> {
                actor.getLog().info("{} sent bad gossip: {}", from, violated.violation());
                peers.send(from, Warning.of(ChannelId.ALL, "bad gossip: " + violated.violation()));
            });
        }
        writing.addAll(pending);
        pending.clear();
        return Effect().persist(events).thenRun(changed -> {
            writing.clear();
            doneSoon();
            effects.forEach(Runnable::run);
            if (events.isEmpty()) return;
            newest.network = newest.network.after(events, changed);
            subscribers.forEach(subscriber -> subscriber.tell(newest.network));
        });
    }

    /** The inlet may give more. */
    private void doneSoon() {
        if (newest.checking > 0 || !pending.isEmpty()) return;
        newest.portion.ifPresent(from -> from.tell(new Done()));
        newest.portion = Optional.empty();
    }

    private void run(GraphEffect effect, Optional<NodeId> from) {
        switch (effect) {
            case GraphEffect.Broadcast(GossipMessage message) -> {
                peers.passOn(message, from);
                if (!timers.isTimerActive(Tick.RELAY)) timers.startSingleTimer(Tick.RELAY, settings.relayInterval());
            }
            case GraphEffect.WatchFunding(ShortChannelId id, OutPoint funding) -> {
                watched.put(funding, id);
                ports.chain()
                        .tell(new ChainWatcher.WatchSpent(funding, id.blockHeight(),
                                actor.messageAdapter(ChainWatcher.SpentNotice.class, FundingSpent::new)));
            }
        }
    }
}
