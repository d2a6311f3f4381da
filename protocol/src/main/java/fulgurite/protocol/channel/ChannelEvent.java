package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.commitment.Side;
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
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;

/**
 * The facts of a channel's life: its journal is a list of these, and its state nothing but their fold. They are kept
 * for ever, so a record here is never changed once released; a new version is a new record.
 */
public sealed interface ChannelEvent {
    /** We have offered a channel. */
    record OpeningProposed(
            NodeId peer, Features peerFeatures, long keyIndex, Bytes32 chainHash, ChannelId temporaryId,
            ShortChannelId alias, Satoshi capacity, MilliSatoshi push, FeeratePerKw feerate, ChannelType type,
            boolean announce,
            SideTerms ours) implements ChannelEvent {}

    /** The peer has accepted our offer. @param minimumDepth that it waits for, and we too */
    record ProposalAccepted(SideTerms theirs, PublicKey remotePoint, int minimumDepth) implements ChannelEvent {}

    /** We have accepted the peer's offer. */
    record OpeningAccepted(
            ChannelTerms terms, Features peerFeatures, ChannelId temporaryId, MilliSatoshi push, FeeratePerKw feerate,
            PublicKey remotePoint) implements ChannelEvent {}

    /** Our funding transaction is made and signed, not published. */
    record FundingCreated(Tx tx, int outputIndex) implements ChannelEvent {}

    /** Both first commitments are signed. @param signature of ours, by the peer */
    record ChannelFunded(OutPoint funding, Signature signature) implements ChannelEvent {}

    /** The channel failed before it was funded. */
    record OpeningAbandoned(String reason) implements ChannelEvent {}

    record FundingConfirmed(ShortChannelId shortChannelId, int depth) implements ChannelEvent {}

    /** The chain has shown us the funding transaction of the peer. */
    record FundingSeen(Tx tx) implements ChannelEvent {}

    /** The funding is awaited from that height on. */
    record FundingAwaited(BlockHeight since) implements ChannelEvent {}

    /** A block has spent what our funding transaction wants to spend, or has not any more. */
    record FundingRivalled(Optional<BlockHeight> at) implements ChannelEvent {}

    record ReadySent() implements ChannelEvent {}

    record ReadyReceived(PublicKey secondPoint, Optional<ShortChannelId> alias) implements ChannelEvent {}

    /** The peer's announcement signatures, verified. */
    record AnnouncementSigned(AnnouncementProof proof) implements ChannelEvent {}

    record HtlcOffered(
            long htlcId, MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry, Bytes onion,
            HtlcOrigin origin) implements ChannelEvent {}

    /** The peer has offered; not committed yet. */
    record HtlcAdded(
            long htlcId, MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry, Bytes onion,
            boolean mustFail) implements ChannelEvent {}

    /** The HTLC that was just offered or added is inside a blinded path. @param pathKey that comes with it */
    record HtlcBlinded(Side offeredBy, long htlcId, PublicKey pathKey) implements ChannelEvent {}

    /** We remove an HTLC of the peer. */
    record HtlcRemoved(long htlcId, HtlcResult result) implements ChannelEvent {}

    /** The peer removes an HTLC of ours; a preimage is ours from now on, whatever becomes of the update. */
    record HtlcRemovedByPeer(long htlcId, HtlcResult result) implements ChannelEvent {}

    /** We learned the preimage of a peer's HTLC after the channel went on chain. */
    record PreimageLearned(long htlcId, PaymentPreimage preimage) implements ChannelEvent {}

    record FeeProposed(FeeratePerKw feerate) implements ChannelEvent {}

    record FeeProposedByPeer(FeeratePerKw feerate) implements ChannelEvent {}

    /** We have signed the peer's next commitment. */
    record CommitmentSent(Signature signature, List<Signature> htlcSignatures) implements ChannelEvent {
        public CommitmentSent {
            htlcSignatures = List.copyOf(htlcSignatures);
        }
    }

    /** The peer has validly signed our next commitment; with this we revoke the one before. */
    record CommitmentReceived(Signature signature, List<Signature> htlcSignatures) implements ChannelEvent {
        public CommitmentReceived {
            htlcSignatures = List.copyOf(htlcSignatures);
        }
    }

    /** The peer has revoked its commitment. */
    record RevocationReceived(PrivateKey secret, PublicKey nextPoint) implements ChannelEvent {}

    /** The onions of HTLCs that have expired are remembered no more: such an HTLC is refused anyway. */
    record OnionsForgotten(BlockHeight expired) implements ChannelEvent {}

    record SettlementAcknowledged(long htlcId) implements ChannelEvent {}

    /** Connected: channel_reestablish is sent. */
    record LinkRestored(Features peerFeatures) implements ChannelEvent {}

    /** The peer's channel_reestablish has been answered. */
    record Reestablished() implements ChannelEvent {}

    /** Disconnected: what the peer proposed and did not commit is forgotten. */
    record LinkDropped() implements ChannelEvent {}

    /** We have been asked to bring the channel to rest. */
    record QuiescenceWanted() implements ChannelEvent {}

    /** We have said stfu. @param initiator whether it was not an answer */
    record QuiescenceOffered(boolean initiator) implements ChannelEvent {}

    /** The peer has said stfu. @param initiator as it claims */
    record QuiescenceAccepted(boolean initiator) implements ChannelEvent {}

    /** The result of an HTLC of the peer came while nothing could be sent for the quiet. */
    record RemovalDeferred(long htlcId, HtlcResult result) implements ChannelEvent {}

    /** We want to shut down, or answer the peer's shutdown. */
    record ShutdownDecided(Bytes script) implements ChannelEvent {}

    record ShutdownSent() implements ChannelEvent {}

    record ShutdownReceived(Bytes script) implements ChannelEvent {}

    /** Both have shut down and nothing is left in the commitments. */
    record NegotiationStarted() implements ChannelEvent {}

    record ClosingFeeProposed(Satoshi fee, Satoshi minFee, Satoshi maxFee) implements ChannelEvent {}

    record ClosingFeeReceived(Satoshi fee) implements ChannelEvent {}

    /** Both have signed the closing transaction. */
    record MutualCloseAgreed(Tx tx) implements ChannelEvent {}

    /** Our user wants a closing transaction of that feerate. */
    record ClosingFeerateWanted(FeeratePerKw feerate) implements ChannelEvent {}

    /** We have proposed a closing transaction at our expense. */
    record ClosingCompleteSent(Bytes ours, Bytes theirs, Satoshi fee, long lockTime) implements ChannelEvent {}

    /** The peer has signed the closing transaction that we proposed. @param tx signed by both */
    record ClosingCompleteSigned(Tx tx) implements ChannelEvent {}

    /** We have signed a closing transaction at the peer's expense. @param tx signed by both; @param theirs the script that the peer wants now */
    record ClosingSigSent(Tx tx, Bytes theirs) implements ChannelEvent {}

    /** The channel ends on chain by one side alone. @param commitment ours, signed by both; empty when we must not publish */
    record ClosedUnilaterally(String reason, Optional<Tx> commitment) implements ChannelEvent {}

    /** The chain has confirmed a spend of the funding. */
    record FundingSpendConfirmed(Tx tx, BlockHeight height) implements ChannelEvent {}

    /** The chain has confirmed a spend of an output that this channel left there. */
    record OutputSpendConfirmed(OutPoint outPoint, Tx tx, BlockHeight height) implements ChannelEvent {}

    /** The confirmed spend of the funding was taken back. */
    record FundingSpendUndone() implements ChannelEvent {}

    /** The confirmed spend of an output that this channel left on chain was taken back. */
    record OutputSpendUndone(OutPoint outPoint) implements ChannelEvent {}

    /** The chain has decided an HTLC that we offered. */
    record HtlcSettledOnChain(long htlcId, HtlcResult result) implements ChannelEvent {}

    /**
     * An HTLC transaction of ours that pays no fee itself has an input of the wallet for it. Not written any more: the
     * wallet makes such transactions itself, and says nothing of them.
     *
     * @param parent the wallet's, unconfirmed and ours to publish; @param htlcTransaction signed
     */
    record HtlcTransactionFunded(Tx parent, Tx htlcTransaction) implements ChannelEvent {}

    /**
     * The channel was taken from a backup, and its journal is lost: of its state nothing is known. It begins with this.
     */
    record ChannelRestored(ChannelTerms terms, OutPoint funding) implements ChannelEvent {}

    /** Nothing is left to do. */
    record ClosedBecause(String reason) implements ChannelEvent {}
}
