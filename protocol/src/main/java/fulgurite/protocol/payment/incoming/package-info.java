/** A payment that we are the payee of: invoices, sets of HTLCs, spontaneous payments (BOLT 4, 11). */
@NullMarked
package fulgurite.protocol.payment.incoming;

import org.jspecify.annotations.NullMarked;
