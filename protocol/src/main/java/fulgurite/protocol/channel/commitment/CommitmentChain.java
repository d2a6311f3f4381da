package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.crypto.ShaChain;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Signature;
import java.util.List;
import java.util.Optional;

/**
 * The two chains of commitment transactions, by number, with the signatures and secrets exchanged for them.
 *
 * @param localNumber of our latest commitment: all before it are revoked
 * @param signature of our latest commitment by the peer
 * @param htlcSignatures of our latest commitment's HTLC transactions by the peer, in the order of their outputs
 * @param remoteNumber of the peer's commitment that it has not revoked
 * @param remotePoint the peer's per-commitment point of {@code remoteNumber}
 * @param remoteNextPoint the peer's point of {@code remoteNumber + 1}; unknown until channel_ready
 * @param unacknowledged our commitment_signed for {@code remoteNumber + 1}, while no revoke_and_ack has answered it
 * @param remoteSecrets that revoked all commitments of the peer below {@code remoteNumber}
 */
public record CommitmentChain(
        long localNumber,
        Signature signature,
        List<Signature> htlcSignatures,
        long remoteNumber,
        PublicKey remotePoint,
        Optional<PublicKey> remoteNextPoint,
        Optional<SentCommitment> unacknowledged,
        ShaChain remoteSecrets) {
    public CommitmentChain {
        htlcSignatures = List.copyOf(htlcSignatures);
    }

    /** Both first commitments, number 0. */
    public static CommitmentChain opened(Signature signature, PublicKey remotePoint) {
        return new CommitmentChain(0, signature, List.of(), 0, remotePoint, Optional.empty(), Optional.empty(),
                ShaChain.EMPTY);
    }

    /** channel_ready came. Repeated ones change nothing. */
    public CommitmentChain withSecondPoint(PublicKey point) {
        if (remoteNextPoint.isPresent()) return this;
        return new CommitmentChain(localNumber, signature, htlcSignatures, remoteNumber, remotePoint,
                Optional.of(point), unacknowledged, remoteSecrets);
    }

    /** We have signed the peer's next commitment. */
    public CommitmentChain sent(Signature ours, List<Signature> htlcs) {
        return new CommitmentChain(localNumber, signature, htlcSignatures, remoteNumber, remotePoint, remoteNextPoint,
                Optional.of(new SentCommitment(ours, htlcs, localNumber)), remoteSecrets);
    }

    /** The peer has signed our next commitment, and we revoke the one before. */
    public CommitmentChain received(Signature theirs, List<Signature> htlcs) {
        return new CommitmentChain(localNumber + 1, theirs, htlcs, remoteNumber, remotePoint, remoteNextPoint,
                unacknowledged, remoteSecrets);
    }

    /** The peer has revoked its commitment {@code remoteNumber}. @param secret verified before */
    public CommitmentChain revoked(PrivateKey secret, PublicKey nextPoint) {
        return new CommitmentChain(localNumber, signature, htlcSignatures, remoteNumber + 1,
                remoteNextPoint.orElseThrow(), Optional.of(nextPoint), Optional.empty(),
                remoteSecrets.store(ShaChain.FIRST_INDEX - remoteNumber, secret));
    }
}
