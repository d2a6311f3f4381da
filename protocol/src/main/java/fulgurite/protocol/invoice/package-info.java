/** Payment requests as text (BOLT 11): read, checked, written and signed. */
@NullMarked
package fulgurite.protocol.invoice;

import org.jspecify.annotations.NullMarked;
