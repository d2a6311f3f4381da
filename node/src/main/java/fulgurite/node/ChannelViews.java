package fulgurite.node;

import fulgurite.node.api.NodeService;
import fulgurite.node.channel.ChannelsActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.channel.normal.Affordability;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.Optional;

/** Channels as a node's user sees them. */
final class ChannelViews {
    private ChannelViews() {}

    /** A funded channel; empty for one that is not funded yet, or over. */
    static Optional<NodeService.Channel> of(LiveChannel channel, ChannelLimits limits) {
        return channel.active().map(active -> of(channel, active, limits));
    }

    private static NodeService.Channel of(LiveChannel live, ActiveChannel channel, ChannelLimits limits) {
        boolean usable = live.isUsable();
        return new NodeService.Channel(channel.id(), live.peer(),
                live.stopped().isPresent() ? "stopped" : word(live.state()),
                channel.fundingStatus().shortChannelId(), Optional.of(channel.funding()), channel.terms().capacity(),
                channel.ledger().local(), channel.ledger().remote(),
                usable ? Affordability.sendable(channel, limits, Side.LOCAL) : MilliSatoshi.ZERO,
                usable ? Affordability.sendable(channel, limits, Side.REMOTE) : MilliSatoshi.ZERO,
                channel.terms().funder() == Side.LOCAL, channel.link().isUp(), isAnnounced(channel),
                count(channel, Side.LOCAL), count(channel, Side.REMOTE), channel.chain().localNumber());
    }

    private static boolean isAnnounced(ActiveChannel channel) {
        return channel.terms().announce() && channel.remoteProof().isPresent();
    }

    private static int count(ActiveChannel channel, Side offerer) {
        return (int) channel.ledger().htlcs().stream().filter(htlc -> htlc.offeredBy() == offerer).count();
    }

    /** A word for the state. */
    static String word(ChannelState state) {
        return switch (state) {
            case ChannelState.Unopened s -> "opening";
            case ChannelState.AwaitingAccept s -> "opening";
            case ChannelState.AwaitingFundingTx s -> "opening";
            case ChannelState.AwaitingFundingSigned s -> "opening";
            case ChannelState.AwaitingFundingCreated s -> "opening";
            case ChannelState.AwaitingFunding s -> "awaiting confirmations";
            case ChannelState.Normal s -> s.channel().shutdown().allowsAdding() ? "normal" : "shutting down";
            case ChannelState.Negotiating s -> s.simple().latest().isPresent() ? "closing" : "shutting down";
            case ChannelState.Closing s -> s.channel().isRestored() ? "recovering" : "closing";
            case ChannelState.Closed s -> "closed";
        };
    }

    static NodeService.HtlcView htlc(Htlc htlc) {
        return new NodeService.HtlcView(htlc.offeredBy() == Side.LOCAL, htlc.id(), htlc.amount(), htlc.paymentHash(),
                htlc.expiry(), htlc.removal().isPresent() ? "being removed" : "pending");
    }

    /** What is ours in channels that can still be used. What a peer pushed to us is not, until its funding is deep enough. */
    static MilliSatoshi inChannel(LiveChannel channel) {
        if (channel.state() instanceof ChannelState.AwaitingFunding waiting
                && waiting.channel().terms().funder() == Side.REMOTE)
            return MilliSatoshi.ZERO;
        return channel.state() instanceof ChannelState.Established open && !isClosing(open)
                ? open.channel().ledger().local()
                : MilliSatoshi.ZERO;
    }

    /** What is ours in a channel that is ending, until its funding is seen to be spent. */
    static MilliSatoshi pending(LiveChannel channel) {
        boolean unspent = isClosing(channel.state()) || channel.state() instanceof ChannelState.Closing closing
                && closing.progress().fundingSpentBy().isEmpty();
        return channel.active()
                .filter(active -> unspent)
                .map(active -> active.spec(View.LOCAL_CURRENT).toLocal())
                .orElse(MilliSatoshi.ZERO);
    }

    /** Whether closing transactions of both wait for a block. */
    private static boolean isClosing(ChannelState state) {
        return state instanceof ChannelState.Negotiating open && open.simple().latest().isPresent();
    }

    /** Our commitment, decoded enough to be read. */
    static NodeService.CommitmentView commitment(ChannelsActor.SignedCommitment signed) {
        ActiveChannel channel = signed.channel().active().orElseThrow();
        CommitmentSpec spec = channel.spec(View.LOCAL_CURRENT);
        return new NodeService.CommitmentView(channel.id(), true, channel.chain().localNumber(), signed.tx().txid(),
                signed.tx().toBytes(), spec.toLocal(), spec.toRemote(), spec.feerate(),
                channel.ledger()
                        .htlcs()
                        .stream()
                        .filter(htlc -> htlc.isPendingIn(View.LOCAL_CURRENT))
                        .map(ChannelViews::htlc)
                        .toList());
    }

    static boolean is(LiveChannel channel, Optional<ChannelId> wanted) {
        return wanted.isEmpty() || channel.channelId().equals(wanted);
    }
}
