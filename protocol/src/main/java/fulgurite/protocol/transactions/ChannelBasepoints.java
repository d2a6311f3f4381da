package fulgurite.protocol.transactions;

import fulgurite.protocol.units.PublicKey;

/** The public keys that one side brings into a channel, as open_channel and accept_channel carry them. @bolt 3, Key Derivation */
public record ChannelBasepoints(
        PublicKey funding, PublicKey revocation, PublicKey payment, PublicKey delayedPayment, PublicKey htlc) {}
