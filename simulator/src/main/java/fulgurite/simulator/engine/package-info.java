/** Virtual time: one seed, one run. Every actor of a simulated network runs on one queue, under a clock that only the engine moves. */
@NullMarked
package fulgurite.simulator.engine;

import org.jspecify.annotations.NullMarked;
