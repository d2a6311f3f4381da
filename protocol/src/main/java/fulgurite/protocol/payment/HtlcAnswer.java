package fulgurite.protocol.payment;

import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.FailurePacket;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PaymentPreimage;

/** How an incoming HTLC is resolved: what its channel is to send. */
public sealed interface HtlcAnswer {
    HtlcKey htlc();

    /** {@code update_fulfill_htlc}. */
    record Fulfil(HtlcKey htlc, PaymentPreimage preimage) implements HtlcAnswer {}

    /** {@code update_fail_htlc}. @param reason encrypted for the origin */
    record Fail(HtlcKey htlc, Bytes reason) implements HtlcAnswer {}

    /** {@code update_fail_malformed_htlc}, with the failure's code and hash. */
    record FailMalformed(HtlcKey htlc, FailureMessage.BadOnion failure) implements HtlcAnswer {}

    /** A failure of our own. @param secret from peeling the HTLC's onion */
    static Fail fail(HtlcKey htlc, SharedSecret secret, FailureMessage failure) {
        return new Fail(htlc, FailurePacket.create(secret, failure));
    }
}
