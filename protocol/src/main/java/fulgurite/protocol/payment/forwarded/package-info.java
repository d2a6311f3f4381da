/** Payments that pass through us: which HTLC is forwarded on which terms (BOLT 4, 7). */
@NullMarked
package fulgurite.protocol.payment.forwarded;

import org.jspecify.annotations.NullMarked;
