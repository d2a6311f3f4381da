package fulgurite.protocol.payment.forwarded;

import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;

/** What becomes of an HTLC that asks to be forwarded. */
public sealed interface ForwardDecision {
    /**
     * Offer it on.
     *
     * @param from the incoming HTLC, by which the outgoing channel knows a forward that it already has
     * @param fee that we keep
     * @param onion 1366 bytes
     * @param pathKey to send along inside a blinded path
     */
    record Forward(HtlcKey from, MilliSatoshi amount, CltvExpiry expiry, PaymentHash paymentHash, MilliSatoshi fee,
            Bytes onion, Optional<PublicKey> pathKey) implements ForwardDecision {}

    /** Fail it. @param failure what {@code answer} carries, encrypted */
    record Fail(FailureMessage failure, HtlcAnswer.Fail answer) implements ForwardDecision {}
}
