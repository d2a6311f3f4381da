/** The network between simulated nodes: lines with seeded latency that can be cut, all under virtual time. */
@NullMarked
package fulgurite.simulator.network;

import org.jspecify.annotations.NullMarked;
