/** A real bitcoind for tests: found on this machine, started on regtest, and played with. */
@NullMarked
package fulgurite.simulator.bitcoind;

import org.jspecify.annotations.NullMarked;
