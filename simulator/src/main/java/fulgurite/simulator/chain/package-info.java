/** A validating regtest chain inside the process, the port to it, and the same chain served to other processes. */
@NullMarked
package fulgurite.simulator.chain;

import org.jspecify.annotations.NullMarked;
