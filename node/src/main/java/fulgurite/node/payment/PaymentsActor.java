package fulgurite.node.payment;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
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
import fulgurite.node.Entropy;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.ChannelNews;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.journal.OneFailure;
import fulgurite.node.journal.UnsureWrite;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.graph.Network;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.incoming.IncomingCommand;
import fulgurite.protocol.payment.incoming.IncomingEffect;
import fulgurite.protocol.payment.incoming.Invoice;
import fulgurite.protocol.payment.outgoing.OutgoingEffect;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.payment.outgoing.RouteQuery;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Timestamp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.event.Level;

/**
 * The payments that this node makes and receives: journals what their rules
 * decide, then offers, fulfils and fails HTLCs in its channels. Commands that arrive together are decided together, as in
 * {@link ChannelActor}; finding a route is a pure question and is answered within the batch.
 */
public final class PaymentsActor extends EventSourcedBehavior<PaymentsActor.Command, PaymentEvent, PaymentBook> {
    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_LAST = Duration.ofSeconds(30);

    /** What the actor is asked and told. */
    public sealed interface Command {}

    /** Pays. @param replyTo told when the payment has succeeded or failed for good, or why it does not begin */
    public record Pay(PaymentTerms terms, ActorRef<PayResult> replyTo) implements Command {}

    /** Pays over such of these blinded paths as can be used. @param replyTo as in {@link Pay} */
    public record PayBlinded(PaymentHash hash, MilliSatoshi amount, List<PaymentPath> paths,
            PaymentTerms.Limits limits, ActorRef<PayResult> replyTo) implements Command {}

    /** Remembers an invoice, so that it can be paid. @param blindedPaths by which alone, if so */
    public record AddInvoice(Invoice invoice, Optional<Bytes> blindedPaths, ActorRef<Added> replyTo)
            implements
            Command {
        /** By its secret. */
        public AddInvoice(Invoice invoice, ActorRef<Added> replyTo) {
            this(invoice, Optional.empty(), replyTo);
        }
    }

    /** The same, over blinded paths that are made for it. @param before how many nodes each should have before this one, 1.. */
    public record AddBlindedInvoice(Invoice invoice, int before, ActorRef<AddedBlinded> replyTo) implements Command {}

    public record GetPayments(ActorRef<PaymentBook> replyTo) implements Command {}

    /** The route that such a payment would try first. @param others who could be paid instead: the cheapest is */
    public record FindRoute(RouteQuery query, List<NodeId> others, ActorRef<RouteAnswer> replyTo) implements Command {
        public FindRoute {
            others = List.copyOf(others);
        }
    }

    /** Tells the story of a payment that we make. */
    public record Explain(PaymentHash hash, ActorRef<PaymentStory> replyTo) implements Command {}

    /** An HTLC is for this node. */
    public record HtlcArrived(Arrival.ForUs arrival) implements Command {}

    /** An HTLC of a payment of ours has its result. */
    public record HtlcSettled(ChannelNews.HtlcSettled news, HtlcOrigin.Local origin) implements Command {}

    public record ChannelChanged(LiveChannel channel) implements Command {}

    /** What is known of the network has changed. */
    public record NewNetwork(Network network) implements Command {}

    public record NewHeight(BlockHeight height) implements Command {}

    /** From now on, tells each fact about a payment once it is durable, until the listener ends. */
    public record Subscribe(ActorRef<Recorded> listener) implements Command {}

    /** Facts that were recorded together, and what they led to. */
    public record Recorded(List<PaymentEvent> events, PaymentBook book) {
        public Recorded {
            events = List.copyOf(events);
        }
    }

    private record Unsubscribe(ActorRef<Recorded> listener) implements Command {}

    private record Wake(PaymentHash hash) implements Command {}

    /** A failure has been held back for long enough. */
    private record AnswerDue(HtlcKey htlc) implements Command {}

    private record Offered(ChannelActor.Outcome outcome) implements Command {}

    private record Resume() implements Command {}

    private record Flush() implements Command {}

    /** The answer to {@link Pay}. */
    public sealed interface PayResult {}

    public record Ended(PaymentHash hash, PaymentBook.Outgoing payment) implements PayResult {}

    /** @param refusal why it does not begin */
    public record NotBegun(PaymentHash hash, Refusal refusal) implements PayResult {}

    /** The answer to {@link AddBlindedInvoice}. */
    public sealed interface AddedBlinded {}

    /** There is no channel with room in it whose peer knows blinded paths and has told its terms. */
    public record NoPaths() implements AddedBlinded {}

    /** The answer to {@link AddInvoice}, once it is durable. */
    public record Added(Invoice invoice, Optional<Bytes> blindedPaths) implements AddedBlinded {}

    /** The answer to {@link FindRoute}. @param why for a person, when there is none */
    public record RouteAnswer(RouteResult result, String why) {}

    /** Whom the actor works with. */
    public record Setting(String node, NodeId nodeId, PrivateKey nodeKey, ChannelLimits limits, Entropy entropy,
            InstantSource clock,
            PathFinder finder) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Setting setting;
    private final LocalChannels channels;
    private final SortedMap<PaymentHash, List<ActorRef<PayResult>>> waiting = new TreeMap<>();
    private final Deque<PaymentTask> pending = new ArrayDeque<>();
    private final List<ActorRef<Recorded>> listeners = new ArrayList<>();
    /** Decided, and not known to be written. */
    private final List<PaymentTask> writing = new ArrayList<>();
    private final UnsureWrite<PaymentBook> unsure = new UnsureWrite<>();
    private final PaymentWorld world;
    private final FinalAnswers<Command> answers;
    private final Offers offers;
    private boolean flushing;

    public static Behavior<Command> create(Setting setting, BlockHeight height) {
        return OneFailure.ofEachWrite(Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new PaymentsActor(context, timers, setting, height))));
    }

    private PaymentsActor(ActorContext<Command> context, TimerScheduler<Command> timers, Setting setting,
            BlockHeight height) {
        super(PersistenceId.ofUniqueId("payments|" + setting.node()),
                SupervisorStrategy.restartWithBackoff(RETRY_FIRST, RETRY_LAST, 0.0).withLogLevel(Level.WARN));
        this.context = context;
        this.timers = timers;
        this.setting = setting;
        this.channels = new LocalChannels(setting.limits());
        this.world = new PaymentWorld(setting, channels, height);
        this.offers = new Offers(channels);
        this.answers = new FinalAnswers<>(channels, setting.nodeKey(), setting.entropy(), timers, AnswerDue::new);
    }

    @Override
    public PaymentBook emptyState() {
        return PaymentBook.EMPTY;
    }

    @Override
    public EventHandler<PaymentBook, PaymentEvent> eventHandler() {
        return PaymentBook::evolve;
    }

    @Override
    public CommandHandler<Command, PaymentEvent, PaymentBook> commandHandler() {
        return this::onCommand;
    }

    @Override
    public SignalHandler<PaymentBook> signalHandler() {
        return newSignalHandlerBuilder().onSignal(RecoveryCompleted.class, (book, signal) -> recovered(book)).build();
    }

    private void recovered(PaymentBook book) {
        // After a failed write Akka recovers with this same object: what was not written is decided again.
        if (!unsure.recovered(lastSequenceNumber(context), book))
            for (PaymentTask task : writing.reversed()) pending.addFirst(PaymentTask.again(task));
        writing.clear();
        flushing = !pending.isEmpty();
        // First what is known already: else what has failed would be tried again.
        if (flushing) context.getSelf().tell(new Flush());
        context.getSelf().tell(new Resume());
    }

    private Effect<PaymentEvent, PaymentBook> onCommand(PaymentBook book, Command command) {
        return switch (command) {
            case Pay(PaymentTerms terms, var replyTo) -> later(PaymentTask.start(terms, replyTo));
            case PayBlinded pay -> payBlinded(book, pay);
            case AddInvoice request -> later(PaymentTask.of(request));
            case AddBlindedInvoice(Invoice invoice, int before, var replyTo) -> {
                List<PaymentPath> paths = world.pathsToUs(invoice, before);
                if (paths.isEmpty()) replyTo.tell(new NoPaths());
                else
                    context.getSelf()
                            .tell(new AddInvoice(invoice, Optional.of(PaymentPath.encode(paths)),
                                    replyTo.narrow()));
                yield Effect().none();
            }
            case HtlcArrived(Arrival.ForUs arrival) when answers.isFailing(arrival.htlc().key()) -> {
                answers.again(arrival.htlc().key());
                yield Effect().none();
            }
            case AnswerDue(HtlcKey htlc) -> {
                answers.again(htlc);
                yield Effect().none();
            }
            case HtlcArrived(Arrival.ForUs arrival) -> later(new PaymentTask.Incoming(arrival.htlc().paymentHash(),
                    new IncomingCommand.ReceiveHtlc(arrival)));
            case HtlcSettled(var news, var origin) -> later(PaymentTask.settled(news, origin));
            case Wake(PaymentHash hash) -> later(new PaymentTask.Incoming(hash, new IncomingCommand.Wake()));
            case Offered(ChannelActor.Outcome outcome) ->
                offers.answered(outcome).map(this::later).orElseGet(() -> Effect().none());
            case GetPayments(var replyTo) -> Effect().none().thenRun(same -> replyTo.tell(same));
            case FindRoute(RouteQuery query, List<NodeId> others, var replyTo) -> {
                replyTo.tell(world.answer(query, others));
                yield Effect().none();
            }
            case Explain(PaymentHash hash, var replyTo) -> {
                replyTo.tell(world.explain(book, hash));
                yield Effect().none();
            }
            case ChannelChanged(LiveChannel channel) -> {
                channels.changed(channel);
                answers.channelChanged();
                yield Effect().none();
            }
            case NewNetwork(Network network) -> {
                world.changed(network);
                yield Effect().none();
            }
            case NewHeight(BlockHeight height) -> {
                world.reached(height);
                yield Effect().none();
            }
            case Subscribe(var listener) -> {
                context.watchWith(listener, new Unsubscribe(listener));
                listeners.add(listener);
                yield Effect().none();
            }
            case Unsubscribe(var listener) -> {
                listeners.removeIf(each -> each.equals(listener));
                yield Effect().none();
            }
            case Resume again -> resume(book);
            case Flush flush -> flush(book);
        };
    }

    private Effect<PaymentEvent, PaymentBook> payBlinded(PaymentBook book, PayBlinded pay) {
        // Its own invoice, though the paths do not tell: the HTLC would go in a circle.
        if (book.incoming().get(pay.hash()).isPresent()) {
            pay.replyTo().tell(new NotBegun(pay.hash(), new Refusal.HashTaken(pay.hash())));
            return Effect().none();
        }
        List<PaymentPath> usable = world.usable(pay.paths());
        if (usable.isEmpty()) {
            pay.replyTo().tell(new NotBegun(pay.hash(), new Refusal.NoUsablePath(pay.hash())));
            return Effect().none();
        }
        return later(PaymentTask.start(PaymentTerms.overBlindedPaths(pay.hash(), pay.amount(), usable, pay.limits()),
                pay.replyTo()));
    }

    private Effect<PaymentEvent, PaymentBook> later(PaymentTask task) {
        pending.add(task);
        if (!flushing) {
            flushing = true;
            context.getSelf().tell(new Flush());
        }
        return Effect().none();
    }

    private Effect<PaymentEvent, PaymentBook> resume(PaymentBook book) {
        world.resumed(book);
        answers.resume();
        var batch = new PaymentBatch(book, world);
        batch.resume();
        return carryOut(batch, List.of());
    }

    private Effect<PaymentEvent, PaymentBook> flush(PaymentBook book) {
        flushing = false;
        List<PaymentTask> tasks = List.copyOf(pending);
        pending.clear();
        var batch = new PaymentBatch(book, world);
        var after = new ArrayList<Runnable>();
        for (PaymentTask task : tasks) {
            switch (task) {
                case PaymentTask.Outgoing outgoing -> {
                    Optional<Refusal> refusal = batch.decide(outgoing.hash(), outgoing.command());
                    outgoing.acknowledge().ifPresent(acknowledge -> after.add(acknowledge::send));
                    outgoing.replyTo().ifPresent(replyTo -> expect(outgoing.hash(), refusal, replyTo));
                    if (refusal.isEmpty() || outgoing.acknowledge().isPresent()) writing.add(outgoing);
                }
                case PaymentTask.Incoming incoming -> {
                    Optional<Refusal> refusal = batch.decide(incoming.hash(), incoming.command());
                    if (refusal.isEmpty()) writing.add(incoming);
                    if (refusal.isEmpty())
                        incoming.request()
                                .ifPresent(asked -> after.add(() -> PaymentTask.answer(asked)));
                }
            }
        }
        return carryOut(batch, after);
    }

    private void expect(PaymentHash hash, Optional<Refusal> refusal, ActorRef<PayResult> replyTo) {
        if (refusal.isPresent()) replyTo.tell(new NotBegun(hash, refusal.get()));
        else waiting.computeIfAbsent(hash, first -> new ArrayList<>()).add(replyTo);
    }

    private Effect<PaymentEvent, PaymentBook> carryOut(PaymentBatch batch, List<Runnable> after) {
        unsure.begin(lastSequenceNumber(context) + batch.events().size(), book -> {
            writing.clear();
            if (!batch.events().isEmpty())
                listeners.forEach(listener -> listener.tell(new Recorded(batch.events(), book)));
            batch.outgoing().forEach(effect -> run(book, effect));
            batch.incoming().forEach(this::run);
            after.forEach(Runnable::run);
        });
        return Effect().persist(batch.events()).thenRun(unsure::written);
    }

    private void run(PaymentBook book, OutgoingEffect effect) {
        switch (effect) {
            case OutgoingEffect.OfferHtlc offer -> offers
                    .ask(offer, context.messageAdapter(ChannelActor.Outcome.class, Offered::new))
                    .ifPresent(this::later);
            case OutgoingEffect.ReportSucceeded report -> report(book, report.paymentHash());
            case OutgoingEffect.ReportFailed report -> report(book, report.paymentHash());
            case OutgoingEffect.FindRoute asked -> throw new IllegalStateException("answered within the batch");
        }
    }

    private void report(PaymentBook book, PaymentHash hash) {
        context.getLog()
                .atInfo()
                .addKeyValue("payment", hash)
                .log(book.outgoingState(hash) instanceof OutgoingState.Succeeded ? "payment made" : "payment failed");
        List<ActorRef<PayResult>> asking = waiting.remove(hash);
        if (asking == null) return;
        var told = new Ended(hash, book.outgoing().get(hash).orElseThrow());
        asking.forEach(replyTo -> replyTo.tell(told));
    }

    private void run(IncomingEffect effect) {
        switch (effect) {
            case IncomingEffect.Answer(HtlcAnswer answer) -> answers.give(answer);
            case IncomingEffect.WakeAt(PaymentHash hash, Timestamp at) -> timers.startSingleTimer(hash, new Wake(hash),
                    Duration.ofMillis(Math.max(0, at.epochMillis() - world.now().epochMillis())));
            case IncomingEffect.ReportReceived received -> context.getLog()
                    .atInfo()
                    .addKeyValue("payment", received.paymentHash())
                    .log("received {}", received.amount());
        }
    }
}
