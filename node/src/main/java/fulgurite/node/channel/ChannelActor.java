package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps one channel alive: journals what {@link Channel} decides, then runs the effects. Holds no rule of its own.
 *
 * <p>Commands that arrive together are decided together: the first one sends a {@link Flush} to this actor itself, and
 * what has arrived until that comes around is one batch, with one journal write and one commitment_signed at its end. So
 * the busier a channel is, the larger are its batches.
 *
 * <p>A restart begins with {@link ChannelCommand.LinkLost} and then does what {@link Channel#resume} says: a crash is a
 * disconnect.
 */
public final class ChannelActor extends EventSourcedBehavior<ChannelActor.Command, ChannelEvent, ChannelState> {
    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_LAST = Duration.ofSeconds(30);

    /** What the actor is asked to do. */
    public sealed interface Command {}

    /** Executes a channel command; replies once its events are durable and its effects under way. */
    public record Execute(ChannelCommand command, ActorRef<Decision> replyTo) implements Command {}

    /** Executes a channel command whose outcome nobody waits for. */
    public record Tell(ChannelCommand command) implements Command {}

    /** The surroundings have changed; a new block among them. */
    public record Surroundings(BlockHeight height, FeeratePerKw closingFeerate, FeeratePerKw fundingFeerate)
            implements
            Command {}

    /** Asks for the state as it is now. */
    public record GetState(ActorRef<CurrentState> replyTo) implements Command {}

    /**
     * For demonstrations on regtest: gives the revoked commitment of ours that would pay us most, and falls silent: no
     * message to the peer and no transaction leaves this channel until a restart.
     *
     * @param replyTo told the transaction; empty when nothing is revoked yet
     */
    public record FallSilent(ActorRef<RevokedCommitment> replyTo) implements Command {}

    private record Flush() implements Command {}

    /** The answer to {@link GetState}. @param index of the channel in the registry */
    public record CurrentState(long index, ChannelState state) {}

    /** The answer to {@link FallSilent}. */
    public record RevokedCommitment(Optional<Tx> tx) {}

    /** An effect to be carried out by the node. @param index of the channel in the registry */
    public record Emitted(long index, ChannelEffect effect) {}

    private record Pending(ChannelCommand command, Optional<ActorRef<Decision>> replyTo) {}

    private final ActorContext<Command> actor;
    private final long index;
    private final ActorRef<Emitted> listener;
    private final RevokedStates revoked;
    /** Not part of the state: what is lost here at a crash is lost as if it had never arrived. */
    private final Transient now;

    private static final class Transient {
        private ChannelContext context;
        private List<Pending> pending = new ArrayList<>();
        private boolean flushing;
        private boolean resuming;
        private boolean silent;

        Transient(ChannelContext context) {
            this.context = context;
        }
    }

    /** The id of a channel's journal. @param node short name of the node */
    public static String persistenceId(String node, long index) {
        return "channel|" + node + "|" + index;
    }

    /** @param node short name of the node; @param index of the channel in the registry; @param listener carries the effects out */
    public static Behavior<Command> create(String node, long index, ChannelContext context,
            ActorRef<Emitted> listener) {
        return Behaviors.setup(actor -> new ChannelActor(actor, node, index, context, listener));
    }

    private ChannelActor(ActorContext<Command> actor, String node, long index, ChannelContext context,
            ActorRef<Emitted> listener) {
        super(PersistenceId.ofUniqueId(persistenceId(node, index)),
                SupervisorStrategy.restartWithBackoff(RETRY_FIRST, RETRY_LAST, 0.0));
        this.actor = actor;
        this.index = index;
        this.listener = listener;
        this.revoked = new RevokedStates();
        this.now = new Transient(context);
    }

    @Override
    public ChannelState emptyState() {
        return Channel.INITIAL;
    }

    @Override
    public EventHandler<ChannelState, ChannelEvent> eventHandler() {
        return (state, event) -> {
            ChannelState next = Channel.evolve(state, event);
            revoked.observe(state, next);
            return next;
        };
    }

    @Override
    public CommandHandler<Command, ChannelEvent, ChannelState> commandHandler() {
        return this::onCommand;
    }

    @Override
    public SignalHandler<ChannelState> signalHandler() {
        return newSignalHandlerBuilder().onSignal(RecoveryCompleted.class, (state, signal) -> recovered(state)).build();
    }

    private void recovered(ChannelState state) {
        // After a failed write Akka recovers with this same object: what was pending then is lost.
        now.pending = new ArrayList<>();
        now.flushing = false;
        if (state instanceof ChannelState.Unopened) return;
        now.resuming = true;
        now.pending.addFirst(new Pending(new ChannelCommand.LinkLost(), Optional.empty()));
        flushSoon();
    }

    private Effect<ChannelEvent, ChannelState> onCommand(ChannelState state, Command command) {
        return switch (command) {
            case Execute(ChannelCommand asked, ActorRef<Decision> replyTo) -> later(asked, Optional.of(replyTo));
            case Tell(ChannelCommand asked) -> later(asked, Optional.empty());
            case Surroundings(BlockHeight height, FeeratePerKw closing, FeeratePerKw funding) -> {
                now.context = in(now.context, height, closing, funding);
                yield later(new ChannelCommand.NewBlock(height), Optional.empty());
            }
            case GetState(ActorRef<CurrentState> replyTo) ->
                Effect().none().thenRun(same -> replyTo.tell(new CurrentState(index, same)));
            case FallSilent(ActorRef<RevokedCommitment> replyTo) -> fallSilent(state, replyTo);
            case Flush flush -> flush(state);
        };
    }

    private Effect<ChannelEvent, ChannelState> later(ChannelCommand command, Optional<ActorRef<Decision>> replyTo) {
        now.pending.add(new Pending(command, replyTo));
        flushSoon();
        return Effect().none();
    }

    private void flushSoon() {
        if (now.flushing) return;
        now.flushing = true;
        actor.getSelf().tell(new Flush());
    }

    private Effect<ChannelEvent, ChannelState> flush(ChannelState state) {
        boolean resume = now.resuming;
        List<Pending> batch = takeBatch();
        var commands = new ArrayList<ChannelCommand>();
        for (Pending one : batch) commands.add(one.command());
        if (!resume) commands.add(new ChannelCommand.Commit());
        Channel.Batch decided = Channel.decideAll(now.context, state, commands);
        return Effect().persist(decided.events()).thenRun(next -> {
            run(decided.effects());
            if (resume) run(Channel.resume(now.context, next));
            for (int i = 0; i < batch.size(); i++) {
                Decision decision = decided.decisions().get(i);
                batch.get(i).replyTo().ifPresent(replyTo -> replyTo.tell(decision));
            }
        });
    }

    /** All that waits; after a restart the lost connection alone, so that the channel resumes before anything else. */
    private List<Pending> takeBatch() {
        now.flushing = false;
        if (now.resuming) {
            now.resuming = false;
            List<Pending> first = List.of(now.pending.removeFirst());
            if (!now.pending.isEmpty()) flushSoon();
            return first;
        }
        List<Pending> all = now.pending;
        now.pending = new ArrayList<>();
        return all;
    }

    private void run(List<ChannelEffect> effects) {
        for (ChannelEffect effect : effects)
            if (!now.silent || !(effect instanceof ChannelEffect.Send) && !(effect instanceof ChannelEffect.Publish))
                listener.tell(new Emitted(index, effect));
    }

    private Effect<ChannelEvent, ChannelState> fallSilent(ChannelState state, ActorRef<RevokedCommitment> replyTo) {
        Optional<Tx> tx = revoked.best().map(old -> Channel.localCommitment(now.context, old));
        if (tx.isPresent()) now.silent = true;
        return Effect().none().thenRun(same -> replyTo.tell(new RevokedCommitment(tx)));
    }

    private static ChannelContext in(ChannelContext old, BlockHeight height, FeeratePerKw closing,
            FeeratePerKw funding) {
        return new ChannelContext(height, closing, funding, old.keys(), old.nodeId(), old.nodeSecret(), old.features(),
                old.shutdownScript(), old.chainHash(), old.limits());
    }
}
