/** What the node knows of the network: the routing table's actor, and the gossip that feeds it (BOLT 7). */
@NullMarked
package fulgurite.node.router;

import org.jspecify.annotations.NullMarked;
