package fulgurite.protocol.channel;

import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentParameters;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.Feature;

/**
 * What both sides agreed on at opening, for the channel's whole life.
 *
 * @param keyIndex of our keys: {@link fulgurite.protocol.transactions.ChannelKeys#derive}
 * @param funder who opened it and pays its fees
 * @param alias that we give the channel towards this peer
 * @param minimumDepth confirmations that we wait for before channel_ready
 */
public record ChannelTerms(
        NodeId peer,
        long keyIndex,
        Bytes32 chainHash,
        Side funder,
        Satoshi capacity,
        ChannelType type,
        boolean announce,
        ShortChannelId alias,
        int minimumDepth,
        SideTerms ours,
        SideTerms theirs) {

    public CommitmentFormat format() {
        return type.has(Feature.ANCHORS)
                ? CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX
                : CommitmentFormat.STATIC_REMOTEKEY;
    }

    /** The terms that side stated. */
    public SideTerms of(Side side) {
        return side == Side.LOCAL ? ours : theirs;
    }

    /** What {@code side} must keep: the other side's demand. */
    public Satoshi reserveOf(Side side) {
        return of(side.other()).reserve();
    }

    /** What all commitments that {@code owner} holds have in common. */
    public CommitmentParameters commitmentsOf(Side owner, OutPoint funding) {
        return new CommitmentParameters(format(), funding, capacity, funder == owner, of(owner).dustLimit(),
                of(owner.other()).toSelfDelay().blocks(), of(owner).basepoints(), of(owner.other()).basepoints());
    }
}
