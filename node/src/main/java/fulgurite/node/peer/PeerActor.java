package fulgurite.node.peer;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.Entropy;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.transport.Transport;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.AcceptChannel;
import fulgurite.protocol.wire.ChannelMessage;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.FundingCreated;
import fulgurite.protocol.wire.FundingSigned;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.OpenChannel;
import fulgurite.protocol.wire.SetupMessage;
import fulgurite.protocol.wire.UnknownMessage;
import fulgurite.protocol.wire.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One remote node: at most one live connection to it, dialled again with back-off while there is a reason to be
 * connected (a channel, or someone asked), and the sorting of what it says among its channels.
 *
 * <p>Design. Dialling and accepting go on side by side; what counts is which connection gets both {@code init}s. A
 * second one replaces the first, since a peer that connects anew has lost the old one, except when both sides dialled
 * at the same moment: then both keep the one that the lower node id dialled, so that they agree.
 */
public final class PeerActor {
    /** What a peer can be told, through {@link PeersActor.ToPeer}. */
    public sealed interface Command {}

    /**
     * Connects, or finds it connected; dialled anew after a failure only if it had once been connected.
     *
     * @param others where to try when {@code address} fails, one after the other
     */
    public record Connect(PeerAddress address, List<PeerAddress> others, ActorRef<ConnectResult> replyTo)
            implements
            Command {
        public Connect {
            others = List.copyOf(others);
        }

        public Connect(PeerAddress address, ActorRef<ConnectResult> replyTo) {
            this(address, List.of(), replyTo);
        }
    }

    /** Where to dial when there is a reason to. */
    public record LearnAddress(PeerAddress address) implements Command {}

    /** Where the peer says that it listens: tried when it is not found where it was. */
    public record LearnAnnounced(List<PeerAddress> addresses) implements Command {
        public LearnAnnounced {
            addresses = List.copyOf(addresses);
        }
    }

    /** Sends a message; dropped when not connected. */
    public record Send(LightningMessage message) implements Command {}

    /** Hangs up; dialled again only for its channels' sake. */
    public record Disconnect(String reason) implements Command {}

    /**
     * From now on messages with this id, final or temporary, go straight to {@code inbox}, which is told at once when
     * the link is up. A second inbox for the same id replaces the first.
     */
    public record AttachChannel(ChannelId channel, ActorRef<ChannelNotice> inbox) implements Command {}

    public record DetachChannel(ChannelId channel) implements Command {}

    /** A connection that the peer opened. */
    record Adopt(ActorRef<PeerConnectionActor.Command> connection) implements Command {}

    private record FromConnection(PeerConnectionActor.Event event) implements Command {}

    private record Gone(ActorRef<PeerConnectionActor.Command> connection) implements Command {}

    private enum Timer implements Command {
        DIAL, SETTLED, SIMULTANEOUS
    }

    public sealed interface ConnectResult {
        NodeId peer();

        /** @param where the line's other end; @param address where it was dialled, now or before, if it ever was */
        record Connected(NodeId peer, Features theirs, String where, Optional<PeerAddress> address)
                implements
                ConnectResult {}

        /** @param reason for a person */
        record Failed(NodeId peer, String reason) implements ConnectResult {}
    }

    /** What an attached channel is told. */
    public sealed interface ChannelNotice {
        /**
         * Both sides have said {@code init}.
         *
         * @param line sends on this very connection, so that nothing meant for one link goes out on the next
         */
        record LinkUp(Features theirs, ActorRef<PeerConnectionActor.Send> line) implements ChannelNotice {}

        record LinkLost() implements ChannelNotice {}

        /** A message with the channel's id; or an {@code error} for every channel of the connection. */
        record Received(LightningMessage message) implements ChannelNotice {}
    }

    /** What the node is told of its peers. */
    public sealed interface Event {
        NodeId peer();

        /** @param line as in {@link ChannelNotice.LinkUp}; @param where the line's other end */
        record PeerUp(NodeId peer, Features theirs, ActorRef<PeerConnectionActor.Send> line, String where)
                implements
                Event {}

        record PeerDown(NodeId peer, String reason) implements Event {}

        /** It is to be dialled, and is not known to be anywhere, or not where it was. Answer by {@link LearnAnnounced}. */
        record AddressWanted(NodeId peer) implements Event {}

        /** Whatever no attached channel has taken; and each {@code error} for all channels, which they got too. */
        record MessageReceived(NodeId peer, LightningMessage message) implements Event {}

        /** Gossip that came in a row. */
        record GossipReceived(NodeId peer, List<GossipMessage> messages) implements Event {
            public GossipReceived {
                messages = List.copyOf(messages);
            }
        }
    }

    /** What the actor depends on. */
    record Setting(NodeId remote, PeerSettings settings, Transport transport, Entropy entropy, ActorRef<Event> listener,
            ActorRef<PeersActor.Command> registry) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Setting setting;
    private final NodeId remote;
    private final SortedMap<ChannelId, ActorRef<ChannelNotice>> channels = new TreeMap<>();
    private final List<ActorRef<ConnectResult>> asking = new ArrayList<>();

    private PeerActor(ActorContext<Command> context, TimerScheduler<Command> timers, Setting setting) {
        this.context = context;
        this.timers = timers;
        this.setting = setting;
        this.remote = setting.remote();
    }

    static Behavior<Command> create(Setting setting) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new PeerActor(context, timers, setting)
                .behavior(PeerLinks.NONE)));
    }

    private Behavior<Command> behavior(PeerLinks links) {
        return Behaviors.receiveMessage(command -> {
            PeerStatus before = status(links);
            PeerLinks next = handle(counted(links, command), command);
            PeerStatus after = status(next);
            if (!after.equals(before)) setting.registry().tell(new PeersActor.Changed(after));
            if (next.isIdle() && channels.isEmpty() && asking.isEmpty() && !timers.isTimerActive(Timer.DIAL))
                setting.registry().tell(new PeersActor.Retire(remote, next.seen()));
            return behavior(next);
        });
    }

    private static PeerLinks counted(PeerLinks links, Command command) {
        return switch (command) {
            case FromConnection internal -> links;
            case Gone internal -> links;
            case Timer internal -> links;
            case Connect c -> links.counted();
            case LearnAddress c -> links.counted();
            case LearnAnnounced c -> links.counted();
            case Send c -> links.counted();
            case Disconnect c -> links.counted();
            case AttachChannel c -> links.counted();
            case DetachChannel c -> links.counted();
            case Adopt c -> links.counted();
        };
    }

    private PeerStatus status(PeerLinks links) {
        String address = links.live()
                .map(PeerLinks.Live::where)
                .or(() -> links.address().map(PeerAddress::toString))
                .orElse("");
        return new PeerStatus(remote, links.live().map(PeerLinks.Live::theirs), address, channels.size());
    }

    private PeerLinks handle(PeerLinks links, Command command) {
        return switch (command) {
            case Connect connect -> connect(links, connect);
            case LearnAddress(PeerAddress address) -> dialIfNeeded(links.withAddress(Optional.of(address)));
            case LearnAnnounced(List<PeerAddress> addresses) -> {
                boolean news = links.next().isEmpty();
                PeerLinks told = links.withAnnounced(addresses);
                yield news ? dialIfNeeded(told) : told;
            }
            case Send(LightningMessage message) -> {
                links.live().ifPresent(live -> live.line().tell(new PeerConnectionActor.Send(message)));
                yield links;
            }
            case Disconnect(String reason) -> disconnect(links, reason);
            case AttachChannel(ChannelId channel, ActorRef<ChannelNotice> inbox) -> {
                channels.put(channel, inbox);
                links.live().ifPresent(live -> inbox.tell(new ChannelNotice.LinkUp(live.theirs(), live.line())));
                if (links.live().isEmpty() && links.next().isEmpty())
                    setting.listener().tell(new Event.AddressWanted(remote));
                yield dialIfNeeded(links);
            }
            case DetachChannel(ChannelId channel) -> {
                channels.remove(channel);
                yield links;
            }
            case Adopt(var connection) -> adopt(links, connection);
            case FromConnection(var event) -> heard(links, event);
            case Gone(var connection) -> ended(links, connection, "the connection failed");
            case Timer timer -> switch (timer) {
                case DIAL -> dialIfNeeded(links);
                case SETTLED -> links.withFailures(0);
                case SIMULTANEOUS -> links;
            };
        };
    }

    /** The address is believed only once the peer was found there: a wrong one must not replace a right one. */
    private PeerLinks connect(PeerLinks links, Connect connect) {
        if (links.live().isPresent()) {
            connect.replyTo().tell(connected(links.live().get(), links.address()));
            return links.wanted(true);
        }
        asking.add(connect.replyTo());
        Optional<PeerLinks.Dialled> other = links.dialling().filter(at -> !at.address().equals(connect.address()));
        other.ifPresent(at -> at.connection().tell(new PeerConnectionActor.Close("dialled elsewhere")));
        PeerLinks left = other.map(at -> links.without(at.connection())).orElse(links);
        return left.dialling().isPresent() ? left : dial(left, connect.address(), connect.others());
    }

    private ConnectResult connected(PeerLinks.Live live, Optional<PeerAddress> address) {
        return new ConnectResult.Connected(remote, live.theirs(), live.where(), address);
    }

    /** Counts as lost at once: who attaches a channel after this waits for the next link. */
    private PeerLinks disconnect(PeerLinks links, String reason) {
        PeerLinks left = links.wanted(false);
        for (ActorRef<PeerConnectionActor.Command> connection : links.connections()) {
            connection.tell(new PeerConnectionActor.Close(reason));
            left = ended(left, connection, reason);
        }
        return left;
    }

    private PeerLinks adopt(PeerLinks links, ActorRef<PeerConnectionActor.Command> connection) {
        links.candidate().ifPresent(older -> older.tell(new PeerConnectionActor.Close("the peer dialled again")));
        watch(connection);
        connection.tell(new PeerConnectionActor.Own(context.messageAdapter(PeerConnectionActor.Event.class,
                FromConnection::new)));
        return links.withCandidate(connection);
    }

    private void watch(ActorRef<PeerConnectionActor.Command> connection) {
        context.watchWith(connection, new Gone(connection));
    }

    private PeerLinks dialIfNeeded(PeerLinks links) {
        boolean reason = links.wanted() || !channels.isEmpty();
        boolean underWay = links.live().isPresent() || links.dialling().isPresent() || timers.isTimerActive(Timer.DIAL);
        return reason && !underWay && links.next().isPresent() ? dial(links, links.next().get(), List.of()) : links;
    }

    private PeerLinks dial(PeerLinks links, PeerAddress address, List<PeerAddress> others) {
        timers.cancel(Timer.DIAL);
        var connection = context.spawnAnonymous(PeerConnectionActor.dial(setting.settings(), setting.transport(),
                setting.entropy(), new PeerUri(remote, address), context.messageAdapter(
                        PeerConnectionActor.Event.class, FromConnection::new)));
        watch(connection);
        return links.withDialling(new PeerLinks.Dialled(connection, address, others));
    }

    private PeerLinks heard(PeerLinks links, PeerConnectionActor.Event event) {
        return switch (event) {
            case PeerConnectionActor.Authenticated known -> links;
            case PeerConnectionActor.Ready ready -> ready(links, ready);
            case PeerConnectionActor.Received(var connection, List<LightningMessage> messages) -> {
                if (links.isLive(connection)) sort(messages);
                yield links;
            }
            case PeerConnectionActor.Ended(var connection, String reason) -> ended(links, connection, reason);
        };
    }

    private PeerLinks ready(PeerLinks links, PeerConnectionActor.Ready ready) {
        if (!links.holds(ready.connection())) return links;
        boolean dialled = links.isDialling(ready.connection());
        var fresh = new PeerLinks.Live(ready.connection(), dialled, ready.theirs(), ready.where());
        boolean simultaneous = timers.isTimerActive(Timer.SIMULTANEOUS);
        if (!links.prefers(fresh, simultaneous, setting.settings().nodeId(), remote)) {
            ready.connection().tell(new PeerConnectionActor.Close("both sides dialled; the other line is kept"));
            return links.without(ready.connection());
        }
        links.live().ifPresent(old -> {
            old.connection().tell(new PeerConnectionActor.Close("replaced by a newer connection"));
            lost("replaced by a newer connection");
        });
        timers.cancel(Timer.DIAL);
        timers.startSingleTimer(Timer.SETTLED, setting.settings().timing().settled());
        timers.startSingleTimer(Timer.SIMULTANEOUS, setting.settings().timing().simultaneous());
        setting.listener().tell(new Event.PeerUp(remote, fresh.theirs(), fresh.line(), fresh.where()));
        channels.values().forEach(inbox -> inbox.tell(new ChannelNotice.LinkUp(fresh.theirs(), fresh.line())));
        boolean asked = !asking.isEmpty();
        Optional<PeerAddress> tried = links.dialling().map(PeerLinks.Dialled::address);
        PeerLinks found = links.withAddress(dialled ? tried : links.address().or(() -> tried));
        asking.forEach(asker -> asker.tell(connected(fresh, found.address())));
        asking.clear();
        return found.without(ready.connection()).withLive(fresh).wanted(links.wanted() || asked);
    }

    private PeerLinks ended(PeerLinks links, ActorRef<PeerConnectionActor.Command> connection, String reason) {
        if (!links.holds(connection)) return links;
        context.getLog().debug("a connection with {} ended: {}", remote, reason);
        boolean settled = links.isLive(connection) && !timers.isTimerActive(Timer.SETTLED);
        if (links.isLive(connection)) {
            timers.cancel(Timer.SETTLED);
            timers.cancel(Timer.SIMULTANEOUS);
            lost(reason);
        }
        boolean counts = links.isDialling(connection) || links.isLive(connection) && !settled;
        PeerLinks left = links.without(connection);
        PeerLinks next = counts ? left.withFailures(left.failures() + 1) : left;
        List<PeerAddress> others = links.isDialling(connection)
                ? links.dialling().map(PeerLinks.Dialled::others).orElse(List.of())
                : List.of();
        if (!asking.isEmpty() && left.connections().isEmpty() && !others.isEmpty())
            return dial(next, others.getFirst(), others.subList(1, others.size()));
        if (left.connections().isEmpty()) {
            asking.forEach(asker -> asker.tell(new ConnectResult.Failed(remote, reason)));
            asking.clear();
        }
        if (next.live().isEmpty() && (next.wanted() || !channels.isEmpty()) && !timers.isTimerActive(Timer.DIAL)) {
            if (links.isDialling(connection)) setting.listener().tell(new Event.AddressWanted(remote));
            timers.startSingleTimer(Timer.DIAL, BackOff.pause(setting.settings().timing(), left.failures(), setting
                    .entropy()
                    .next()));
        }
        return next;
    }

    private void lost(String reason) {
        channels.values().forEach(inbox -> inbox.tell(new ChannelNotice.LinkLost()));
        setting.listener().tell(new Event.PeerDown(remote, reason));
    }

    private void sort(List<LightningMessage> messages) {
        var row = new ArrayList<GossipMessage>();
        for (LightningMessage message : messages)
            if (message instanceof GossipMessage gossip) {
                row.add(gossip);
            } else {
                tell(row);
                sort(message);
            }
        tell(row);
    }

    private void tell(List<GossipMessage> row) {
        if (!row.isEmpty()) setting.listener().tell(new Event.GossipReceived(remote, row));
        row.clear();
    }

    /** To the channel that the message is about, when there is one here; else to the node. */
    private void sort(LightningMessage message) {
        logComplaint(message);
        Optional<ActorRef<ChannelNotice>> inbox = addressee(message).map(channels::get);
        if (inbox.isPresent()) {
            inbox.get().tell(new ChannelNotice.Received(message));
            return;
        }
        if (message instanceof ErrorMessage error && error.channelId().equals(ChannelId.ALL))
            channels.values().forEach(each -> each.tell(new ChannelNotice.Received(error)));
        setting.listener().tell(new Event.MessageReceived(remote, message));
    }

    /** Their text is made printable by the messages themselves. */
    private void logComplaint(LightningMessage message) {
        if (message instanceof ErrorMessage error)
            context.getLog().info("error from {} for channel {}: {}", remote, error.channelId(), error.text());
        if (message instanceof Warning warning)
            context.getLog().info("warning from {} for channel {}: {}", remote, warning.channelId(), warning.text());
    }

    /** The id in the message, final or temporary. A warning is for people, whatever its id: it never fails a channel. */
    private static Optional<ChannelId> addressee(LightningMessage message) {
        return switch (message) {
            case ChannelMessage channel -> Optional.of(channel.channelId());
            case OpenChannel open -> Optional.of(open.temporaryChannelId());
            case AcceptChannel accept -> Optional.of(accept.temporaryChannelId());
            case FundingCreated created -> Optional.of(created.temporaryChannelId());
            case FundingSigned signed -> Optional.of(signed.channelId());
            case ErrorMessage error -> Optional.of(error.channelId());
            case SetupMessage connection -> Optional.empty();
            case GossipMessage gossip -> Optional.empty();
            case GossipQuery query -> Optional.empty();
            case UnknownMessage unknown -> Optional.empty();
        };
    }
}
