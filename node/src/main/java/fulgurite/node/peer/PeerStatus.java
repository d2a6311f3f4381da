package fulgurite.node.peer;

import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.Features;
import java.util.Optional;

/**
 * A peer, as one that asks about it sees it.
 *
 * @param theirs its features, while connected
 * @param address the line's other end while connected, else where it would be dialled, or nothing known
 * @param channels attached
 */
public record PeerStatus(NodeId nodeId, Optional<Features> theirs, String address, int channels) {
    public boolean isConnected() {
        return theirs.isPresent();
    }
}
