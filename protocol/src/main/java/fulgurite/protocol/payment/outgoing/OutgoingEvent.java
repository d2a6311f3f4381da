package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Timestamp;
import java.util.List;

/** What has happened to an outgoing payment: its journal. */
public sealed interface OutgoingEvent {
    PaymentHash paymentHash();

    record PaymentStarted(PaymentTerms terms, Timestamp at) implements OutgoingEvent {
        @Override
        public PaymentHash paymentHash() {
            return terms.paymentHash();
        }
    }

    /** @see Attempt */
    record AttemptStarted(PaymentHash paymentHash, int attempt, PaymentRoute route, BlockHeight height,
            PrivateKey sessionKey) implements OutgoingEvent {}

    /** @param lessons new ones, to be added */
    record AttemptFailed(PaymentHash paymentHash, int attempt, AttemptFailure failure, List<Lesson> lessons)
            implements OutgoingEvent {}

    record PaymentSucceeded(PaymentHash paymentHash, int attempt, PaymentPreimage preimage, Timestamp at)
            implements OutgoingEvent {}

    record PaymentFailed(PaymentHash paymentHash, PaymentFailure failure, Timestamp at) implements OutgoingEvent {}
}
