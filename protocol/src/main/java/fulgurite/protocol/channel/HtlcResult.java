package fulgurite.protocol.channel;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PaymentPreimage;

/** How an HTLC ended. @bolt 2, Removing an HTLC */
public sealed interface HtlcResult {
    /** Paid: the preimage is the receipt. */
    record Fulfilled(PaymentPreimage preimage) implements HtlcResult {}

    /** Failed; {@code reason} is encrypted for the HTLC's origin (BOLT 4). */
    record Failed(Bytes reason) implements HtlcResult {}

    /** The receiver could not read the onion. @param code has the BADONION bit, 0..65535 */
    record FailedMalformed(int code, Bytes32 sha256OfOnion) implements HtlcResult {}

    /** It ended on chain without a preimage: whoever waits for it must be told that it failed. */
    record TimedOutOnChain() implements HtlcResult {}
}
