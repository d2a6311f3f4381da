package fulgurite.node.channel;

import fulgurite.node.chain.ChainWatcher.ConfirmedNotice;
import fulgurite.node.chain.ChainWatcher.SpentNotice;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.units.BlockHeight;

/** What chain and wallet say, as a channel is told it. */
final class Notices {
    private Notices() {}

    /** A transaction that is so many blocks deep; of the funding the channel wants to know more. */
    static ChannelCommand confirmed(ChannelState state, ConfirmedNotice notice) {
        boolean isFunding = state instanceof ChannelState.Funded funded
                && funded.channel().funding().txid().equals(notice.txid());
        return isFunding
                ? new ChannelCommand.FundingConfirmed(notice.height(), notice.txIndexInBlock(), notice.depth(),
                        notice.tx())
                : new ChannelCommand.TxConfirmed(notice.txid(), notice.height(), notice.depth());
    }

    /** An output that a block has seen spent. */
    static ChannelCommand spent(ChannelState state, SpentNotice notice, BlockHeight height) {
        boolean isFunding = state instanceof ChannelState.Funded funded
                && funded.channel().funding().equals(notice.outPoint());
        return isFunding
                ? new ChannelCommand.FundingSpent(notice.spendingTx(), height)
                : new ChannelCommand.OutputSpent(notice.outPoint(), notice.spendingTx(), height);
    }

    /** The answer of the wallet. */
    static ChannelCommand funding(WalletActor.FundResult result) {
        return switch (result) {
            case WalletActor.Funded funded -> new ChannelCommand.FundingReady(funded.tx(), 0);
            case WalletActor.FundedOutside(var tx, int index) -> new ChannelCommand.FundingReady(tx, index);
            case WalletActor.NotFunded(String reason) -> new ChannelCommand.FundingFailed(reason);
            case WalletActor.InsufficientFunds poor -> new ChannelCommand.FundingFailed("the wallet has " + poor.have()
                    + " to spend, and " + poor.need() + " are needed with the fee, beside " + poor.reserve()
                    + " that stay for the fees of channels that close");
        };
    }
}
