package fulgurite.protocol.payment;

import fulgurite.protocol.units.PaymentHash;

/** Why a command about a payment was not carried out. */
public sealed interface Refusal {
    /** A payment of this hash is under way: it is not paid twice. */
    record AlreadyPending(PaymentHash paymentHash) implements Refusal {}

    /** A payment of this hash has succeeded: it is not paid twice. */
    record AlreadySucceeded(PaymentHash paymentHash) implements Refusal {}

    /** The preimage of a spontaneous payment, or of an HTLC said to be fulfilled, is not that of the hash. */
    record WrongPreimage(PaymentHash paymentHash) implements Refusal {}

    /** Amount, fee limit or attempts are not positive as they must be. */
    record SenselessTerms(PaymentHash paymentHash) implements Refusal {}

    /** None of the blinded paths that were given can be used. */
    record NoUsablePath(PaymentHash paymentHash) implements Refusal {}

    /** No payment of this hash waits for a route. */
    record NoRouteWanted() implements Refusal {}

    /** There is no such attempt in flight: unknown, or settled already. */
    record NotInFlight(int attempt) implements Refusal {}

    /** An invoice with this hash exists, or the hash was paid without one. */
    record HashTaken(PaymentHash paymentHash) implements Refusal {}
}
