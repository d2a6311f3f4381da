package fulgurite.protocol.payment;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;

/**
 * An HTLC that a peer offered and that is irrevocably committed on both sides.
 *
 * @param onion 1366 bytes, as received
 * @param pathKey that came with it: it is inside a blinded path
 */
public record IncomingHtlc(HtlcKey key, MilliSatoshi amount, CltvExpiry expiry, PaymentHash paymentHash,
        Bytes onion, Optional<PublicKey> pathKey) {
    /** Outside blinded paths. */
    public IncomingHtlc(HtlcKey key, MilliSatoshi amount, CltvExpiry expiry, PaymentHash paymentHash, Bytes onion) {
        this(key, amount, expiry, paymentHash, onion, Optional.empty());
    }
}
