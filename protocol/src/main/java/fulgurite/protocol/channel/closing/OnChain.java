package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Funded;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.Settlement;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.channel.opening.FundingOutput;
import fulgurite.protocol.channel.opening.Unfunded;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a channel does from the first transaction of its end until nothing is left on chain.
 *
 * <p>The journal keeps facts only: which outputs the chain saw spent, by what, at which height. A {@link Plan} says
 * what follows from them at the context's height, and it is made anew for each block and after each restart.
 *
 * @bolt 5, Recommendations for On-chain Transaction Handling
 */
public final class OnChain {
    private OnChain() {}

    /** The chain has confirmed a spend of the funding output, whatever state the channel is in. */
    public static Decision fundingSpent(ChannelContext context, Funded state, FundingSpent spend) {
        var event = new ChannelEvent.FundingSpendConfirmed(spend.tx(), spend.height());
        if (state instanceof Closing closing && closing.progress()
                .fundingSpentBy()
                .filter(known -> known.tx().equals(spend.tx()) && known.height().equals(spend.height()))
                .isPresent())
            return follow(context, closing, List.of(), List.of(), true);
        var next = (Closing) Channel.evolve(state, event);
        var effects = new ArrayList<ChannelEffect>();
        if (!(state instanceof Closing)) effects.add(new ChannelEffect.ChannelUnusable(state.channel().id()));
        FundingSpender.of(next.channel(), context.keys(), spend.tx())
                .warning()
                .map(text -> new ChannelEffect.WarnOperator(next.channel().id(), text))
                .ifPresent(effects::add);
        return follow(context, next, List.of(event), effects, true);
    }

    /** Whether {@link #decide} takes this command in a channel that is closing. */
    public static boolean takes(ChannelCommand command) {
        return command instanceof FundingSpent || command instanceof OutputSpent || command instanceof SpendUndone
                || command instanceof SpendSeen || command instanceof TxConfirmed
                || command instanceof FundingConfirmed || command instanceof NewBlock
                || command instanceof FundingReady || command instanceof FundingFailed
                || command instanceof FulfilHtlc || command instanceof FailHtlc || command instanceof FailMalformedHtlc;
    }

    /** Commands to a channel that is closing: those that it {@link #takes}; others are refused. */
    public static Decision decide(ChannelContext context, Closing state, ChannelCommand command) {
        if (command instanceof FundingSpent c) return fundingSpent(context, state, c);
        if (command instanceof OutputSpent c) return outputSpent(context, state, c);
        if (command instanceof SpendUndone c) return undone(context, state, c.outPoint());
        if (command instanceof SpendSeen c) return seen(context, state, c);
        // An answer to an opening that has failed meanwhile.
        if (command instanceof FundingReady c)
            return new Decision.Accepted(List.of(), List.of(new ChannelEffect.ReleaseFunding(c.tx())));
        if (command instanceof FulfilHtlc c) return fulfil(context, state, c);
        if (command instanceof FundingConfirmed c) return funded(context, state, c);
        if (command instanceof NewBlock) return newBlock(context, state);
        // Without a preimage there is nothing to do for the peer's HTLC: the peer takes it back after its expiry.
        // Depths are counted from heights.
        if (command instanceof FailHtlc || command instanceof FailMalformedHtlc || command instanceof FundingFailed
                || command instanceof TxConfirmed)
            return Decision.nothing();
        return Decision.refuse(new Refusal.WrongState(state.getClass().getSimpleName()));
    }

    /** What to publish and to watch at once when we close: the commitment, and the child that may have to pay for it. */
    static List<ChannelEffect> begin(ChannelContext context, Closing state) {
        Plan plan = plan(context, state);
        var effects = new ArrayList<>(plan.actions());
        effects.addAll(plan.watches());
        return effects;
    }

    /** What to publish and to watch, all of it again; settlements are not in it. */
    public static List<ChannelEffect> resume(ChannelContext context, Closing state) {
        Plan plan = plan(context, state);
        var effects = new ArrayList<>(plan.watches());
        // A reorganisation while we were away tells nobody what it took back, and one that is to come only who watches.
        var known = new ArrayList<OutPoint>();
        if (state.progress().fundingSpentBy().isPresent()) known.add(state.channel().funding());
        state.progress().spends().forEach(spend -> known.add(spend.outPoint()));
        for (OutPoint outPoint : known) {
            effects.add(new ChannelEffect.WatchSpent(outPoint, Bytes.EMPTY));
            effects.add(new ChannelEffect.AskUnspent(outPoint));
        }
        effects.addAll(plan.actions());
        return effects;
    }

    private static Decision newBlock(ChannelContext context, Closing state) {
        return Unfunded.beginsToWait(state.channel()) && !state.progress().isSilent()
                && state.progress().fundingSpentBy().isEmpty()
                        ? recorded(context, state, new ChannelEvent.FundingAwaited(context.height()))
                        : follow(context, state, List.of(), List.of(), false);
    }

    /** Who closed before the funding was in a block must know that it is: such a channel is not forgotten. */
    private static Decision funded(ChannelContext context, Closing state, FundingConfirmed c) {
        ActiveChannel channel = state.channel();
        boolean ours = c.tx().txid().equals(channel.funding().txid()) && FundingOutput.isIn(c.tx(), channel);
        if (channel.fundingStatus().depth() > 0 || !ours) return Decision.nothing();
        var events = new ArrayList<ChannelEvent>();
        if (channel.fundingTx().isEmpty()) events.add(new ChannelEvent.FundingSeen(c.tx()));
        var at = ShortChannelId.of(c.height(), c.txIndex(), channel.funding().index());
        events.add(new ChannelEvent.FundingConfirmed(at, c.depth()));
        return follow(context, (Closing) Channel.evolveAll(state, events), events, List.of(), true);
    }

    private static Decision outputSpent(ChannelContext context, Closing state, OutputSpent c) {
        var event = new ChannelEvent.OutputSpendConfirmed(c.outPoint(), c.tx(), c.height());
        boolean spends = c.tx().inputs().stream().anyMatch(input -> input.outPoint().equals(c.outPoint()));
        boolean known = state.progress()
                .spendOf(c.outPoint())
                .filter(spend -> spend.tx().equals(c.tx()) && spend.height().equals(c.height()))
                .isPresent();
        if (known || !spends) return follow(context, state, List.of(), List.of(), true);
        return recorded(context, state, event);
    }

    /**
     * A spend that we knew is in no block any more. It is watched again, and what followed from it is worked out anew;
     * what its origins were told stays told.
     */
    private static Decision undone(ChannelContext context, Closing state, OutPoint outPoint) {
        if (outPoint.equals(state.channel().funding())) return fundingUndone(context, state);
        if (state.progress().spendOf(outPoint).isEmpty()) return Decision.nothing();
        return recorded(context, state, new ChannelEvent.OutputSpendUndone(outPoint));
    }

    /**
     * The peer's commitment may have left the chain for good: having seen it we cannot go on with the channel, so ours
     * takes its place, unless the peer's has shown that we are behind.
     */
    private static Decision fundingUndone(ChannelContext context, Closing state) {
        if (state.progress().fundingSpentBy().isEmpty()) return Decision.nothing();
        var undone = new ChannelEvent.FundingSpendUndone();
        Tx gone = state.progress().fundingSpentBy().get().tx();
        boolean theirs = switch (FundingSpender.of(state.channel(), context.keys(), gone)) {
            case FundingSpender.TheirCommitment t -> true;
            case FundingSpender.TheirRevoked r -> true;
            case FundingSpender.MutualClose m -> false;
            case FundingSpender.OurCommitment o -> false;
            case FundingSpender.OurRevoked o -> false;
            case FundingSpender.OurForgotten o -> false;
            case FundingSpender.Future f -> false;
            case FundingSpender.Unknown u -> false;
        };
        if (!theirs || state.progress().published().isPresent() || state.progress().isSilent())
            return recorded(context, state, undone);
        var ours = new ChannelEvent.ClosedUnilaterally("the peer's commitment was taken back",
                Optional.of(CommitmentSigning.latestSigned(context.keys(), state.channel())));
        var next = (Closing) Channel.evolveAll(state, List.of(undone, ours));
        return follow(context, next, List.of(undone, ours), List.of(), true);
    }

    /** What the mempool shows is not final, but a preimage is one wherever it stands: whoever waits for it is told at once. */
    private static Decision seen(ChannelContext context, Closing state, SpendSeen c) {
        var events = new ArrayList<ChannelEvent>();
        for (Htlc htlc : state.channel().ledger().htlcs())
            if (htlc.offeredBy() == Side.LOCAL && htlc.preimage().isEmpty()
                    && !state.progress().settledHtlcs().contains(htlc.id()))
                Preimages.shownBy(c.tx(), htlc.paymentHash())
                        .ifPresent(preimage -> events.add(new ChannelEvent.HtlcSettledOnChain(htlc.id(),
                                new HtlcResult.Fulfilled(preimage))));
        if (events.isEmpty()) return undone(context, state, c.outPoint());
        var next = (Closing) Channel.evolveAll(state, events);
        var effects = new ArrayList<ChannelEffect>();
        for (Settlement s : next.channel().settlements())
            if (!state.channel().settlements().contains(s))
                effects.add(new ChannelEffect.HtlcSettled(s.origin(), s.htlcId(), s.result()));
        Decision rest = undone(context, next, c.outPoint());
        events.addAll(rest.eventsOrNone());
        effects.addAll(rest.effectsOrNone());
        return new Decision.Accepted(events, effects);
    }

    private static Decision recorded(ChannelContext context, Closing state, ChannelEvent event) {
        return follow(context, (Closing) Channel.evolve(state, event), List.of(event), List.of(), true);
    }

    /** We learn a preimage when the channel is on chain already: it is worth the HTLC if no spend has come before. */
    private static Decision fulfil(ChannelContext context, Closing state, FulfilHtlc c) {
        Optional<Htlc> htlc = state.channel().ledger().find(Side.REMOTE, c.htlcId());
        if (htlc.isEmpty() || htlc.get().stage() != Stage.IRREVOCABLE)
            return Decision.refuse(new Refusal.NoSuchHtlc(c.htlcId()));
        if (!Hashes.sha256(c.preimage().bytes()).bytes().equals(htlc.get().paymentHash().bytes()))
            return Decision.refuse(new Refusal.WrongPreimage(c.htlcId()));
        if (htlc.get().preimage().isPresent()) return Decision.nothing();
        var event = new ChannelEvent.PreimageLearned(c.htlcId(), c.preimage());
        return recorded(context, state, event);
    }

    /**
     * What follows from a state in which {@code before} has just been recorded.
     *
     * @param watching whether something new is to be watched; a block alone brings nothing new
     */
    private static Decision follow(
            ChannelContext context, Closing state, List<ChannelEvent> before, List<ChannelEffect> first,
            boolean watching) {
        Plan plan = plan(context, state);
        var events = new ArrayList<>(before);
        var effects = new ArrayList<>(first);
        if (watching) effects.addAll(plan.watches());
        effects.addAll(plan.actions());
        Closing next = state;
        for (ChannelEvent.HtlcSettledOnChain settled : plan.settlements()) {
            events.add(settled);
            next = (Closing) Channel.evolve(next, settled);
            next.channel()
                    .settlement(settled.htlcId())
                    .ifPresent(s -> effects.add(new ChannelEffect.HtlcSettled(s.origin(), s.htlcId(), s.result())));
        }
        // The origins of our HTLCs must know their results first: a closed channel remembers nothing.
        if (plan.isDone() && next.channel().settlements().isEmpty()) {
            String reason = reason(context, next);
            events.add(new ChannelEvent.ClosedBecause(reason));
            effects.add(new ChannelEffect.ChannelClosed(reason));
        }
        return new Decision.Accepted(events, effects);
    }

    private static String reason(ChannelContext context, Closing state) {
        return state.progress()
                .fundingSpentBy()
                .flatMap(spend -> FundingSpender.of(state.channel(), context.keys(), spend.tx()).reason())
                .orElse(state.progress().reason());
    }

    private static Plan plan(ChannelContext context, Closing state) {
        var plan = new Plan(context, state.channel(), state.progress());
        Resolving.resolve(plan);
        return plan;
    }
}
