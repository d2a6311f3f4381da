/** Bringing outputs home: which transactions spend them, at what feerate, and when a better one replaces them (BOLT 5). */
@NullMarked
package fulgurite.protocol.sweep;

import org.jspecify.annotations.NullMarked;
