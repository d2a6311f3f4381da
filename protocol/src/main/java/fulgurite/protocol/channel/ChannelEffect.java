package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.LightningMessage;
import java.util.List;
import java.util.Optional;

/** What is to be done once the events behind it are durable. Doing one twice is harmless. */
public sealed interface ChannelEffect {
    /** To the channel's peer; lost when there is no connection. */
    record Send(LightningMessage message) implements ChannelEffect {}

    /** Offer to the mempool; again after each restart and block until it confirms. */
    record Publish(Tx tx) implements ChannelEffect {}

    /**
     * Ask the wallet for a signed transaction, not published, that pays the script; answer with
     * {@link ChannelCommand.FundingReady}.
     */
    record FundChannel(Bytes script, Satoshi amount, FeeratePerKw feerate) implements ChannelEffect {}

    /**
     * All outputs that this channel wants spent now: takes the place of what it wanted before. The wallet makes the
     * transactions and keeps at it until they confirm.
     */
    record BringHome(List<Wanted> wants) implements ChannelEffect {
        public BringHome {
            wants = List.copyOf(wants);
        }
    }

    /** Answer with {@link ChannelCommand.SpendUndone} if the best chain has the output unspent: it was seen spent. */
    record AskUnspent(OutPoint outPoint) implements ChannelEffect {}

    /** The wallet may use the coins of this transaction again: it was never published and will not be. */
    record ReleaseFunding(Tx tx) implements ChannelEffect {}

    /** Tell when the transaction has {@code depth} confirmations. @param script of an output of it */
    record WatchConfirmed(TxId txid, Bytes script, int depth) implements ChannelEffect {}

    /** Tell when the output is spent. */
    record WatchSpent(OutPoint outPoint, Bytes script) implements ChannelEffect {}

    /** An HTLC of the peer is irrevocably committed and waits for us. */
    record HtlcReceived(IncomingHtlc htlc) implements ChannelEffect {}

    /** An HTLC of ours has its result; answered by {@link ChannelCommand.AcknowledgeSettlement}. */
    record HtlcSettled(HtlcOrigin origin, long htlcId, HtlcResult result) implements ChannelEffect {}

    /** The channel has its id, and the fundee or funder may route its messages by it from now on. */
    record ChannelCreated(ChannelId temporaryId, ChannelId channelId) implements ChannelEffect {}

    /** Both have sent channel_ready: payments may flow. @param shortChannelId empty while unconfirmed; @param localAlias the name the peer knows from us */
    record ChannelUsable(
            ChannelId channelId,
            Optional<ShortChannelId> shortChannelId,
            ShortChannelId localAlias,
            Optional<ShortChannelId> remoteAlias) implements ChannelEffect {}

    /** The channel may be told to the world. */
    record AnnounceChannel(ChannelAnnouncement announcement) implements ChannelEffect {}

    /** Close the connection to the peer. */
    record Disconnect(String reason) implements ChannelEffect {}

    /** The channel comes to rest: answer with {@link ChannelCommand.QuiescenceOver} after a minute. */
    record LimitQuiescence(ChannelId channelId) implements ChannelEffect {}

    /** Both have said stfu. @param ours whether it is for us to say what it was for */
    record ChannelQuiescent(ChannelId channelId, boolean ours) implements ChannelEffect {}

    /** No payment can be offered any more: the channel shuts down, or ends on chain. */
    record ChannelUnusable(ChannelId channelId) implements ChannelEffect {}

    /** A person should know: funds may be lost. */
    record WarnOperator(ChannelId channelId, String text) implements ChannelEffect {}

    /** The channel is over and may be archived. */
    record ChannelClosed(String reason) implements ChannelEffect {}
}
