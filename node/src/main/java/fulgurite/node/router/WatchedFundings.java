package fulgurite.node.router;

import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which channel each watched funding output belongs to. Filled anew from the table at each start. */
final class WatchedFundings {
    private final SortedMap<OutPoint, ShortChannelId> channels = new TreeMap<>();

    void put(OutPoint funding, ShortChannelId channel) {
        channels.put(funding, channel);
    }

    Optional<ShortChannelId> at(OutPoint funding) {
        return Optional.ofNullable(channels.get(funding));
    }
}
