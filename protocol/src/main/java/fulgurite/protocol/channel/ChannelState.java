package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.Features;
import java.util.Optional;

/** The phases of a channel's life, each with what it knows. Built only by replaying events. */
public sealed interface ChannelState {
    /** Nothing has happened. */
    record Unopened() implements ChannelState {}

    /** We have sent open_channel. */
    record AwaitingAccept(ChannelEvent.OpeningProposed proposal) implements ChannelState {}

    /**
     * What both sides know between accept_channel and the funding's signatures.
     *
     * @param push given to the fundee at once, out of the capacity
     * @param remotePoint the peer's first per-commitment point
     */
    record Opening(
            ChannelTerms terms,
            Features peerFeatures,
            ChannelId temporaryId,
            MilliSatoshi push,
            FeeratePerKw feerate,
            PublicKey remotePoint) {}

    /** The peer has accepted; the wallet makes the funding transaction. */
    record AwaitingFundingTx(Opening opening) implements ChannelState {}

    /** We have sent funding_created. The transaction must not be published yet. */
    record AwaitingFundingSigned(Opening opening, Tx fundingTx, int outputIndex) implements ChannelState {}

    /** We have sent accept_channel. */
    record AwaitingFundingCreated(Opening opening) implements ChannelState {}

    /** The channel has its id, its first commitments are signed. */
    sealed interface Funded extends ChannelState {
        ActiveChannel channel();
    }

    /** Funded, and both sides still talk business: a lost connection is taken up again by channel_reestablish. */
    sealed interface Established extends Funded {}

    /** The funding waits for its confirmations, or one of the two channel_ready is missing. */
    record AwaitingFunding(ActiveChannel channel) implements Established {}

    /** Payments flow; after a shutdown only until the HTLCs are gone. */
    record Normal(ActiveChannel channel) implements Established {}

    /**
     * Both have sent shutdown and no HTLC is left: the fee of the closing transaction is negotiated.
     *
     * @param ours what we proposed last on this connection
     * @param theirs what the peer proposed last on this connection
     * @param simple with option_simple_close: each side's own closing transactions, until one of them confirms
     */
    record Negotiating(ActiveChannel channel, Optional<ClosingProposal> ours, Optional<Satoshi> theirs,
            ClosingOffers simple) implements Established {}

    /** The end is on chain, or on its way there. */
    record Closing(ActiveChannel channel, ClosingProgress progress) implements Funded {}

    /** Over: nothing is left to do. */
    record Closed(ChannelEvent.ClosedBecause reason) implements ChannelState {}

    /** A fee that we proposed, and the range that we stated with it. */
    record ClosingProposal(Satoshi fee, Satoshi minFee, Satoshi maxFee) {}
}
