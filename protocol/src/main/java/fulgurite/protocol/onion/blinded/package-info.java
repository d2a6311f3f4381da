/** Blinded paths: ways to a payee whose hops its payer cannot name (BOLT 4, Route Blinding). */
@NullMarked
package fulgurite.protocol.onion.blinded;

import org.jspecify.annotations.NullMarked;
