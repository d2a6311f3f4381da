package fulgurite.node.channel;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.HtlcOrigin;

/**
 * What is decided again after a write whose outcome was not known, once the journal has been read back. What this node
 * asked of the channel is, for nobody else remembers it; what the peer said is not, for its line is cut and it repeats
 * itself on the next.
 */
final class Again {
    private Again() {}

    /** @param state as the journal has it */
    static boolean isDue(ChannelState state, ChannelCommand command) {
        return switch (command) {
            // An opening lives no longer than its connection.
            case ChannelCommand.OpenAsFunder c -> false;
            case ChannelCommand.AcceptAsFundee c -> false;
            case ChannelCommand.Receive c -> false;
            case ChannelCommand.LinkUp c -> false;
            case ChannelCommand.LinkLost c -> false;
            case ChannelCommand.Commit c -> false;
            case ChannelCommand.Quiesce c -> false;
            case ChannelCommand.QuiescenceOver c -> false;
            // It was written after all: its result is the answer.
            case ChannelCommand.OfferHtlc c -> !carries(state, c.origin());
            case ChannelCommand.ForceClose c -> !(state instanceof ChannelState.Closing);
            case ChannelCommand.FundingReady c -> true;
            case ChannelCommand.FundingFailed c -> true;
            case ChannelCommand.FulfilHtlc c -> true;
            case ChannelCommand.FailHtlc c -> true;
            case ChannelCommand.FailMalformedHtlc c -> true;
            case ChannelCommand.UpdateFee c -> true;
            case ChannelCommand.Shutdown c -> true;
            case ChannelCommand.BumpClosing c -> true;
            case ChannelCommand.AcknowledgeSettlement c -> true;
            case ChannelCommand.FundingConfirmed c -> true;
            case ChannelCommand.FundingSpent c -> true;
            case ChannelCommand.OutputSpent c -> true;
            case ChannelCommand.SpendSeen c -> true;
            case ChannelCommand.SpendUndone c -> true;
            case ChannelCommand.TxConfirmed c -> true;
            case ChannelCommand.NewBlock c -> true;
        };
    }

    private static boolean carries(ChannelState state, HtlcOrigin origin) {
        return state instanceof ChannelState.Funded funded && carries(funded.channel(), origin);
    }

    /** Whether the channel has an HTLC of that origin, pending or with a result that waits to be acknowledged. */
    static boolean carries(ActiveChannel channel, HtlcOrigin origin) {
        return channel.ledger().htlcs().stream().anyMatch(htlc -> htlc.origin().filter(origin::equals).isPresent())
                || channel.settlements().stream().anyMatch(one -> one.origin().equals(origin));
    }
}
