/** Nodes of other implementations as peers of ours. */
@NullMarked
package fulgurite.simulator.interop;

import org.jspecify.annotations.NullMarked;
