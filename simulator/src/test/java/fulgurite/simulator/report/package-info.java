/** Reports as people and programs read them. */
@NullMarked
package fulgurite.simulator.report;

import org.jspecify.annotations.NullMarked;
