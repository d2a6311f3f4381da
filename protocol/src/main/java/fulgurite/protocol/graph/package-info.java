/** The network as this node knows it, and the ways through it (BOLT 7). */
@NullMarked
package fulgurite.protocol.graph;

import org.jspecify.annotations.NullMarked;
