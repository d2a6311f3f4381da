package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.ChainWatcher.ConfirmedNotice;
import fulgurite.node.chain.ChainWatcher.PublishedNotice;
import fulgurite.node.chain.ChainWatcher.SpentNotice;
import fulgurite.node.chain.ChainWatcher.UnspentNotice;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.journal.OneFailure;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Quiescence;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.invariants.ChannelInvariants;
import fulgurite.protocol.channel.invariants.InvariantBreach;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.LightningMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * Keeps one channel alive: journals what {@link Channel} decides, then runs the effects: those for the chain and
 * the wallet here, the others through its owner. Holds no rule of its own.
 *
 * <p>Commands that arrive together are decided together: the first one sends a {@link Flush} to this actor itself, and
 * what has arrived until that comes around is one batch, with one journal write and one commitment_signed at its end. So
 * the busier a channel is, the larger are its batches.
 *
 * <p>Every event is held to the invariants before it is recorded. What would break one is not recorded, nothing of it is
 * sent, and this channel falls silent towards its peer and refuses what is asked of it; it still hears the chain, so that
 * its money is defended from the last good state. A restart lets it try again.
 *
 * <p>A restart begins with {@link ChannelCommand.LinkLost} and then does what {@link Channel#resume} says: a crash is a
 * disconnect.
 */
public final class ChannelActor extends EventSourcedBehavior<ChannelActor.Command, ChannelEvent, ChannelState> {
    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_LAST = Duration.ofSeconds(30);
    /** @bolt 2, Channel Quiescence */
    private static final Duration QUIET = Duration.ofSeconds(60);

    /** What the actor is asked to do. */
    public sealed interface Command {}

    /** Executes a channel command; replies once its events are durable and its effects under way. */
    public record Execute(ChannelCommand command, ActorRef<Outcome> replyTo) implements Command {}

    /**
     * Begins a new channel over the peer's present connection.
     *
     * @param opening {@link ChannelCommand.OpenAsFunder} or {@link ChannelCommand.AcceptAsFundee}
     * @param line to the peer, as its link's notice gives it
     */
    public record Begin(ChannelCommand opening, ChannelId temporaryId, ActorRef<PeerConnectionActor.Send> line,
            ActorRef<Outcome> replyTo) implements Command {}

    /** Executes a channel command whose outcome nobody waits for. */
    public record Tell(ChannelCommand command) implements Command {}

    /** The surroundings have changed; a new block among them. */
    public record Surroundings(ChannelEnvironment.Weather weather) implements Command {}

    /**
     * For demonstrations on regtest: gives the revoked commitment of ours that would pay us most, and falls silent: no
     * message to the peer and no commitment leaves this channel until a restart.
     *
     * @param replyTo told the transaction, which is published; empty when nothing is revoked yet
     */
    public record FallSilent(ActorRef<RevokedCommitment> replyTo) implements Command {}

    private record Flush() implements Command {}

    private record FromPeer(PeerActor.ChannelNotice notice) implements Command {}

    private record Confirmed(ConfirmedNotice notice) implements Command {}

    private record Spent(SpentNotice notice) implements Command {}

    private record Unspent(UnspentNotice notice) implements Command {}

    private record Funding(WalletActor.FundResult result) implements Command {}

    private record Published(PublishedNotice notice) implements Command {}

    /** The answer to {@link Execute}. @param index of the channel in the registry */
    public record Outcome(long index, ChannelCommand command, Decision decision) {}

    /** The answer to {@link FallSilent}. */
    public record RevokedCommitment(Optional<Tx> tx) {}

    /** What the actor tells its owner. */
    public sealed interface Emitted {
        /** Of the channel in the registry. */
        long index();
    }

    /** Recovered, at a start or after a failure; this comes first. */
    public record Started(long index, ChannelState state) implements Emitted {}

    /** The state after a journal write; told before the effects of it. */
    public record Changed(long index, ChannelState state) implements Emitted {}

    /** An invariant would have been broken: the channel takes no part any more. @param reason for a person */
    public record Stopped(long index, String reason) implements Emitted {}

    /** The chain has answered to a transaction of this channel. */
    public record TxPublished(long index, TxId txid, ChainBackend.Published result) implements Emitted {}

    /** An effect for the rest of the node. Those for chain and wallet are carried out here. */
    public record Effected(long index, ChannelEffect effect) implements Emitted {}

    /** Whom the actor works with. @param listener its owner; @param backup has the channel before its funding is published */
    public record Ports(ActorRef<Emitted> listener, ActorRef<ChainWatcher.Command> chain,
            ActorRef<WalletActor.Command> wallet, ActorRef<PeersActor.Command> peers, BackupPort backup) {
        public Ports(ActorRef<Emitted> listener, ActorRef<ChainWatcher.Command> chain,
                ActorRef<WalletActor.Command> wallet, ActorRef<PeersActor.Command> peers) {
            this(listener, chain, wallet, peers, BackupPort.NONE);
        }
    }

    private final ActorContext<Command> actor;
    private final long index;
    private final Identity identity;
    private final Ports ports;
    private final RevokedStates revoked;
    private final boolean checked;
    private final ChannelHands hands;
    private final Standstill standstill;
    private final CommandQueue queue;
    /** Not part of the state, like the three above: what is lost here at a crash is lost as if it had never arrived. */
    private ChannelContext context;

    /** The id of a channel's journal. @param node short name of the node */
    public static String persistenceId(String node, long index) {
        return "channel|" + node + "|" + index;
    }

    /**
     * Which channel it is.
     *
     * @param index of the channel in the registry
     * @param since nothing of the channel is on chain below this height
     * @param address where the peer was reached last, for dialling it after a restart
     */
    public record Identity(long index, NodeId peer, BlockHeight since, Optional<PeerAddress> address) {}

    /** A channel that is held to its invariants. @param node short name of the node */
    public static Behavior<Command> create(String node, Identity identity, ChannelContext context, Ports ports) {
        return create(node, identity, context, ports, true);
    }

    /** @param checked whether every event is held to the invariants before it is recorded */
    public static Behavior<Command> create(String node, Identity identity, ChannelContext context, Ports ports,
            boolean checked) {
        return OneFailure.ofEachWrite(Behaviors.setup(actor -> Behaviors.withTimers(
                timers -> new ChannelActor(actor, timers, node, identity, context, ports, checked))));
    }

    private ChannelActor(ActorContext<Command> actor, TimerScheduler<Command> timers, String node, Identity identity,
            ChannelContext context, Ports ports, boolean checked) {
        super(PersistenceId.ofUniqueId(persistenceId(node, identity.index())),
                SupervisorStrategy.restartWithBackoff(RETRY_FIRST, RETRY_LAST, 0.0).withLogLevel(Level.WARN));
        this.actor = actor;
        this.checked = checked;
        this.index = identity.index();
        this.identity = identity;
        this.ports = ports;
        this.revoked = new RevokedStates();
        this.context = context;
        this.hands = new ChannelHands(identity, ports, new ChannelHands.Ears(
                actor.messageAdapter(PeerActor.ChannelNotice.class, FromPeer::new),
                actor.messageAdapter(ConfirmedNotice.class, Confirmed::new),
                actor.messageAdapter(SpentNotice.class, Spent::new),
                actor.messageAdapter(UnspentNotice.class, Unspent::new),
                actor.messageAdapter(WalletActor.FundResult.class, Funding::new),
                actor.messageAdapter(PublishedNotice.class, Published::new),
                limit -> timers.startSingleTimer(limit, new Tell(new ChannelCommand.QuiescenceOver()), QUIET)),
                actor);
        this.standstill = new Standstill(index, hands, ports.listener());
        this.queue = new CommandQueue(hands, () -> actor.getSelf().tell(new Flush()));
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
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (state, signal) -> recovered(state))
                // The journal does not take what we decide: whatever the peer says now cannot be answered.
                .onSignal(PreRestart.class, (state, signal) -> hands.hangUp("the journal does not answer"))
                .build();
    }

    private void recovered(ChannelState state) {
        ports.listener().tell(new Started(index, state));
        standstill.tell();
        if (state instanceof ChannelState.Unopened) {
            // An opening of which nothing is written has come to nothing.
            Decision nothing = Decision.refuse(new Refusal.Stopped("the journal did not answer"));
            queue.giveUp().forEach(one -> one.answer(index, nothing));
            return;
        }
        if (state instanceof ChannelState.Funded funded) {
            ports.backup().funded(identity.since(), funded.channel());
            hands.attach(funded.channel().id());
        }
        identity.address().ifPresent(address -> hands.toPeer(new PeerActor.LearnAddress(address)));
        hands.disconnect();
        queue.resume(state).forEach(one -> answerOffer(state, one));
    }

    /** After a write Akka Persistence has taken the log's usual companions away. */
    private void report(ChannelState state) {
        actor.getLog()
                .atInfo()
                .addKeyValue("peer", identity.peer())
                .addKeyValue("channel", index)
                .log("the channel's state is {}", state.getClass().getSimpleName());
    }

    /** Whoever offered an HTLC that was written after all hears that it was. */
    private void answerOffer(ChannelState state, CommandQueue.Told one) {
        if (!(one.command() instanceof ChannelCommand.OfferHtlc offer) || one.replyTo().isEmpty()) return;
        long id = Again.carried(state, offer.origin()).orElseThrow();
        one.answer(index, Decision.refuse(new Refusal.AlreadyOffered(offer.origin(), id)));
    }

    private Effect<ChannelEvent, ChannelState> onCommand(ChannelState state, Command command) {
        return switch (command) {
            case Execute(ChannelCommand asked, ActorRef<Outcome> replyTo) -> later(asked, Optional.of(replyTo));
            case Begin begin -> {
                hands.connect(begin.line());
                hands.attach(begin.temporaryId());
                yield later(begin.opening(), Optional.of(begin.replyTo()));
            }
            case FromPeer(PeerActor.ChannelNotice notice) -> heard(notice);
            case Tell(ChannelCommand asked) -> later(asked, Optional.empty());
            case Surroundings(ChannelEnvironment.Weather weather) -> {
                context = context.at(weather.height(), weather.feerates());
                yield later(new ChannelCommand.NewBlock(weather.height()), Optional.empty());
            }
            case FallSilent(ActorRef<RevokedCommitment> replyTo) -> fallSilent(state, replyTo);
            case Flush flush -> flush(state);
            case Confirmed(ConfirmedNotice notice) -> later(Notices.confirmed(state, notice), Optional.empty());
            case Spent(SpentNotice notice) -> later(notice.height()
                    .map(height -> Notices.spent(state, notice, height))
                    .orElseGet(() -> new ChannelCommand.SpendSeen(notice.outPoint(), notice.spendingTx())),
                    Optional.empty());
            case Unspent(UnspentNotice notice) ->
                later(new ChannelCommand.SpendUndone(notice.outPoint()), Optional.empty());
            case Funding(WalletActor.FundResult result) -> later(Notices.funding(result), Optional.empty());
            case Published(PublishedNotice notice) -> {
                if (notice.result() instanceof ChainBackend.Published.Rejected(String reason))
                    actor.getLog().warn("channel {}: {} was not accepted: {}", index, notice.txid(), reason);
                ports.listener().tell(new TxPublished(index, notice.txid(), notice.result()));
                yield Effect().none();
            }
        };
    }

    private Effect<ChannelEvent, ChannelState> heard(PeerActor.ChannelNotice notice) {
        return switch (notice) {
            case PeerActor.ChannelNotice.LinkUp(Features theirs, ActorRef<PeerConnectionActor.Send> line) -> {
                if (hands.isSilent()) yield Effect().none();
                yield later(
                        new CommandQueue.Told(new ChannelCommand.LinkUp(theirs), Optional.empty(), Optional.of(line)));
            }
            case PeerActor.ChannelNotice.LinkLost lost -> later(new ChannelCommand.LinkLost(), Optional.empty());
            case PeerActor.ChannelNotice.Received(LightningMessage message) ->
                hands.isSilent() ? Effect().none() : later(new ChannelCommand.Receive(message), Optional.empty());
        };
    }

    private Effect<ChannelEvent, ChannelState> later(ChannelCommand command, Optional<ActorRef<Outcome>> replyTo) {
        return later(new CommandQueue.Told(command, replyTo));
    }

    private Effect<ChannelEvent, ChannelState> later(CommandQueue.Told one) {
        queue.add(one);
        return Effect().none();
    }

    private Effect<ChannelEvent, ChannelState> flush(ChannelState state) {
        boolean resume = queue.isResuming();
        List<CommandQueue.Told> batch = standstill.isReached()
                ? standstill.followed(context, state, queue.take())
                : queue.take();
        var commands = new ArrayList<ChannelCommand>();
        for (CommandQueue.Told one : batch) commands.add(one.command());
        if (!resume && !standstill.isReached()) commands.add(new ChannelCommand.Commit());
        Channel.Batch decided = Channel.decideAll(context, state, commands, checked);
        if (decided.stop().isPresent()) {
            stop(decided.stop().get());
            // All but the one that would have broken the invariant: what may be followed even now is decided again.
            if (decided.stop().get().command() < batch.size())
                standstill.refuse(context, state, batch.remove(decided.stop().get().command()));
            queue.putBack(batch);
            if (resume) resume(state);
            return Effect().none();
        }
        queue.writing(batch);
        return Effect().persist(decided.events()).thenRun(next -> {
            queue.written();
            if (next.getClass() != state.getClass()) report(next);
            if (!decided.events().isEmpty()) ports.listener().tell(new Changed(index, next));
            if (next instanceof ChannelState.Funded funded && !(state instanceof ChannelState.Funded))
                ports.backup().funded(identity.since(), funded.channel());
            hands.run(decided.effects());
            if (resume) resume(next);
            for (int i = 0; i < batch.size(); i++) batch.get(i).answer(index, decided.decisions().get(i));
        });
    }

    private void resume(ChannelState state) {
        for (ChannelEffect effect : Channel.resume(context, state)) {
            Optional<InvariantBreach> breach = checked
                    ? ChannelInvariants.ofEffects(context, state, List.of(effect))
                    : Optional.empty();
            breach.ifPresentOrElse(
                    found -> stop(new Channel.Stop(found, 0, 0, effect.getClass().getSimpleName())),
                    () -> hands.run(List.of(effect)));
        }
    }

    /** Nothing of what would break an invariant is recorded or done, and the channel takes no part any more. */
    private void stop(Channel.Stop stop) {
        String reason = StopText.of(index, lastSequenceNumber(actor) + 1 + stop.event(), stop);
        actor.getLog().error(reason);
        standstill.begin(reason);
    }

    private Effect<ChannelEvent, ChannelState> fallSilent(ChannelState state, ActorRef<RevokedCommitment> replyTo) {
        Optional<Tx> tx = revoked.best().map(old -> Channel.localCommitment(context, old));
        if (tx.isPresent()) {
            hands.publish(tx.get());
            hands.fallSilent(tx.get().inputs().getFirst().outPoint());
        }
        return Effect().none().thenRun(same -> replyTo.tell(new RevokedCommitment(tx)));
    }
}
