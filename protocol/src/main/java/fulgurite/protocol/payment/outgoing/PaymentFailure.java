package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.onion.FailureMessage;

/** Why a payment was given up. Its attempts say more. */
public sealed interface PaymentFailure {
    /** The destination refuses it, and would again. */
    record RefusedByDestination(FailureMessage failure) implements PaymentFailure {}

    /** @param why for a person, as the router put it */
    record NoRoute(String why) implements PaymentFailure {}

    record DeadlinePassed() implements PaymentFailure {}

    record TooManyAttempts(int attempts) implements PaymentFailure {}
}
