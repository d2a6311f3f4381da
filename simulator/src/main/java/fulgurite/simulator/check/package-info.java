/** What must hold in every simulated network once it is calm. */
@NullMarked
package fulgurite.simulator.check;

import org.jspecify.annotations.NullMarked;
