package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.Timestamp;

/**
 * What the world is like while a command is decided.
 *
 * @param acceptSpontaneous whether payments without an invoice are taken
 * @param minSpontaneousDelta that such a payment must leave between the height and its expiry
 */
public record IncomingContext(BlockHeight height, Timestamp now, boolean acceptSpontaneous,
        CltvDelta minSpontaneousDelta) {}
