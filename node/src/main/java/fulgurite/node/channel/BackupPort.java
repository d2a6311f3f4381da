package fulgurite.node.channel;

import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;

/**
 * The static backup of a node's channels, kept current. Every call returns only when what it says is durable, for a
 * channel's funding is not published before; it is a small file, written when a channel comes or goes. Called by
 * several actors at once.
 */
public interface BackupPort {
    /** What was registered before a start. The channels that are not in it are over. */
    void recovered(Registry registry);

    /** A channel has its funding. Again after each restart. @param since nothing of it is on chain below this height */
    void funded(BlockHeight since, ActiveChannel channel);

    /** A channel is over. */
    void over(long index);

    /** A peer can be dialled there. */
    void reachable(NodeId peer, PeerAddress address);

    /** The backup as a file: encrypted with a key that comes from the node's seed. */
    Bytes file();

    /** Keeps nothing: for simulations and tests. */
    BackupPort NONE = new BackupPort() {
        @Override
        public void recovered(Registry registry) {}

        @Override
        public void funded(BlockHeight since, ActiveChannel channel) {}

        @Override
        public void over(long index) {}

        @Override
        public void reachable(NodeId peer, PeerAddress address) {}

        @Override
        public Bytes file() {
            return Bytes.EMPTY;
        }
    };
}
