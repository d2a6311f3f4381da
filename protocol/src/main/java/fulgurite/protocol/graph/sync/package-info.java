/** Learning a network from peers by asking, and answering those who ask. @bolt 7, Query Messages */
@NullMarked
package fulgurite.protocol.graph.sync;

import fulgurite.protocol.wire.Messages;
import org.jspecify.annotations.NullMarked;
