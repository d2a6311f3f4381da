/** The channel state machine as pure functions: decide, evolve, resume (BOLT 2). */
@NullMarked
package fulgurite.protocol.channel;

import org.jspecify.annotations.NullMarked;
