/** Measurements that anybody can repeat by one command. */
@NullMarked
package fulgurite.simulator.bench;

import org.jspecify.annotations.NullMarked;
