package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.closing.Deadlines;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.closing.OnChain;
import fulgurite.protocol.channel.closing.ShuttingDown;
import fulgurite.protocol.channel.closing.SimpleClosing;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.invariants.InvariantBreach;
import fulgurite.protocol.channel.normal.Affordability;
import fulgurite.protocol.channel.normal.Committing;
import fulgurite.protocol.channel.normal.Fees;
import fulgurite.protocol.channel.normal.Offering;
import fulgurite.protocol.channel.normal.Quieting;
import fulgurite.protocol.channel.normal.Reestablishing;
import fulgurite.protocol.channel.normal.Settling;
import fulgurite.protocol.channel.opening.FundeeOpening;
import fulgurite.protocol.channel.opening.FunderOpening;
import fulgurite.protocol.channel.opening.Readiness;
import fulgurite.protocol.channel.opening.Unfunded;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.List;
import java.util.Optional;

/** The channel state machine, as pure functions. It only dispatches; the rules are in the packages below. */
public final class Channel {
    /** What every journal begins from. */
    public static final ChannelState INITIAL = new Unopened();

    /** So many are forgotten at once. */
    private static final int EXPIRED_ONIONS = 256;

    private Channel() {}

    /**
     * What a list of commands leads to: one journal write, then the effects in order.
     *
     * @param decisions one for each command
     * @param stop present when an invariant would have been broken: then nothing is to be recorded or done, the state is
     *        the one before, and the lists are empty
     */
    public record Batch(
            ChannelState state, List<ChannelEvent> events, List<ChannelEffect> effects, List<Decision> decisions,
            Optional<Stop> stop) {
        public Batch {
            events = List.copyOf(events);
            effects = List.copyOf(effects);
            decisions = List.copyOf(decisions);
        }
    }

    /**
     * Where a batch broke an invariant.
     *
     * @param command 0.. in the batch
     * @param event 0.. among all events of the batch: the one that would break it, or whose effects would
     * @param cause the name of that event, or of the command whose effects are wrong
     */
    public record Stop(InvariantBreach breach, int command, int event, String cause) {}

    /** Decides what a command leads to. Reads only its arguments, changes nothing. */
    public static Decision decide(ChannelContext context, ChannelState state, ChannelCommand command) {
        if (state instanceof Closing closing && OnChain.takes(command))
            return OnChain.decide(context, closing, command);
        return switch (command) {
            case OpenAsFunder c when state instanceof Unopened s -> FunderOpening.propose(context, s, c);
            case AcceptAsFundee c when state instanceof Unopened s -> FundeeOpening.accept(context, s, c);
            case FundingReady c when state instanceof AwaitingFundingTx s -> FunderOpening.funded(context, s, c);
            case FundingFailed c when state instanceof AwaitingFundingTx s ->
                FunderOpening.cannotFund(context, s, c.reason());
            case OfferHtlc c when state instanceof Normal s -> Offering.offer(context, s, c);
            case FulfilHtlc c -> settle(context, state, c.htlcId(), new HtlcResult.Fulfilled(c.preimage()));
            case FailHtlc c -> settle(context, state, c.htlcId(), new HtlcResult.Failed(c.reason()));
            case FailMalformedHtlc c ->
                settle(context, state, c.htlcId(), new HtlcResult.FailedMalformed(c.code(), c.sha256OfOnion()));
            case UpdateFee c when state instanceof Normal s -> Fees.propose(context, s, c);
            case Commit c -> state instanceof Normal s ? Committing.commit(context, s) : Decision.nothing();
            case Quiesce c when state instanceof Normal s -> Quieting.want(context, s);
            case QuiescenceOver c -> state instanceof Normal s ? Quieting.expired(context, s) : Decision.nothing();
            case Shutdown c when state instanceof Established s -> ShuttingDown.decide(context, s, c);
            case BumpClosing c when state instanceof Negotiating s -> SimpleClosing.bump(context, s, c);
            case ForceClose c when state instanceof Established s ->
                Failing.forceClose(context, s, "closed by our user");
            case AcknowledgeSettlement c -> Settling.acknowledge(context, state, c.htlcId());
            case Receive c -> Receiving.receive(context, state, c.message());
            case LinkUp c when state instanceof Closing s -> Restoring.connected(context, s);
            case LinkUp c -> state instanceof Established s
                    ? Reestablishing.connected(context, s, c.peerFeatures())
                    : Decision.nothing();
            case LinkLost c -> linkLost(context, state);
            case FundingConfirmed c -> state instanceof Established s
                    ? Readiness.confirmed(context, s, c)
                    : Decision.nothing();
            case FundingSpent c -> state instanceof Funded s
                    ? OnChain.fundingSpent(context, s, c)
                    : Decision.nothing();
            case OutputSpent c -> state instanceof Established s
                    ? Unfunded.rivalled(context, s, c)
                    : Decision.nothing();
            case SpendUndone c -> state instanceof Established s
                    ? Unfunded.rivalUndone(context, s, c)
                    : Decision.nothing();
            case SpendSeen c -> Decision.nothing();
            case TxConfirmed c -> Decision.nothing();
            case NewBlock c -> state instanceof Established s
                    ? newBlock(context, s, c)
                    : Decision.nothing();
            case OpenAsFunder c -> wrongState(state);
            case AcceptAsFundee c -> wrongState(state);
            case FundingReady c -> wrongState(state);
            case FundingFailed c -> wrongState(state);
            case OfferHtlc c -> wrongState(state);
            case UpdateFee c -> wrongState(state);
            case Quiesce c -> wrongState(state);
            case Shutdown c -> wrongState(state);
            case BumpClosing c -> wrongState(state);
            case ForceClose c when state instanceof Closing s -> Failing.forceCloseInstead(context, s);
            case ForceClose c -> wrongState(state);
        };
    }

    private static Decision settle(ChannelContext context, ChannelState state, long htlcId, HtlcResult result) {
        return switch (state) {
            case Established s -> Settling.settle(context, s, htlcId, result);
            case Closing s -> wrongState(state);
            case Unopened s -> wrongState(state);
            case AwaitingAccept s -> wrongState(state);
            case AwaitingFundingTx s -> wrongState(state);
            case AwaitingFundingSigned s -> wrongState(state);
            case AwaitingFundingCreated s -> wrongState(state);
            case Closed s -> wrongState(state);
        };
    }

    /** An opening without a funding is forgotten; a funded channel waits for the next connection. */
    private static Decision linkLost(ChannelContext context, ChannelState state) {
        return switch (state) {
            case Established s -> Reestablishing.disconnected(context, s);
            case Closing s -> Decision.nothing();
            case Closed s -> Decision.nothing();
            case Unopened s -> Decision.nothing();
            case AwaitingAccept s -> abandoned(context, state);
            case AwaitingFundingTx s -> abandoned(context, state);
            case AwaitingFundingSigned s -> abandoned(context, state);
            case AwaitingFundingCreated s -> abandoned(context, state);
        };
    }

    private static Decision abandoned(ChannelContext context, ChannelState state) {
        return Failing.abandon(new Transition(context, state), "disconnected before the channel was funded").accepted();
    }

    private static Decision newBlock(ChannelContext context, Established state, NewBlock c) {
        Optional<String> missed = Deadlines.missed(state.channel(), c.height(),
                context.limits().fulfilmentBlocks());
        if (missed.isPresent() && context.limits().htlcTimeouts())
            return Failing.forceClose(context, state, missed.get());
        Optional<Decision> unfunded = Unfunded.newBlock(context, state);
        if (unfunded.isPresent()) return unfunded.get();
        return switch (state) {
            case Normal s -> forgetting(context, s, Fees.follow(context, s));
            case Negotiating s -> SimpleClosing.newBlock(context, s);
            case AwaitingFunding s -> Decision.nothing();
        };
    }

    /** Beside what a block leads to: what need not be remembered after it, in batches. */
    private static Decision forgetting(ChannelContext context, Normal state, Decision decision) {
        if (!decision.eventsOrNone().isEmpty()
                || state.channel().onions().expired(context.height()) < EXPIRED_ONIONS)
            return decision;
        return new Transition(context, state).record(new ChannelEvent.OnionsForgotten(context.height())).accepted();
    }

    private static Decision wrongState(ChannelState state) {
        return Decision.refuse(new Refusal.WrongState(state.getClass().getSimpleName()));
    }

    /** Decides commands one after another, each on the state that the ones before have led to, and holds them to the invariants. */
    public static Batch decideAll(ChannelContext context, ChannelState state, List<ChannelCommand> commands) {
        return decideAll(context, state, commands, true);
    }

    /** @param checked whether every event and effect is held to the {@link fulgurite.protocol.channel.invariants.Invariant}s */
    public static Batch decideAll(
            ChannelContext context, ChannelState state, List<ChannelCommand> commands, boolean checked) {
        return new Deciding(context, state, checked).all(commands);
    }

    /** Applies a recorded fact. */
    public static ChannelState evolve(ChannelState state, ChannelEvent event) {
        return Evolution.evolve(state, event);
    }

    /** Applies recorded facts in order. */
    public static ChannelState evolveAll(ChannelState state, List<ChannelEvent> events) {
        ChannelState next = state;
        for (ChannelEvent event : events) next = evolve(next, event);
        return next;
    }

    /** What to do again after a restart, since nothing recorded says that it was done. The first command then is {@link ChannelCommand.LinkLost}. */
    public static List<ChannelEffect> resume(ChannelContext context, ChannelState state) {
        return Resumption.resume(context, state);
    }

    /** The most that we could offer in one HTLC now; zero when nothing. */
    public static MilliSatoshi sendable(ChannelContext context, ActiveChannel channel) {
        return Affordability.sendable(channel, context.limits(), Side.LOCAL);
    }

    /** The most that the peer could offer us in one HTLC now; zero when nothing. */
    public static MilliSatoshi receivable(ChannelContext context, ActiveChannel channel) {
        return Affordability.sendable(channel, context.limits(), Side.REMOTE);
    }

    /**
     * Our latest commitment in that state, signed by both sides. From a state that has been replayed up to an older
     * event it is a revoked one: publishing that forfeits the channel, and is for demonstrations only.
     */
    public static Tx localCommitment(ChannelContext context, ChannelState.Funded state) {
        return CommitmentSigning.latestSigned(context.keys(), state.channel());
    }
}
