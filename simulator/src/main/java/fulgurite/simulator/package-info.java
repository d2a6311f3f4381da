/** The program {@code fulgurite}: its commands, put together. */
@NullMarked
package fulgurite.simulator;

import org.jspecify.annotations.NullMarked;
