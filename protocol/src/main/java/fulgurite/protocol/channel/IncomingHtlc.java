package fulgurite.protocol.channel;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;

/**
 * An HTLC that the peer offered and both sides have irrevocably committed: it is ours to fulfil, forward or fail.
 *
 * @param id the peer's, 0 for its first
 * @param onion 1366 bytes, with the payment hash as associated data
 * @param mustFail nothing else than failing it is allowed: it is dust beyond our limit, or came after our shutdown
 * @param pathKey of an HTLC inside a blinded path
 */
public record IncomingHtlc(
        long id, MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry, Bytes onion, boolean mustFail,
        Optional<PublicKey> pathKey) {
    /** Outside blinded paths. */
    public IncomingHtlc(
            long id, MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry, Bytes onion, boolean mustFail) {
        this(id, amount, paymentHash, expiry, onion, mustFail, Optional.empty());
    }
}
