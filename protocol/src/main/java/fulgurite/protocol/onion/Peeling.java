package fulgurite.protocol.onion;

import fulgurite.protocol.units.Bytes;
import java.util.Optional;

/** What comes of peeling one layer off an onion. @bolt 4, Onion Decryption */
public sealed interface Peeling {
    /**
     * The layer was ours.
     *
     * @param payload the TLV stream meant for us, without its length
     * @param next the onion to forward; absent at the final node
     * @param sharedSecret encrypts a failure that we or a later hop return
     */
    record Peeled(Bytes payload, Optional<OnionPacket> next, SharedSecret sharedSecret) implements Peeling {
        public boolean isFinal() {
            return next.isEmpty();
        }
    }

    /** The origin did make this layer for us, but the payload's frame is broken: a failure that we can encrypt. */
    record Unreadable(FailureMessage.InvalidOnionPayload failure, SharedSecret sharedSecret) implements Peeling {}

    /** Not an onion for us: answered by {@code update_fail_malformed_htlc}, since no secret is shared. */
    record Rejected(FailureMessage.BadOnion failure) implements Peeling {}
}
