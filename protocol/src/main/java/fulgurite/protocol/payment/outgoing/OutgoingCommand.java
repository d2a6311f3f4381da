package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PaymentPreimage;

/** What can be asked of, or reported to, an outgoing payment. */
public sealed interface OutgoingCommand {
    /** Accepted once for a payment hash, and again after it has failed. */
    record Start(PaymentTerms terms) implements OutgoingCommand {}

    /** The router's answer to {@link OutgoingEffect.FindRoute}: one for each part, when there are several. */
    record RouteFound(PaymentRoute route) implements OutgoingCommand {}

    /** The router's answer to {@link OutgoingEffect.FindRoute}. @param why for a person */
    record RouteNotFound(String why) implements OutgoingCommand {}

    /** The channel did not take the HTLC of {@link OutgoingEffect.OfferHtlc}. @param why for a person */
    record HtlcNotOffered(int attempt, String why) implements OutgoingCommand {}

    /** The removal of the HTLC is irrevocable. @param reason of {@code update_fail_htlc} */
    record HtlcFailed(int attempt, Bytes reason) implements OutgoingCommand {}

    /** The removal of the HTLC is irrevocable, by {@code update_fail_malformed_htlc}. */
    record HtlcFailedMalformed(int attempt, int failureCode, Bytes32 sha256OfOnion) implements OutgoingCommand {}

    /** The HTLC came back on chain, so deep that it will not change. */
    record HtlcTimedOutOnChain(int attempt) implements OutgoingCommand {}

    /** Reported as soon as the preimage is known, from the peer or from the chain. */
    record HtlcFulfilled(int attempt, PaymentPreimage preimage) implements OutgoingCommand {}
}
