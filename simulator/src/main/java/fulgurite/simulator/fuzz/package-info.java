/** The consistency fuzzer: three nodes in a line, everything that can go wrong, then calm, and every satoshi is looked for. */
@NullMarked
package fulgurite.simulator.fuzz;

import org.jspecify.annotations.NullMarked;
