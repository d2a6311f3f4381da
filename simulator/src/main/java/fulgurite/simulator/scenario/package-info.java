/** Whole simulated networks: a topology and a workload drawn from a seed, run in virtual time. */
@NullMarked
package fulgurite.simulator.scenario;

import org.jspecify.annotations.NullMarked;
