package fulgurite.protocol.channel.closing;

import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import java.util.List;

/** What a channel does from the first transaction of its end until nothing is left on chain. @bolt 5, Unilateral Close Handling */
public final class OnChain {
    private OnChain() {}

    /** The chain has confirmed a spend of the funding output, whatever state the channel is in. */
    public static Decision fundingSpent(
            ChannelContext context, ChannelState.Funded state, ChannelCommand.FundingSpent spend) {
        return Decision.refuse(new Refusal.WrongState(state.getClass().getSimpleName()));
    }

    /**
     * Commands to a channel that is closing: FundingSpent, OutputSpent, TxConfirmed, NewBlock, FundingReady,
     * FundingFailed, FulfilHtlc, FailHtlc, FailMalformedHtlc. Others are refused.
     */
    public static Decision decide(ChannelContext context, ChannelState.Closing state, ChannelCommand command) {
        return Decision.refuse(new Refusal.WrongState(state.getClass().getSimpleName()));
    }

    /** What to publish and to watch, all of it again; settlements are not in it. */
    public static List<ChannelEffect> resume(ChannelContext context, ChannelState.Closing state) {
        return List.of();
    }
}
