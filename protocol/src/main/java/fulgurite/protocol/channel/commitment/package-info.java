/** The bookkeeping of HTLCs, fees and commitments, both sides (BOLT 2, Normal Operation). */
@NullMarked
package fulgurite.protocol.channel.commitment;

import org.jspecify.annotations.NullMarked;
