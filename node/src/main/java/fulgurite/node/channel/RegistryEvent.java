package fulgurite.node.channel;

import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;

/** A fact that a node remembers across restarts besides its channels' own journals. */
public sealed interface RegistryEvent {
    /**
     * A channel has begun, opened by us or by the peer.
     *
     * @param index of its keys and its journal, 0.. without gaps
     * @param since the height then: nothing of the channel is on chain below it
     */
    record ChannelRegistered(long index, NodeId peer, BlockHeight since) implements RegistryEvent {}

    /** A channel is over: it is not started again. Its journal stays. */
    record ChannelArchived(long index) implements RegistryEvent {}

    /** A peer answered at this address: it is dialled there again after a restart. */
    record AddressRegistered(NodeId peer, PeerAddress address) implements RegistryEvent {}
}
