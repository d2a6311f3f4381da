package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.onion.FailureMessage;

/** How an attempt ended without the preimage. */
public sealed interface AttemptFailure {
    /** A hop of the route said why. @param hop 0 is our peer */
    record HopFailed(int hop, FailureMessage failure) implements AttemptFailure {}

    /** Somebody on the way garbled the failure. */
    record Undecodable() implements AttemptFailure {}

    /** Our peer could not read the onion that we gave it. */
    record PeerRejectedOnion(FailureMessage failure) implements AttemptFailure {}

    /** Our own channel did not take the HTLC. @param why for a person */
    record NotOffered(String why) implements AttemptFailure {}

    /** Our channel went on chain, and the HTLC came back to us there. */
    record TimedOutOnChain() implements AttemptFailure {}
}
