@NullMarked
package fulgurite.simulator.fuzz;

import org.jspecify.annotations.NullMarked;
