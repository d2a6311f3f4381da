/** The port that carries a connection's bytes between two nodes, and its WebSocket adapter. */
@NullMarked
package fulgurite.node.transport;

import org.jspecify.annotations.NullMarked;
