/** A small world of real nodes that can crash at an exact point and start again from their journals. */
@NullMarked
package fulgurite.simulator.world;

import org.jspecify.annotations.NullMarked;
