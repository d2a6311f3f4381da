package fulgurite.node.channel;

import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node finds again after a restart: which channels it has and where their peers are.
 *
 * @param nextIndex for the next channel: never one that was given before
 * @param channels those that are not over
 */
public record Registry(long nextIndex, SortedMap<Long, Entry> channels, SortedMap<NodeId, PeerAddress> addresses) {
    public static final Registry EMPTY = new Registry(0, new TreeMap<>(), new TreeMap<>());

    /** One channel. @param since nothing of it is on chain below this height */
    public record Entry(NodeId peer, BlockHeight since) {}

    public Registry {
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    /** Applies a recorded fact. */
    public static Registry evolve(Registry registry, RegistryEvent event) {
        return switch (event) {
            case RegistryEvent.ChannelRegistered(long index, NodeId peer, BlockHeight since) -> {
                var channels = new TreeMap<>(registry.channels);
                channels.put(index, new Entry(peer, since));
                yield new Registry(index + 1, channels, registry.addresses);
            }
            case RegistryEvent.ChannelArchived(long index) -> {
                var channels = new TreeMap<>(registry.channels);
                channels.remove(index);
                yield new Registry(registry.nextIndex, channels, registry.addresses);
            }
            case RegistryEvent.AddressRegistered(NodeId peer, PeerAddress address) -> {
                var addresses = new TreeMap<>(registry.addresses);
                addresses.put(peer, address);
                yield new Registry(registry.nextIndex, registry.channels, addresses);
            }
        };
    }
}
