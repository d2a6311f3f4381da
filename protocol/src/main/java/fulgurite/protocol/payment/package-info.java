/** Payments as a node sees them: what arrives is opened here, and answered here (BOLT 4). */
@NullMarked
package fulgurite.protocol.payment;

import org.jspecify.annotations.NullMarked;
