/** The network in primitive arrays: what path-finders search, without locks and without hashing. */
@NullMarked
package fulgurite.protocol.graph.map;

import org.jspecify.annotations.NullMarked;
