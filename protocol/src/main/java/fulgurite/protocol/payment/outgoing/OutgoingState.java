package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.units.PaymentPreimage;
import java.util.List;
import java.util.Optional;

/** Where the payment of one hash stands. */
public sealed interface OutgoingState {
    /** Every attempt ever made, oldest first: they stay when a payment that failed is started again. */
    List<Attempt> attempts();

    /** Before the first start. */
    record NotStarted() implements OutgoingState {
        @Override
        public List<Attempt> attempts() {
            return List.of();
        }
    }

    /** Waiting for a route while no attempt is in flight, else for the attempt's end. @param earlier attempts of earlier starts */
    record Pending(PaymentTerms terms, int earlier, List<Attempt> attempts, List<Lesson> lessons)
            implements OutgoingState {
        public boolean wantsRoute() {
            return attempts.stream().noneMatch(Attempt::isInFlight);
        }
    }

    /** We have the preimage: a proof of payment. */
    record Succeeded(PaymentTerms terms, List<Attempt> attempts, PaymentPreimage preimage) implements OutgoingState {}

    /** Given up, with nothing in flight. It may be started again. */
    record Failed(PaymentTerms terms, List<Attempt> attempts, PaymentFailure failure) implements OutgoingState {}

    default Optional<Attempt> attempt(int number) {
        return attempts().stream().filter(attempt -> attempt.number() == number).findFirst();
    }
}
