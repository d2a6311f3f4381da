/** Updates, commitments, revocations and reconnection of a running channel (BOLT 2, Normal Operation). */
@NullMarked
package fulgurite.protocol.channel.normal;

import org.jspecify.annotations.NullMarked;
