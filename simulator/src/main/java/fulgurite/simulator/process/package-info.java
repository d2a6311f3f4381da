/** Nodes in processes of their own: how they start, are killed and come back. */
@NullMarked
package fulgurite.simulator.process;

import org.jspecify.annotations.NullMarked;
