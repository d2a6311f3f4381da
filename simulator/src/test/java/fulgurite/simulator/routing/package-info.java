/** Tests of graphs from files and from seeds, and of path-finders on them. */
@NullMarked
package fulgurite.simulator.routing;

import org.jspecify.annotations.NullMarked;
