/** Whole networks, small. */
@NullMarked
package fulgurite.simulator.scenario;

import org.jspecify.annotations.NullMarked;
