package fulgurite.node.channel;

import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a node finds again after a restart: which channels it has and where their peers are. */
public record Registry(SortedMap<Long, Entry> channels, SortedMap<NodeId, PeerAddress> addresses) {
    public static final Registry EMPTY = new Registry(new TreeMap<>(), new TreeMap<>());

    /** One channel, open or over. @param since nothing of it is on chain below this height */
    public record Entry(NodeId peer, BlockHeight since) {}

    public Registry {
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    /** The index for the next channel: never one that was given before. */
    public long nextIndex() {
        return channels.isEmpty() ? 0 : channels.lastKey() + 1;
    }

    /** Applies a recorded fact. */
    public static Registry evolve(Registry registry, RegistryEvent event) {
        return switch (event) {
            case RegistryEvent.ChannelRegistered(long index, NodeId peer, BlockHeight since) -> {
                var channels = new TreeMap<>(registry.channels);
                channels.put(index, new Entry(peer, since));
                yield new Registry(channels, registry.addresses);
            }
            case RegistryEvent.AddressRegistered(NodeId peer, PeerAddress address) -> {
                var addresses = new TreeMap<>(registry.addresses);
                addresses.put(peer, address);
                yield new Registry(registry.channels, addresses);
            }
        };
    }
}
