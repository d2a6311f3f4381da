/** Three nodes and a chain in one process, for a person at a prompt or a script. */
@NullMarked
package fulgurite.simulator.demo;

import org.jspecify.annotations.NullMarked;
