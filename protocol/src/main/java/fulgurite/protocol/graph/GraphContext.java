package fulgurite.protocol.graph;

import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Timestamp;

/** What the table's decisions depend on besides itself. @param chainHash the genesis hash, as on the wire */
public record GraphContext(Bytes32 chainHash, Timestamp now) {}
