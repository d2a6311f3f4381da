package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.units.Signature;
import java.util.List;

/**
 * A commitment_signed of ours that the peer has not acknowledged by revoke_and_ack, to be repeated as it was.
 *
 * @param localNumber of our own commitment when we signed: tells whether our last revoke_and_ack went before or after
 */
public record SentCommitment(Signature signature, List<Signature> htlcSignatures, long localNumber) {
    public SentCommitment {
        htlcSignatures = List.copyOf(htlcSignatures);
    }
}
