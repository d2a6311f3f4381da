package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Timestamp;
import java.util.List;

/** What has happened to an incoming payment: its journal. */
public sealed interface IncomingEvent {
    PaymentHash paymentHash();

    record InvoiceCreated(Invoice invoice) implements IncomingEvent {
        @Override
        public PaymentHash paymentHash() {
            return invoice.paymentHash();
        }
    }

    /** @param invoice without a BOLT 11 text; @param paths as its payer gets them */
    record BlindedInvoiceCreated(Invoice invoice, Bytes paths) implements IncomingEvent {
        @Override
        public PaymentHash paymentHash() {
            return invoice.paymentHash();
        }
    }

    /** A part came, and waits. */
    record HtlcHeld(PaymentHash paymentHash, HeldHtlc htlc) implements IncomingEvent {}

    /** The parts did not come together, and are failed. */
    record HtlcsReleased(PaymentHash paymentHash, List<HtlcKey> htlcs) implements IncomingEvent {}

    /** All parts are there: the preimage may be given out. @param amount of the HTLCs together */
    record PaymentReceived(PaymentHash paymentHash, PaymentPreimage preimage, List<HtlcKey> htlcs, MilliSatoshi amount,
            Timestamp at) implements IncomingEvent {}
}
