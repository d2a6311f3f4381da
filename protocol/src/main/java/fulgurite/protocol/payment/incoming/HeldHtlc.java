package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Timestamp;

/**
 * One part of a payment, waiting for the others.
 *
 * @param amount of the HTLC; @param promised amt_to_forward, which counts towards the total
 * @param total that the payer promises over all parts
 * @param secret encrypts the failure if the others do not come
 * @param since when it came
 */
public record HeldHtlc(HtlcKey key, MilliSatoshi amount, MilliSatoshi promised, MilliSatoshi total,
        SharedSecret secret, Timestamp since) {}
