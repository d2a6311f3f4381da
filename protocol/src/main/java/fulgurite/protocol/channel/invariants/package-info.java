/** What must be true of a channel after every event, checked apart from the rules that are to keep it so. */
@NullMarked
package fulgurite.protocol.channel.invariants;

import org.jspecify.annotations.NullMarked;
