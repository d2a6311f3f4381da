package fulgurite.node;

import fulgurite.protocol.units.Bytes32;

/** Where a node's randomness comes from: the system's for a real node, the seed for a simulated one. */
@FunctionalInterface
public interface Entropy {
    Bytes32 next();
}
