/** What the rest needs of transactions, scripts, addresses and HD keys, over bitcoinj. */
@NullMarked
package fulgurite.protocol.bitcoin;

import org.jspecify.annotations.NullMarked;
