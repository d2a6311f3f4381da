/** A payment that we make: routes tried one after the other until one succeeds (BOLT 4, 7). */
@NullMarked
package fulgurite.protocol.payment.outgoing;

import org.jspecify.annotations.NullMarked;
