package fulgurite.protocol.onion;

import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentSecret;

/** Proof that the payer read the invoice, and the sum of all parts of the payment. @bolt 4, payload format, type 8 */
public record PaymentData(PaymentSecret secret, MilliSatoshi total) {}
