/** The chain as a bitcoind tells it over JSON-RPC. */
@NullMarked
package fulgurite.node.chain.bitcoind;

import org.jspecify.annotations.NullMarked;
