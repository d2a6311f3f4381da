/** Onions: packets built and peeled, hop payloads, and the failures that come back along the route (BOLT 4). */
@NullMarked
package fulgurite.protocol.onion;

import org.jspecify.annotations.NullMarked;
