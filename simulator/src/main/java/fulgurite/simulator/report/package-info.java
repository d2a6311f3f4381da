/** What a simulation has found, for people and for programs. */
@NullMarked
package fulgurite.simulator.report;

import org.jspecify.annotations.NullMarked;
