/** The messages that peers exchange, one record each, and their numbers (BOLTs 1, 2, 7 and 9). */
@NullMarked
package fulgurite.protocol.wire;

import org.jspecify.annotations.NullMarked;
