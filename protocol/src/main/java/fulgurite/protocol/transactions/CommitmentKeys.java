package fulgurite.protocol.transactions;

import fulgurite.protocol.units.PublicKey;

/**
 * The public keys in one commitment transaction. "Local" is the transaction's owner.
 *
 * @param revocation of the other side, tweaked by the owner's per-commitment point
 * @param remotePayment the other side's payment basepoint itself (option_static_remotekey)
 */
public record CommitmentKeys(
        PublicKey perCommitmentPoint,
        PublicKey localFunding,
        PublicKey remoteFunding,
        PublicKey revocation,
        PublicKey localDelayed,
        PublicKey localHtlc,
        PublicKey remoteHtlc,
        PublicKey remotePayment) {

    /** @param owner the side that holds the commitment and may publish it; @param perCommitmentPoint the owner's */
    public static CommitmentKeys derive(
            ChannelBasepoints owner, ChannelBasepoints other, PublicKey perCommitmentPoint) {
        return new CommitmentKeys(
                perCommitmentPoint, owner.funding(), other.funding(),
                KeyDerivation.revocationKey(other.revocation(), perCommitmentPoint),
                KeyDerivation.publicKey(owner.delayedPayment(), perCommitmentPoint),
                KeyDerivation.publicKey(owner.htlc(), perCommitmentPoint),
                KeyDerivation.publicKey(other.htlc(), perCommitmentPoint), other.payment());
    }
}
