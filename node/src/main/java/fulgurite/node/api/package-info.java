/** What the node offers to programs and people: one service, served as JSON-RPC. */
@NullMarked
package fulgurite.node.api;

import org.jspecify.annotations.NullMarked;
