/** The rules of a calm network, each broken once. */
@NullMarked
package fulgurite.simulator.check;

import org.jspecify.annotations.NullMarked;
