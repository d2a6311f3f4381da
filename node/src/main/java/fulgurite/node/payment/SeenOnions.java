package fulgurite.node.payment;

import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.IncomingHtlc;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.OnionArchive;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.ChannelId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The onions that have come over all channels, to know one that comes again. The channels' journals remember them, each
 * its own; what waits for an answer at a start is the same HTLC again and no replay, and is not judged a second time.
 * Not thread-safe.
 */
final class SeenOnions {
    private record Key(long high, long low) implements Comparable<Key> {
        private static final Comparator<Key> ORDER = Comparator.comparingLong(Key::high).thenComparingLong(Key::low);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private final SortedMap<Key, HtlcKey> first = new TreeMap<>();
    private final SortedMap<Long, List<Key>> byExpiry = new TreeMap<>();
    private final Set<Long> known = new HashSet<>();
    private final Set<HtlcKey> resumed = new HashSet<>();

    /** A channel as it is now: the first time, what its journal remembers. */
    void changed(LiveChannel channel) {
        if (!known.add(channel.index())) return;
        channel.active().ifPresent(this::remember);
    }

    private void remember(ActiveChannel channel) {
        channel.onions().stream().forEach(seen -> remember(channel.id(), seen));
        for (Htlc htlc : channel.ledger().htlcs())
            if (htlc.offeredBy() == Side.REMOTE && htlc.removal().isEmpty())
                resumed.add(new HtlcKey(channel.id(), htlc.id()));
    }

    /** Whether the onion of this HTLC has come with another one before; it is remembered. */
    boolean isReplay(ChannelId channel, IncomingHtlc htlc) {
        var key = new HtlcKey(channel, htlc.id());
        HtlcKey before = remember(channel, OnionArchive.of(htlc.id(), htlc.onion(), htlc.expiry().height()));
        return !resumed.contains(key) && !before.equals(key);
    }

    private HtlcKey remember(ChannelId channel, OnionArchive.Seen seen) {
        var onion = new Key(seen.high(), seen.low());
        var key = new HtlcKey(channel, seen.htlcId());
        HtlcKey before = first.putIfAbsent(onion, key);
        if (before == null) byExpiry.computeIfAbsent(seen.expiry(), expiry -> new ArrayList<>()).add(onion);
        return before == null ? key : before;
    }

    /** Forgets the onions of HTLCs that have expired. */
    void forget(BlockHeight height) {
        var over = byExpiry.headMap(height.height() + 1L);
        over.values().forEach(onions -> onions.forEach(first::remove));
        over.clear();
    }
}
