package fulgurite.node.payment;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.Entropy;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.ChannelNews;
import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.payment.IncomingHtlc;
import fulgurite.protocol.payment.forwarded.ForwardDecision;
import fulgurite.protocol.payment.forwarded.Forwarding;
import fulgurite.protocol.payment.forwarded.ForwardingPolicy;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Opens every HTLC that arrives: those for this node go to its payments, the others to the channel that they name. The
 * results of those come back the same way.
 *
 * <p>Design. It remembers nothing that a crash may not take: the outgoing channel's journal has the HTLC with its
 * origin, the incoming one's has its onion, from which the secret for a failure is derived again. After a restart both
 * channels tell again what they wait for; a forward that was offered before is known by its origin. A result is
 * acknowledged downstream only when the upstream channel has it in its journal.
 */
public final class ForwarderActor {
    /** What the forwarder is told. */
    public sealed interface Command {}

    public record HtlcReceived(ChannelNews.HtlcReceived news) implements Command {}

    public record HtlcSettled(ChannelNews.HtlcSettled news, HtlcOrigin.Relayed origin) implements Command {}

    public record ChannelChanged(LiveChannel channel) implements Command {}

    public record NewHeight(BlockHeight height) implements Command {}

    private record Answered(ChannelActor.Outcome outcome) implements Command {}

    /** A failure that was held back. */
    private record AnswerDue(HtlcAnswer answer) implements Command {}

    /** The result of a forward that was held back. */
    private record ReturnDue(HtlcKey key) implements Command {}

    /**
     * The terms on which the node forwards.
     *
     * @param soonest blocks that an outgoing HTLC must leave at least
     */
    public record Terms(MilliSatoshi feeBase, long feeProportionalMillionths, CltvDelta expiryDelta,
            MilliSatoshi htlcMinimum, CltvDelta soonest) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Entropy entropy;
    private final PrivateKey nodeKey;
    private final Terms terms;
    private final ActorRef<PaymentsActor.Command> payments;
    private final IncomingGate gate;
    private final LocalChannels channels;
    /** Forwards that the outgoing channel has been offered and has not answered for. */
    private final SortedMap<HtlcKey, Arrival.ToForward> offered = new TreeMap<>();
    /** Results that the incoming channel has been given and has not answered for. */
    private final SortedMap<HtlcKey, ChannelNews.HtlcSettled> returning = new TreeMap<>();
    /** What incoming HTLCs were answered that are still there: a channel that starts again tells of them again. */
    private final SortedMap<HtlcKey, HtlcAnswer> answers = new TreeMap<>();
    /** HTLCs whose failures are held back. */
    private final Set<HtlcKey> delayed = new HashSet<>();
    private final SeenOnions seen = new SeenOnions();
    private BlockHeight height;

    private ForwarderActor(ActorContext<Command> context, TimerScheduler<Command> timers, Entropy entropy,
            PrivateKey nodeKey, Terms terms, ChannelLimits limits, ActorRef<PaymentsActor.Command> payments,
            IncomingGate gate, BlockHeight height) {
        this.context = context;
        this.timers = timers;
        this.entropy = entropy;
        this.nodeKey = nodeKey;
        this.terms = terms;
        this.payments = payments;
        this.gate = gate;
        this.channels = new LocalChannels(limits);
        this.height = height;
    }

    public static Behavior<Command> create(PrivateKey nodeKey, Entropy entropy, Terms terms, ChannelLimits limits,
            ActorRef<PaymentsActor.Command> payments, IncomingGate gate, BlockHeight height) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new ForwarderActor(context, timers, entropy, nodeKey, terms, limits, payments, gate, height)
                        .behavior()));
    }

    private Behavior<Command> behavior() {
        return Behaviors.receiveMessage(command -> {
            switch (command) {
                case HtlcReceived(ChannelNews.HtlcReceived news) -> received(news);
                case HtlcSettled(ChannelNews.HtlcSettled news, HtlcOrigin.Relayed origin) -> settled(news, origin);
                case ChannelChanged(LiveChannel channel) -> changed(channel);
                case NewHeight(BlockHeight next) -> {
                    height = next;
                    seen.forget(next);
                }
                case Answered(ChannelActor.Outcome outcome) -> answered(outcome);
                case AnswerDue(HtlcAnswer answer) -> {
                    delayed.remove(answer.htlc());
                    answer(answer);
                }
                case ReturnDue(HtlcKey key) -> giveBack(key);
            }
            return Behaviors.same();
        });
    }

    private void received(ChannelNews.HtlcReceived news) {
        IncomingHtlc htlc = incoming(news.channel(), news.htlc());
        // Nothing is forwarded that has been failed, and nothing is offered twice.
        HtlcAnswer before = answers.get(htlc.key());
        if (before != null) answer(before);
        if (before != null || offered.containsKey(htlc.key()) || delayed.contains(htlc.key())) return;
        Arrival arrival = Arrival.open(nodeKey, htlc);
        boolean mustFail = seen.isReplay(news.channel(), news.htlc()) || news.htlc().mustFail();
        switch (arrival) {
            case Arrival.Unreadable unreadable -> fail(arrival, unreadable.answer());
            case Arrival.ForUs ours when mustFail -> fail(ours, refused(ours.htlc(), ours.secret()));
            case Arrival.ForUs ours -> gate.arrived(ours, () -> payments.tell(new PaymentsActor.HtlcArrived(ours)));
            case Arrival.ToForward on when mustFail ->
                fail(on, Forwarding.refusedByChannel(on, Bytes.EMPTY).answer());
            case Arrival.ToForward on -> forward(on);
        }
    }

    /** A failure of ours: at once, but where a blinded path begins with us. @bolt 4, Route Blinding */
    private void fail(Arrival arrival, HtlcAnswer failure) {
        if (!Forwarding.isIntroduction(arrival)) {
            answer(failure);
            return;
        }
        delayed.add(failure.htlc());
        timers.startSingleTimer(failure.htlc(), new AnswerDue(failure), FinalAnswers.delay(entropy));
    }

    private static HtlcAnswer refused(IncomingHtlc htlc, SharedSecret secret) {
        return HtlcAnswer.fail(htlc.key(), secret, new FailureMessage.TemporaryChannelFailure(Bytes.EMPTY));
    }

    private static IncomingHtlc incoming(ChannelId channel, fulgurite.protocol.channel.IncomingHtlc htlc) {
        return new IncomingHtlc(new HtlcKey(channel, htlc.id()), htlc.amount(), htlc.expiry(), htlc.paymentHash(),
                htlc.onion(), htlc.pathKey());
    }

    private void forward(Arrival.ToForward arrival) {
        Optional<LiveChannel> out = switch (arrival.onward().next()) {
            case Arrival.ByChannel(ShortChannelId name) -> channels.find(name);
            case Arrival.ByNode(NodeId node) -> channels.to(node, arrival.onward().amount());
        };
        HtlcKey key = arrival.htlc().key();
        // Offered before a restart: whatever the terms are now, its result decides.
        var origin = new HtlcOrigin.Relayed(key.channelId(), key.htlcId());
        if (channels.carry(origin)) return;
        switch (Forwarding.decide(height, terms.soonest(), arrival, out.flatMap(this::policy))) {
            case ForwardDecision.Fail fail -> fail(arrival, fail.answer());
            case ForwardDecision.Forward forward -> {
                offered.put(key, arrival);
                out.orElseThrow()
                        .actor()
                        .tell(new ChannelActor.Execute(new ChannelCommand.OfferHtlc(forward.amount(),
                                forward.paymentHash(), forward.expiry(), forward.onion(),
                                origin, Optional.of(arrival.htlc().expiry()), forward.pathKey()), answers()));
            }
        }
    }

    private Optional<ForwardingPolicy> policy(LiveChannel channel) {
        return channel.active()
                .map(active -> new ForwardingPolicy(channel.isUsable(), terms.feeBase(),
                        terms.feeProportionalMillionths(), terms.expiryDelta(),
                        htlcMinimum(active), active.terms().capacity().toMilliSatoshi(), Bytes.EMPTY));
    }

    private MilliSatoshi htlcMinimum(ActiveChannel channel) {
        return terms.htlcMinimum().max(channel.terms().theirs().htlcMinimum());
    }

    private void settled(ChannelNews.HtlcSettled news, HtlcOrigin.Relayed origin) {
        var key = new HtlcKey(origin.incoming(), origin.htlcId());
        Optional<LiveChannel> upstream = channels.find(key.channelId());
        Optional<Htlc> htlc = upstream.flatMap(LiveChannel::active)
                .flatMap(active -> active.ledger().find(Side.REMOTE, key.htlcId()));
        if (upstream.isEmpty() || htlc.isEmpty()) {
            acknowledge(news);
            return;
        }
        returning.put(key, news);
        boolean later = !(news.settled().result() instanceof HtlcResult.Fulfilled)
                && Forwarding.isIntroduction(opened(key, htlc.get()));
        if (later) timers.startSingleTimer(new ReturnDue(key), new ReturnDue(key), FinalAnswers.delay(entropy));
        else giveBack(key);
    }

    private void giveBack(HtlcKey key) {
        ChannelNews.HtlcSettled news = returning.get(key);
        if (news == null) return;
        Optional<LiveChannel> upstream = channels.find(key.channelId());
        Optional<Htlc> htlc = upstream.flatMap(LiveChannel::active)
                .flatMap(active -> active.ledger().find(Side.REMOTE, key.htlcId()));
        if (upstream.isEmpty() || htlc.isEmpty()) {
            returning.remove(key);
            acknowledge(news);
            return;
        }
        HtlcAnswer answer = result(key, htlc.get(), news.settled().result());
        upstream.get().actor().tell(new ChannelActor.Execute(Answers.command(answer), answers()));
    }

    private HtlcAnswer result(HtlcKey key, Htlc htlc, HtlcResult result) {
        if (result instanceof HtlcResult.Fulfilled fulfilled) return new HtlcAnswer.Fulfil(key, fulfilled.preimage());
        Arrival arrival = opened(key, htlc);
        SharedSecret secret = switch (arrival) {
            case Arrival.ToForward on -> on.secret();
            case Arrival.ForUs ours -> ours.secret();
            case Arrival.Unreadable bad -> throw new IllegalStateException("an unreadable onion was forwarded");
        };
        if (Forwarding.isIntroduction(arrival)) return Forwarding.failedOnBlindedPath(arrival.htlc(), secret);
        return switch (result) {
            case HtlcResult.Fulfilled fulfilled -> new HtlcAnswer.Fulfil(key, fulfilled.preimage());
            case HtlcResult.Failed failed -> Forwarding.failedDownstream(key, secret, failed.reason());
            case HtlcResult.FailedMalformed bad ->
                Forwarding.malformedDownstream(key, secret, bad.code(), bad.sha256OfOnion());
            case HtlcResult.TimedOutOnChain late -> Forwarding.channelIsGone(key, secret);
        };
    }

    /** Read again from the onion, as when the HTLC came. */
    private Arrival opened(HtlcKey key, Htlc htlc) {
        return Arrival.open(nodeKey, new IncomingHtlc(key, htlc.amount(), htlc.expiry(), htlc.paymentHash(),
                htlc.onion(), htlc.pathKey()));
    }

    private void answer(HtlcAnswer answer) {
        answers.put(answer.htlc(), answer);
        channels.find(answer.htlc().channelId())
                .ifPresent(channel -> channel.actor().tell(new ChannelActor.Tell(Answers.command(answer))));
    }

    private void answered(ChannelActor.Outcome outcome) {
        if (outcome.command() instanceof ChannelCommand.OfferHtlc offer
                && offer.origin() instanceof HtlcOrigin.Relayed origin) {
            Arrival.ToForward arrival = offered.remove(new HtlcKey(origin.incoming(), origin.htlcId()));
            if (arrival != null && outcome.decision() instanceof Decision.Refused(Refusal refusal)
                    && !(refusal instanceof Refusal.AlreadyOffered) && !channels.carry(origin))
                fail(arrival, Forwarding.refusedByChannel(arrival, Bytes.EMPTY).answer());
            return;
        }
        channels.find(outcome.index())
                .flatMap(LiveChannel::channelId)
                .ifPresent(channel -> returned(new HtlcKey(channel, htlcId(outcome.command())), outcome.decision()));
    }

    private void returned(HtlcKey key, Decision decision) {
        boolean later = decision instanceof Decision.Refused(Refusal refusal)
                && !(refusal instanceof Refusal.AlreadySettled) && !(refusal instanceof Refusal.NoSuchHtlc);
        // What the channel cannot take now it is given again when it has changed.
        if (later) return;
        ChannelNews.HtlcSettled news = returning.remove(key);
        if (news != null) acknowledge(news);
    }

    private static long htlcId(ChannelCommand command) {
        if (command instanceof ChannelCommand.FulfilHtlc fulfil) return fulfil.htlcId();
        if (command instanceof ChannelCommand.FailHtlc fail) return fail.htlcId();
        if (command instanceof ChannelCommand.FailMalformedHtlc fail) return fail.htlcId();
        throw new IllegalStateException("not an answer to an HTLC: " + command.getClass());
    }

    private static void acknowledge(ChannelNews.HtlcSettled news) {
        news.channel()
                .actor()
                .tell(new ChannelActor.Tell(
                        new ChannelCommand.AcknowledgeSettlement(news.settled().htlcId())));
    }

    private void changed(LiveChannel channel) {
        Optional<LiveChannel> before = channels.find(channel.index());
        channels.changed(channel);
        seen.changed(channel);
        // Who is over answers no more, and has no id of its own either.
        Optional<ChannelId> id = channel.channelId().or(() -> before.flatMap(LiveChannel::channelId));
        id.ifPresent(known -> forgetAnswers(channel, known));
        if (before.map(one -> one.state().getClass()).equals(Optional.of(channel.state().getClass()))) return;
        for (var entry : new TreeMap<>(returning).entrySet())
            if (id.equals(Optional.of(entry.getKey().channelId())))
                settled(entry.getValue(), new HtlcOrigin.Relayed(entry.getKey().channelId(), entry.getKey().htlcId()));
    }

    /** What has its answer in the channel's own ledger, or belongs to a channel that is over, is asked for no more. */
    private void forgetAnswers(LiveChannel channel, ChannelId id) {
        SortedMap<HtlcKey, HtlcAnswer> its = answers.subMap(new HtlcKey(id, 0), new HtlcKey(id, -1));
        Optional<ActiveChannel> active = channel.active();
        if (active.isEmpty()) its.clear();
        else
            its.keySet()
                    .removeIf(key -> active.get()
                            .ledger()
                            .find(Side.REMOTE, key.htlcId())
                            .filter(htlc -> htlc.removal().isEmpty())
                            .isEmpty());
    }

    private ActorRef<ChannelActor.Outcome> answers() {
        return context.messageAdapter(ChannelActor.Outcome.class, Answered::new);
    }
}
