package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Timestamp;
import java.util.List;
import java.util.Optional;

/** Where the payment of one hash to us stands. */
public sealed interface IncomingState {
    /** Neither an invoice nor a payment has this hash. */
    record Unknown() implements IncomingState {}

    /**
     * To be paid.
     *
     * @param blindedPaths by which alone, where the invoice has them
     * @param held parts that wait for the others, oldest first
     */
    record Open(Invoice invoice, Optional<Bytes> blindedPaths, List<HeldHtlc> held) implements IncomingState {
        Open holding(List<HeldHtlc> parts) {
            return new Open(invoice, blindedPaths, List.copyOf(parts));
        }
    }

    /**
     * Ours: the preimage was given out, or is about to be.
     *
     * @param invoice absent when the payment was spontaneous
     * @param htlcs that the preimage claims
     * @param amount of those HTLCs together
     */
    record Paid(PaymentHash paymentHash, Optional<Invoice> invoice, PaymentPreimage preimage, List<HtlcKey> htlcs,
            MilliSatoshi amount, Timestamp at) implements IncomingState {}
}
