package fulgurite.node.channel;

import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.Settlement;
import fulgurite.protocol.channel.commitment.Htlc;
import java.util.Optional;

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
            // Else it was written after all, and its result will come.
            case ChannelCommand.OfferHtlc c -> carried(state, c.origin()).isEmpty();
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

    /** The id of the HTLC of that origin, pending or with a result that waits to be acknowledged. */
    static Optional<Long> carried(ChannelState state, HtlcOrigin origin) {
        if (!(state instanceof ChannelState.Funded funded)) return Optional.empty();
        for (Htlc htlc : funded.channel().ledger().htlcs())
            if (htlc.origin().filter(origin::equals).isPresent()) return Optional.of(htlc.id());
        for (Settlement one : funded.channel().settlements())
            if (one.origin().equals(origin)) return Optional.of(one.htlcId());
        return Optional.empty();
    }
}
