package fulgurite.protocol.payment;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;

/** An HTLC that a peer offered and that is irrevocably committed on both sides. @param onion 1366 bytes, as received */
public record IncomingHtlc(HtlcKey key, MilliSatoshi amount, CltvExpiry expiry, PaymentHash paymentHash,
        Bytes onion) {}
