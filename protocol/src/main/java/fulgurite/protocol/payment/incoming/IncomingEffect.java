package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Timestamp;

/** What is to be done for an incoming payment once its events are persisted. */
public sealed interface IncomingEffect {
    /** To the HTLC's channel. If it is lost in a crash, the channel reports the HTLC again and gets it again. */
    record Answer(HtlcAnswer answer) implements IncomingEffect {}

    /** Send {@link IncomingCommand.Wake} then. */
    record WakeAt(PaymentHash paymentHash, Timestamp at) implements IncomingEffect {}

    /** Tell who waits for the payment. */
    record ReportReceived(PaymentHash paymentHash, MilliSatoshi amount) implements IncomingEffect {}
}
