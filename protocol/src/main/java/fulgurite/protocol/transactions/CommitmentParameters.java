package fulgurite.protocol.transactions;

import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;

/**
 * What all commitment transactions of one side of a channel share. "Owner" is the side that holds the commitment.
 *
 * @param ownerIsFunder whether the owner opened the channel and so pays its fees
 * @param dustLimit of the owner
 * @param toSelfDelay blocks that the owner waits for its own outputs, 0..65535: what the other side asked for
 */
public record CommitmentParameters(
        CommitmentFormat format,
        OutPoint funding,
        Satoshi fundingAmount,
        boolean ownerIsFunder,
        Satoshi dustLimit,
        int toSelfDelay,
        ChannelBasepoints owner,
        ChannelBasepoints other) {

    public CommitmentParameters {
        if (toSelfDelay < 0 || toSelfDelay > 0xffff)
            throw new IllegalArgumentException("to_self_delay is 0..65535 blocks, got " + toSelfDelay);
    }

    /** What hides this channel's commitment numbers: the same from both sides. */
    public long obscuringFactor() {
        return ownerIsFunder
                ? CommitmentNumber.obscuringFactor(owner.payment(), other.payment())
                : CommitmentNumber.obscuringFactor(other.payment(), owner.payment());
    }
}
