package fulgurite.protocol.channel.opening;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Established;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.FundingStatus;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import java.util.Optional;

/** Fundings that do not come: coins spent elsewhere, or a transaction that nobody ever publishes. @bolt 2, The channel_ready Message */
public final class Unfunded {
    /** Blocks after which a fundee forgets a channel whose funding it has not seen. */
    static final int PATIENCE = 2016;

    private Unfunded() {}

    /** A block has spent a coin of our funding transaction, by another transaction. */
    public static Decision rivalled(ChannelContext context, Established state, ChannelCommand.OutputSpent c) {
        FundingStatus status = state.channel().fundingStatus();
        if (!isInput(state.channel(), c.outPoint()) || c.tx().txid().equals(state.channel().funding().txid())
                || status.rivalAt().equals(Optional.of(c.height())))
            return Decision.nothing();
        return new Transition(context, state).record(new ChannelEvent.FundingRivalled(Optional.of(c.height())))
                .then(new ChannelEffect.WarnOperator(state.channel().id(),
                        "the coins of the channel's funding were spent by another transaction"))
                .accepted();
    }

    /** The block with the rival was taken back. */
    public static Decision rivalUndone(ChannelContext context, Established state, ChannelCommand.SpendUndone c) {
        if (!isInput(state.channel(), c.outPoint()) || state.channel().fundingStatus().rivalAt().isEmpty())
            return Decision.nothing();
        return new Transition(context, state).record(new ChannelEvent.FundingRivalled(Optional.empty())).accepted();
    }

    /** Ends a channel whose funding cannot confirm any more; nothing while it may. */
    public static Optional<Decision> newBlock(ChannelContext context, Established state) {
        ActiveChannel c = state.channel();
        FundingStatus status = c.fundingStatus();
        if (status.depth() > 0) return Optional.empty();
        BlockHeight now = context.height();
        if (status.rivalAt().filter(at -> now.since(at) + 1 >= context.limits().reasonableDepth()).isPresent())
            return Optional.of(Failing.neverFunded(context, state, "the channel's funding was double spent"));
        if (status.rivalAt().isPresent()) return Optional.empty();
        if (beginsToWait(c))
            return Optional.of(new Transition(context, state).record(new ChannelEvent.FundingAwaited(now)).accepted());
        if (!isForgotten(c, now)) return Optional.empty();
        String reason = "the funding was not seen within 2016 blocks";
        return Optional.of(c.isReady()
                ? Failing.neverFunded(context, state, reason)
                : Failing.unfunded(context, state, reason));
    }

    /** Whether it has to be noted from when on the funding is awaited. */
    public static boolean beginsToWait(ActiveChannel c) {
        FundingStatus status = c.fundingStatus();
        return status.depth() == 0 && status.since().isEmpty() && status.rivalAt().isEmpty();
    }

    /** Whether we need not remember it: the peer has had its time to fund it, and nobody is owed anything. */
    public static boolean isForgotten(ActiveChannel c, BlockHeight now) {
        FundingStatus status = c.fundingStatus();
        boolean late = status.depth() == 0 && status.since().filter(at -> now.since(at) >= PATIENCE).isPresent();
        return late && c.terms().funder() == Side.REMOTE && c.ledger().isClean() && c.settlements().isEmpty();
    }

    /** Whether our funding transaction, or the peer's that we have seen, spends that. */
    public static boolean isInput(ActiveChannel c, OutPoint spent) {
        return FundingOutput.inputs(c).contains(spent);
    }
}
