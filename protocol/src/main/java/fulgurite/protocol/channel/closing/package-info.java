/** Shutdown, fee negotiation and what follows on chain (BOLT 2, Channel Close; BOLT 5). */
@NullMarked
package fulgurite.protocol.channel.closing;

import org.jspecify.annotations.NullMarked;
