/** Whole nodes, seen through their service. */
@NullMarked
package fulgurite.simulator.node;

import org.jspecify.annotations.NullMarked;
