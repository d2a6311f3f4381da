/** A node as a conformance suite drives it. */
@NullMarked
package fulgurite.simulator.conformance;

import org.jspecify.annotations.NullMarked;
