package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.commitment.CommitmentChain;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.OnionArchive;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.transactions.CommitmentParameters;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A funded channel: what every state from the funding's signatures to the end on chain carries along.
 *
 * @param fundingTx to publish until it is deep; a fundee knows it once it has confirmed
 * @param settlements results of HTLCs that we offered, until acknowledged
 * @param remoteProof the peer's announcement signatures, once received and verified
 * @param unsignedUpdates how much the peer has had us record since its last commitment_signed, over all connections
 * @param onions that came with its HTLCs, until those expire
 */
public record ActiveChannel(
        ChannelTerms terms,
        OutPoint funding,
        Optional<Tx> fundingTx,
        Ledger ledger,
        CommitmentChain chain,
        List<Settlement> settlements,
        Link link,
        FundingStatus fundingStatus,
        ShutdownStatus shutdown,
        Optional<AnnouncementProof> remoteProof,
        Quiescence quiescence,
        int unsignedUpdates,
        OnionArchive onions) {
    public ActiveChannel {
        settlements = List.copyOf(settlements);
    }

    public ChannelId id() {
        return ChannelId.fromFunding(funding);
    }

    /** Whether all that we know of it came from a backup. */
    public boolean isRestored() {
        return chain.localNumber() < 0;
    }

    /** Whether both sides have said channel_ready. */
    public boolean isReady() {
        return fundingStatus.readySent() && fundingStatus.readyReceived();
    }

    /** What this node calls the channel in routes: its place on the chain, or the alias where that must not be told or is not known. */
    public ShortChannelId name() {
        return terms.type().has(Feature.SCID_ALIAS)
                ? terms.alias()
                : fundingStatus.shortChannelId().orElse(terms.alias());
    }

    public CommitmentSpec spec(View view) {
        return ledger.spec(view);
    }

    /** What all commitments of {@code owner} have in common. */
    public CommitmentParameters commitmentsOf(Side owner) {
        return terms.commitmentsOf(owner, funding);
    }

    /** The settlement of our HTLC {@code htlcId}, while it waits to be acknowledged. */
    public Optional<Settlement> settlement(long htlcId) {
        return settlements.stream().filter(s -> s.htlcId() == htlcId).findFirst();
    }

    public ActiveChannel with(Ledger next) {
        return new ActiveChannel(terms, funding, fundingTx, next, chain, settlements, link, fundingStatus, shutdown,
                remoteProof, quiescence, unsignedUpdates, onions);
    }

    public ActiveChannel with(CommitmentChain next) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, next, settlements, link, fundingStatus, shutdown,
                remoteProof, quiescence, unsignedUpdates, onions);
    }

    public ActiveChannel with(Link next) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, chain, settlements, next, fundingStatus, shutdown,
                remoteProof, quiescence, unsignedUpdates, onions);
    }

    public ActiveChannel with(FundingStatus next) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, chain, settlements, link, next, shutdown,
                remoteProof, quiescence, unsignedUpdates, onions);
    }

    public ActiveChannel with(ShutdownStatus next) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, chain, settlements, link, fundingStatus, next,
                remoteProof, quiescence, unsignedUpdates, onions);
    }

    public ActiveChannel with(AnnouncementProof proof) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, chain, settlements, link, fundingStatus, shutdown,
                Optional.of(proof), quiescence, unsignedUpdates, onions);
    }

    public ActiveChannel with(Quiescence next) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, chain, settlements, link, fundingStatus, shutdown,
                remoteProof, next, unsignedUpdates, onions);
    }

    public ActiveChannel with(OnionArchive next) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, chain, settlements, link, fundingStatus, shutdown,
                remoteProof, quiescence, unsignedUpdates, next);
    }

    ActiveChannel withFunding(Tx tx) {
        return new ActiveChannel(terms, funding, Optional.of(tx), ledger, chain, settlements, link, fundingStatus,
                shutdown, remoteProof, quiescence, unsignedUpdates, onions);
    }

    /** The peer has said something that is recorded, and no commitment has come of it yet. */
    ActiveChannel withUnsignedUpdate() {
        return withUnsignedUpdates(unsignedUpdates + 1);
    }

    /** The peer has signed a commitment. */
    ActiveChannel withoutUnsignedUpdates() {
        return withUnsignedUpdates(0);
    }

    private ActiveChannel withUnsignedUpdates(int count) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, chain, settlements, link, fundingStatus, shutdown,
                remoteProof, quiescence, count, onions);
    }

    /** Keeps the result of an HTLC for its origin. */
    public ActiveChannel with(Settlement added) {
        var next = new ArrayList<>(settlements);
        next.add(added);
        return withSettlements(next);
    }

    /** The origin of our HTLC {@code htlcId} knows its result. */
    public ActiveChannel acknowledged(long htlcId) {
        return withSettlements(settlements.stream().filter(s -> s.htlcId() != htlcId).toList());
    }

    private ActiveChannel withSettlements(List<Settlement> next) {
        return new ActiveChannel(terms, funding, fundingTx, ledger, chain, next, link, fundingStatus, shutdown,
                remoteProof, quiescence, unsignedUpdates, onions);
    }
}
