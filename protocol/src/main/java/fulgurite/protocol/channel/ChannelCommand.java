package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.OpenChannel;
import java.util.Optional;

/** Everything that a channel can be asked or told: by this node, by the peer, by the chain. */
public sealed interface ChannelCommand {
    /**
     * Opens a channel that we fund.
     *
     * @param peerFeatures of the peer's init
     * @param keyIndex of the keys in the context, never used before
     * @param temporaryId random
     * @param alias random, unique among this node's channels
     * @param push of the capacity, given to the peer
     * @param zeroReserve asks for no reserve on either side (regtest, where the configuration allows it)
     * @param zeroConf asks for a channel that is used before it confirms
     */
    record OpenAsFunder(
            NodeId peer,
            Features peerFeatures,
            long keyIndex,
            ChannelId temporaryId,
            ShortChannelId alias,
            Satoshi capacity,
            MilliSatoshi push,
            FeeratePerKw feerate,
            boolean announce,
            boolean zeroReserve,
            boolean zeroConf) implements ChannelCommand {
        /** A channel that waits for its confirmations. */
        public OpenAsFunder(NodeId peer, Features peerFeatures, long keyIndex, ChannelId temporaryId,
                ShortChannelId alias, Satoshi capacity, MilliSatoshi push, FeeratePerKw feerate, boolean announce,
                boolean zeroReserve) {
            this(peer, peerFeatures, keyIndex, temporaryId, alias, capacity, push, feerate, announce, zeroReserve,
                    false);
        }
    }

    /** Takes (or refuses, by error) the open_channel of a peer. Parameters as in {@link OpenAsFunder}. @param trusted whether it may use a channel before its funding confirms */
    record AcceptAsFundee(
            NodeId peer, Features peerFeatures, long keyIndex, ShortChannelId alias, OpenChannel open,
            boolean trusted) implements ChannelCommand {
        /** From a peer that we do not trust. */
        public AcceptAsFundee(
                NodeId peer, Features peerFeatures, long keyIndex, ShortChannelId alias, OpenChannel open) {
            this(peer, peerFeatures, keyIndex, alias, open, false);
        }
    }

    /** The wallet's answer to {@link ChannelEffect.FundChannel}. @param tx signed, with segwit inputs only, not published */
    record FundingReady(Tx tx, int outputIndex) implements ChannelCommand {}

    /** The wallet cannot fund the channel. */
    record FundingFailed(String reason) implements ChannelCommand {}

    /**
     * Offers an HTLC. It is sent at once, and committed by the next {@link Commit}.
     *
     * @param onion 1366 bytes
     * @param incomingExpiry of the HTLC that pays for it, when it is forwarded
     * @param pathKey to send along inside a blinded path
     */
    record OfferHtlc(
            MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry, Bytes onion, HtlcOrigin origin,
            Optional<CltvExpiry> incomingExpiry, Optional<PublicKey> pathKey) implements ChannelCommand {
        /** Outside blinded paths. */
        public OfferHtlc(
                MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry, Bytes onion, HtlcOrigin origin,
                Optional<CltvExpiry> incomingExpiry) {
            this(amount, paymentHash, expiry, onion, origin, incomingExpiry, Optional.empty());
        }

        /** One of our own. */
        public OfferHtlc(
                MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry, Bytes onion, HtlcOrigin origin) {
            this(amount, paymentHash, expiry, onion, origin, Optional.empty());
        }
    }

    record FulfilHtlc(long htlcId, PaymentPreimage preimage) implements ChannelCommand {}

    /** @param reason encrypted for the origin */
    record FailHtlc(long htlcId, Bytes reason) implements ChannelCommand {}

    /** @param code with the BADONION bit */
    record FailMalformedHtlc(long htlcId, Bytes32 sha256OfOnion, int code) implements ChannelCommand {}

    /** The funder sets the feerate of the commitments. */
    record UpdateFee(FeeratePerKw feerate) implements ChannelCommand {}

    /**
     * Signs whatever is pending, if the peer has acknowledged our last commitment_signed; else nothing, and the
     * acknowledgement will set it off. The channel answers the peer's commitments without being told.
     */
    record Commit() implements ChannelCommand {}

    /** Brings the channel to rest: nothing pending, nothing proposed, until the connection ends. */
    record Quiesce() implements ChannelCommand {}

    /** The time is over that the channel may be quiet, or try to be, while HTLCs are pending. */
    record QuiescenceOver() implements ChannelCommand {}

    /** Closes by agreement, once the HTLCs are gone. @param script to be paid to */
    record Shutdown(Bytes script) implements ChannelCommand {}

    /** Proposes another closing transaction at that feerate, which must be well above that of the last. */
    record BumpClosing(FeeratePerKw feerate) implements ChannelCommand {}

    /** Publishes our latest commitment. */
    record ForceClose() implements ChannelCommand {}

    /** The origin of our HTLC has its result, durably. */
    record AcknowledgeSettlement(long htlcId) implements ChannelCommand {}

    /** A message of the peer about this channel; or its error, warning included. */
    record Receive(LightningMessage message) implements ChannelCommand {}

    /** Connected, inits exchanged. */
    record LinkUp(Features peerFeatures) implements ChannelCommand {}

    /** Disconnected; and the first command after a restart. */
    record LinkLost() implements ChannelCommand {}

    /**
     * The chain holds the transaction that the funding outpoint names; whether it pays the channel is checked here.
     *
     * @param txIndex in its block, 0 for a coinbase; @param depth confirmations, 1 for the tip's block
     */
    record FundingConfirmed(BlockHeight height, int txIndex, int depth, Tx tx) implements ChannelCommand {}

    /** The funding output is spent by a confirmed transaction. */
    record FundingSpent(Tx tx, BlockHeight height) implements ChannelCommand {}

    /** A watched output other than the funding is spent by a confirmed transaction. */
    record OutputSpent(OutPoint outPoint, Tx tx, BlockHeight height) implements ChannelCommand {}

    /** The mempool has a spend of a watched output, perhaps one that was in a block before. */
    record SpendSeen(OutPoint outPoint, Tx tx) implements ChannelCommand {}

    /** An output that was spent in a block is not any more: that block was taken back. The mempool may have the spend. */
    record SpendUndone(OutPoint outPoint) implements ChannelCommand {}

    record TxConfirmed(TxId txid, BlockHeight height, int depth) implements ChannelCommand {}

    record NewBlock(BlockHeight height) implements ChannelCommand {}
}
