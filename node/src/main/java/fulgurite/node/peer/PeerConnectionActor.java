package fulgurite.node.peer;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.Entropy;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.node.transport.Transport;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.noise.NoiseEvent;
import fulgurite.protocol.noise.NoiseSession;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line to a peer, dialled or accepted, from its opening to its end: the handshake and encryption of
 * {@link NoiseSession}, the rules of {@link Session}, and the patience with both. It tells its owner what happens, and
 * stops when the line ends.
 *
 * <pre>
 * dialling → shaking → talking                 shaking → unowned → talking
 *                   (dialled)                             (accepted)
 * </pre>
 */
public final class PeerConnectionActor {
    /** What a connection can be told. */
    public sealed interface Command {}

    /** Sends messages, in this order, in as few writes as may be; lost when the line has ended. */
    public record Send(List<? extends LightningMessage> messages) implements Command {
        public Send {
            messages = List.copyOf(messages);
        }

        public Send(LightningMessage message) {
            this(List.of(message));
        }
    }

    /** Ends the line after what was sent before. */
    record Close(String reason) implements Command {}

    /** From now on the connection's events go to {@code owner}; until then it keeps what comes. */
    record Own(ActorRef<Event> owner) implements Command {}

    private record Heard(LineEvent event) implements Command {}

    private enum Timeout implements Command {
        DIAL, SET_UP, PING, BUDGET
    }

    /** What a connection tells its owner; {@link Ended} is the last. */
    sealed interface Event {
        ActorRef<Command> connection();
    }

    /** The peer that dialled us has shown who it is. Answer by {@link Own} or {@link Close}. */
    record Authenticated(ActorRef<Command> connection, NodeId remote) implements Event {}

    /** Both have sent a good {@code init}. @param where the line's other end */
    record Ready(ActorRef<Command> connection, Features theirs, String where) implements Event {}

    /** @param messages in the order in which they came */
    record Received(ActorRef<Command> connection, List<LightningMessage> messages) implements Event {}

    record Ended(ActorRef<Command> connection, String reason) implements Event {}

    /** An open line with its encryption. */
    private record Open(Line line, NoiseSession noise) {}

    /** Bytes after which a write is complete, and the next message goes into another one. */
    private static final int WRITE = 1 << 16;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final PeerSettings settings;

    private PeerConnectionActor(ActorContext<Command> context, TimerScheduler<Command> timers, PeerSettings settings) {
        this.context = context;
        this.timers = timers;
        this.settings = settings;
    }

    /** Dials, for {@code owner}. */
    static Behavior<Command> dial(PeerSettings settings, Transport transport, Entropy entropy, PeerUri to,
            ActorRef<Event> owner) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            var actor = new PeerConnectionActor(context, timers, settings);
            ActorRef<Command> self = context.getSelf();
            transport.dial(to.address(), event -> self.tell(new Heard(event)));
            timers.startSingleTimer(Timeout.DIAL, settings.timing().dial());
            return actor.dialling(NoiseSession.initiator(settings.nodeKey(), to.nodeId(), ephemeral(entropy)), owner);
        }));
    }

    /** Serves a line that came in. {@code events} holds its events back until this actor listens. */
    static Behavior<Command> accept(PeerSettings settings, Entropy entropy, Line line, EarlyEvents events,
            ActorRef<Event> registry) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            var actor = new PeerConnectionActor(context, timers, settings);
            ActorRef<Command> self = context.getSelf();
            events.passTo(event -> self.tell(new Heard(event)));
            timers.startSingleTimer(Timeout.SET_UP, settings.timing().setUp());
            var open = new Open(line, NoiseSession.responder(settings.nodeKey(), ephemeral(entropy)));
            return actor.shaking(open, registry, false);
        }));
    }

    private static PrivateKey ephemeral(Entropy entropy) {
        for (;;) {
            var candidate = new PrivateKey(entropy.next().bytes());
            if (Curve.isValidSecret(candidate)) return candidate;
        }
    }

    private Behavior<Command> dialling(NoiseSession noise, ActorRef<Event> owner) {
        return Behaviors.receive(Command.class)
                .onMessage(Heard.class, heard -> switch (heard.event()) {
                    case LineEvent.Opened(Line line) -> {
                        timers.cancel(Timeout.DIAL);
                        timers.startSingleTimer(Timeout.SET_UP, settings.timing().setUp());
                        line.send(noise.opening());
                        yield shaking(new Open(line, noise), owner, true);
                    }
                    case LineEvent.Received early -> Behaviors.unhandled();
                    case LineEvent.Closed(String reason) -> ended(owner, reason);
                })
                .onMessageEquals(Timeout.DIAL, () -> ended(owner, "no answer to dialling"))
                .onMessage(Close.class, close -> abandoned(close.reason(), owner))
                .onMessage(Send.class, early -> Behaviors.same())
                .build();
    }

    /** Nobody wants the line any more, which is not open yet: it is closed as soon as it opens. */
    private Behavior<Command> abandoned(String reason, ActorRef<Event> owner) {
        owner.tell(new Ended(context.getSelf(), reason));
        return Behaviors.receive(Command.class).onMessage(Heard.class, heard -> {
            if (heard.event() instanceof LineEvent.Opened opened) opened.line().close();
            return Behaviors.stopped();
        }).onMessageEquals(Timeout.DIAL, Behaviors::stopped).onAnyMessage(other -> Behaviors.same()).build();
    }

    private Behavior<Command> shaking(Open open, ActorRef<Event> owner, boolean dialled) {
        return Behaviors.receive(Command.class)
                .onMessage(Heard.class, heard -> switch (heard.event()) {
                    case LineEvent.Opened again -> Behaviors.unhandled();
                    case LineEvent.Received(Bytes bytes) -> shake(open, owner, dialled, bytes);
                    case LineEvent.Closed(String reason) -> ended(owner, "during the handshake: " + reason);
                })
                .onMessageEquals(Timeout.SET_UP, () -> ended(owner, "the handshake took too long"))
                .onMessage(Close.class, close -> ended(owner, close.reason()))
                .onMessage(Send.class, early -> Behaviors.same())
                .onSignal(PostStop.class, stop -> closed(open))
                .build();
    }

    private Behavior<Command> shake(Open open, ActorRef<Event> owner, boolean dialled, Bytes bytes) {
        List<NoiseEvent> events = open.noise().receive(bytes);
        open.line().release(bytes.size());
        for (int i = 0; i < events.size(); i++) {
            switch (events.get(i)) {
                case NoiseEvent.Reply(Bytes act) -> open.line().send(act);
                case NoiseEvent.Broken(String reason) -> {
                    return ended(owner, reason);
                }
                case NoiseEvent.Established(NodeId remote) -> {
                    List<NoiseEvent> rest = events.subList(i + 1, events.size());
                    return established(open, owner, dialled, remote, rest);
                }
                case NoiseEvent.Message message -> throw new IllegalStateException("a message before the handshake");
            }
        }
        return Behaviors.same();
    }

    private Behavior<Command> established(Open open, ActorRef<Event> owner, boolean dialled, NodeId remote,
            List<NoiseEvent> rest) {
        timers.startTimerWithFixedDelay(Timeout.PING, settings.timing().ping());
        Session.Step start = Session.open(settings.features(), settings.chain());
        perform(open, owner, start.actions(), new ArrayList<>());
        if (dialled) return take(open, owner, start.next(), Quota.full(settings.pace()), rest, 0);
        owner.tell(new Authenticated(context.getSelf(), remote));
        return unowned(open, owner, start.next(), rest, 0);
    }

    /** What comes is kept, and not released: so the transport's window bounds it. */
    private Behavior<Command> unowned(Open open, ActorRef<Event> registry, Session session, List<NoiseEvent> kept,
            int keptBytes) {
        return Behaviors.receive(Command.class)
                .onMessage(Own.class, own -> take(open, own.owner(), session, Quota.full(settings.pace()), kept,
                        keptBytes))
                .onMessage(Heard.class, heard -> switch (heard.event()) {
                    case LineEvent.Opened again -> Behaviors.unhandled();
                    case LineEvent.Received(Bytes bytes) -> {
                        var more = new ArrayList<>(kept);
                        more.addAll(open.noise().receive(bytes));
                        yield unowned(open, registry, session, more, keptBytes + bytes.size());
                    }
                    case LineEvent.Closed(String reason) -> ended(registry, reason);
                })
                .onMessageEquals(Timeout.SET_UP, () -> ended(registry, "the handshake took too long"))
                .onMessageEquals(Timeout.PING, Behaviors::same)
                .onMessage(Close.class, close -> {
                    send(open, List.of(Warning.of(ChannelId.ALL, close.reason())));
                    return ended(registry, close.reason());
                })
                .onSignal(PostStop.class, stop -> closed(open))
                .build();
    }

    private Behavior<Command> talking(Open open, ActorRef<Event> owner, Session session, Quota quota) {
        return Behaviors.receive(Command.class)
                .onMessage(Send.class, send -> {
                    send(open, send.messages());
                    return Behaviors.same();
                })
                .onMessage(Heard.class, heard -> switch (heard.event()) {
                    case LineEvent.Opened again -> Behaviors.unhandled();
                    case LineEvent.Received(Bytes bytes) -> take(open, owner, session, quota,
                            open.noise().receive(bytes), bytes.size());
                    case LineEvent.Closed(String reason) -> ended(owner, reason);
                })
                .onMessageEquals(Timeout.PING, () -> step(open, owner, session.tick(), new ArrayList<>())
                        .<Behavior<Command>>map(next -> talking(open, owner, next, quota))
                        .orElseGet(Behaviors::stopped))
                .onMessageEquals(Timeout.BUDGET, () -> {
                    open.line().release(quota.withheld());
                    return talking(open, owner, session, Quota.full(settings.pace()));
                })
                .onMessageEquals(Timeout.SET_UP, () -> session.theirs().isPresent()
                        ? Behaviors.same()
                        : ended(owner, "its init did not come in time"))
                .onMessage(Close.class, close -> ended(owner, close.reason()))
                .onSignal(PostStop.class, stop -> closed(open))
                .build();
    }

    /** @param size bytes of the line that {@code events} came in, and that are not released yet */
    private Behavior<Command> take(Open open, ActorRef<Event> owner, Session session, Quota quota,
            List<NoiseEvent> events, int size) {
        Session current = session;
        Quota left = quota;
        var heard = new ArrayList<LightningMessage>();
        for (NoiseEvent event : events) {
            switch (event) {
                case NoiseEvent.Message(Bytes message) -> {
                    left = left.spend(message, settings.pace());
                    Optional<Session> next = step(open, owner, current.receive(message), heard);
                    if (next.isEmpty()) return Behaviors.stopped();
                    current = next.get();
                }
                case NoiseEvent.Broken(String reason) -> {
                    deliver(owner, heard);
                    return ended(owner, reason);
                }
                case NoiseEvent.Reply reply -> throw new IllegalStateException("an act after the handshake");
                case NoiseEvent.Established again -> throw new IllegalStateException("a second handshake");
            }
        }
        deliver(owner, heard);
        return talking(open, owner, current, settle(open, left, size));
    }

    /** Releases what was read, or withholds it until the budget is whole again. */
    private Quota settle(Open open, Quota quota, int size) {
        if (quota.isTouched() && !timers.isTimerActive(Timeout.BUDGET))
            timers.startSingleTimer(Timeout.BUDGET, settings.pace().period());
        if (quota.isSpent()) return quota.withhold(size);
        open.line().release(size);
        return quota;
    }

    /**
     * Does what the session says.
     *
     * @param heard what is to be delivered, with what came before it
     * @return the next session, or nothing when the connection has ended
     */
    private Optional<Session> step(Open open, ActorRef<Event> owner, Session.Step step, List<LightningMessage> heard) {
        return perform(open, owner, step.actions(), heard) ? Optional.of(step.next()) : Optional.empty();
    }

    private boolean perform(Open open, ActorRef<Event> owner, List<Session.Action> actions,
            List<LightningMessage> heard) {
        for (Session.Action action : actions) {
            switch (action) {
                case Session.Action.Send(LightningMessage message) -> send(open, List.of(message));
                case Session.Action.Ready(Features theirs) -> owner.tell(new Ready(context.getSelf(), theirs, open
                        .line()
                        .description()));
                case Session.Action.Deliver(LightningMessage message) -> heard.add(message);
                case Session.Action.Close(String reason) -> {
                    deliver(owner, heard);
                    ended(owner, reason);
                    return false;
                }
            }
        }
        return true;
    }

    private void deliver(ActorRef<Event> owner, List<LightningMessage> heard) {
        if (!heard.isEmpty()) owner.tell(new Received(context.getSelf(), List.copyOf(heard)));
    }

    private static void send(Open open, List<? extends LightningMessage> messages) {
        var frames = new ArrayList<Bytes>();
        int size = 0;
        for (LightningMessage message : messages) {
            Bytes frame = open.noise().encrypt(Messages.encode(message));
            frames.add(frame);
            size += frame.size();
            if (size < WRITE) continue;
            write(open, frames);
            size = 0;
        }
        write(open, frames);
    }

    private static void write(Open open, List<Bytes> frames) {
        if (frames.isEmpty()) return;
        open.line().send(frames.size() == 1 ? frames.getFirst() : Bytes.concat(frames.toArray(Bytes[]::new)));
        frames.clear();
    }

    private Behavior<Command> ended(ActorRef<Event> owner, String reason) {
        owner.tell(new Ended(context.getSelf(), reason));
        return Behaviors.stopped();
    }

    private static Behavior<Command> closed(Open open) {
        open.line().close();
        return Behaviors.same();
    }
}
