/** The actor around each channel's state machine, and the list of the channels that a node has. */
@NullMarked
package fulgurite.node.channel;

import org.jspecify.annotations.NullMarked;
