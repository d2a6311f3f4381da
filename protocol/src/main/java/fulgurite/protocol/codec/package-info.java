/** How values become bytes and back: fixed widths, BigSize, records, TLV streams (BOLT 1). */
@NullMarked
package fulgurite.protocol.codec;

import org.jspecify.annotations.NullMarked;
