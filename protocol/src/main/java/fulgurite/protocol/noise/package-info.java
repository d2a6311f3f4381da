/** The handshake and the message cipher of BOLT 8, as state machines over values: bytes in, bytes out, no I/O. */
@NullMarked
package fulgurite.protocol.noise;

import org.jspecify.annotations.NullMarked;
