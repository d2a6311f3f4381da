package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Timestamp;

/** What the world is like while a command is decided. @param entropy fresh for every command: an attempt's session key, 1..n-1 */
public record OutgoingContext(BlockHeight height, Timestamp now, PrivateKey entropy) {}
