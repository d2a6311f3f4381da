/** The port to a Bitcoin chain, who watches it, and the bitcoind adapter. */
@NullMarked
package fulgurite.node.chain;

import org.jspecify.annotations.NullMarked;
