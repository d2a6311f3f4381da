package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Funded;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.crypto.Hashes;
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
        return command instanceof FundingSpent || command instanceof OutputSpent || command instanceof TxConfirmed
                || command instanceof NewBlock || command instanceof FundingReady || command instanceof FundingFailed
                || command instanceof FulfilHtlc || command instanceof FailHtlc || command instanceof FailMalformedHtlc;
    }

    /** Commands to a channel that is closing: those that it {@link #takes}; others are refused. */
    public static Decision decide(ChannelContext context, Closing state, ChannelCommand command) {
        if (command instanceof FundingSpent c) return fundingSpent(context, state, c);
        if (command instanceof OutputSpent c) return outputSpent(context, state, c);
        if (command instanceof FundingReady c) return funded(context, state, c);
        if (command instanceof FulfilHtlc c) return fulfil(context, state, c);
        if (command instanceof NewBlock) return follow(context, state, List.of(), List.of(), false);
        // Without a preimage there is nothing to do for the peer's HTLC: the peer takes it back after its expiry. The
        // wallet is asked again at the next block, and depths are counted from heights.
        if (command instanceof FailHtlc || command instanceof FailMalformedHtlc || command instanceof FundingFailed
                || command instanceof TxConfirmed)
            return Decision.nothing();
        return Decision.refuse(new Refusal.WrongState(state.getClass().getSimpleName()));
    }

    /** What to publish and to watch, all of it again; settlements are not in it. */
    public static List<ChannelEffect> resume(ChannelContext context, Closing state) {
        Plan plan = plan(context, state);
        var effects = new ArrayList<>(plan.watches());
        effects.addAll(plan.actions());
        return effects;
    }

    private static Decision outputSpent(ChannelContext context, Closing state, OutputSpent c) {
        var event = new ChannelEvent.OutputSpendConfirmed(c.outPoint(), c.tx(), c.height());
        boolean spends = c.tx().inputs().stream().anyMatch(input -> input.outPoint().equals(c.outPoint()));
        boolean known = state.progress()
                .spendOf(c.outPoint())
                .filter(spend -> spend.tx().equals(c.tx()) && spend.height().equals(c.height()))
                .isPresent();
        if (known || !spends) return follow(context, state, List.of(), List.of(), true);
        return follow(context, (Closing) Channel.evolve(state, event), List.of(event), List.of(), true);
    }

    /** The wallet has made an output for the fee of an HTLC transaction; the first that is due takes it. */
    private static Decision funded(ChannelContext context, Closing state, FundingReady c) {
        List<HtlcSpend> due = plan(context, state).unfunded();
        if (due.isEmpty())
            return new Decision.Accepted(List.of(), List.of(new ChannelEffect.ReleaseFunding(c.tx())));
        Tx htlcTransaction = due.getFirst().fundedBy(c.tx(), c.outputIndex(), context.keys());
        return new Decision.Accepted(
                List.of(new ChannelEvent.HtlcTransactionFunded(c.tx(), htlcTransaction)),
                List.of(new ChannelEffect.Publish(c.tx()), new ChannelEffect.Publish(htlcTransaction)));
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
        return follow(context, (Closing) Channel.evolve(state, event), List.of(event), List.of(), true);
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
