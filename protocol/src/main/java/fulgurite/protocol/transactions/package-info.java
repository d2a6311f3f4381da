/** Funding, commitment, HTLC, closing and penalty transactions, and the keys in them (BOLT 3); pure functions of values. */
@NullMarked
package fulgurite.protocol.transactions;

import org.jspecify.annotations.NullMarked;
