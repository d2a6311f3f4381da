/** The wallet on chain: its coins, its addresses, and the transactions that it funds. */
@NullMarked
package fulgurite.node.wallet;

import org.jspecify.annotations.NullMarked;
