package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.PaymentHash;

/** What must be remembered of an HTLC that is gone, to find and punish its output in a revoked commitment. */
public record ArchivedHtlc(Side offeredBy, PaymentHash paymentHash, CltvExpiry expiry) {}
