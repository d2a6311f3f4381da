package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.units.MilliSatoshi;
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

    /** Waiting for routes of what no attempt in flight carries, and for the ends of those. @param earlier attempts of earlier starts */
    record Pending(PaymentTerms terms, int earlier, List<Attempt> attempts, List<Lesson> lessons)
            implements OutgoingState {
        public boolean wantsRoute() {
            return inFlight().isEmpty() || terms.maxParts() > inFlight().size() && !missing().isZero();
        }

        List<Attempt> inFlight() {
            return attempts.stream().filter(Attempt::isInFlight).toList();
        }

        /** What no attempt in flight carries to the destination. */
        MilliSatoshi missing() {
            MilliSatoshi missing = terms.amount();
            for (Attempt attempt : inFlight()) missing = missing.minus(attempt.route().last().amount());
            return missing.max(MilliSatoshi.ZERO);
        }

        /** What of the limit the attempts in flight leave. */
        MilliSatoshi feeLeft() {
            MilliSatoshi left = terms.limits().maxFee();
            for (Attempt attempt : inFlight()) left = left.minus(attempt.route().fee());
            return left.max(MilliSatoshi.ZERO);
        }

        /** The attempts of this start. */
        List<Attempt> ofThisStart() {
            return attempts.subList(earlier, attempts.size());
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
