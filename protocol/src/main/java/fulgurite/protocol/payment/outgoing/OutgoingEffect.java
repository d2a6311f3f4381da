package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.ShortChannelId;

/** What is to be done for an outgoing payment once its events are persisted. */
public sealed interface OutgoingEffect {
    PaymentHash paymentHash();

    /** Answered by RouteFound or RouteNotFound. */
    record FindRoute(PaymentHash paymentHash, RouteQuery query) implements OutgoingEffect {}

    /**
     * Answered by HtlcNotOffered, HtlcFailed and its like, or HtlcFulfilled. It may be asked again after a restart:
     * the channel knows by payment hash and attempt that it has the HTLC already.
     *
     * @param channel our own, as the route names it
     * @param onion 1366 bytes
     */
    record OfferHtlc(PaymentHash paymentHash, int attempt, ShortChannelId channel, MilliSatoshi amount,
            CltvExpiry expiry, Bytes onion) implements OutgoingEffect {}

    /** Tell who asked for the payment. @param fee that was paid on top of the amount */
    record ReportSucceeded(PaymentHash paymentHash, PaymentPreimage preimage, MilliSatoshi fee)
            implements OutgoingEffect {}

    /** Tell who asked for the payment. */
    record ReportFailed(PaymentHash paymentHash, PaymentFailure failure) implements OutgoingEffect {}
}
