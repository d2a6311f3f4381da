/** Finding ways for payments: algorithms behind one interface, and what attempts have taught about liquidity. */
@NullMarked
package fulgurite.protocol.graph.search;

import org.jspecify.annotations.NullMarked;
