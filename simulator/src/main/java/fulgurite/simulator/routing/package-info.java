/** Graphs of mainnet's size, generated, imported and exported, and path-finders measured on them. */
@NullMarked
package fulgurite.simulator.routing;

import org.jspecify.annotations.NullMarked;
