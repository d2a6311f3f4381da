package fulgurite.node.backup;

import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a static backup holds: for each channel what it takes to ask its peer to close it and to find and take our
 * balance then. Nothing in it changes while a channel lives, so an old backup is as good as a new one for the channels
 * that it knows; channels that were opened after it are lost with the journal.
 *
 * @param nextIndex no channel had this index or one above
 * @param channels by their index, which is that of their keys
 * @param addresses where the peers were reached
 */
public record ChannelBackup(long nextIndex, SortedMap<Long, Entry> channels, SortedMap<NodeId, PeerAddress> addresses) {
    static final ChannelBackup EMPTY = new ChannelBackup(0, new TreeMap<>(), new TreeMap<>());

    /**
     * One channel.
     *
     * @param since nothing of it is on chain below this height
     * @param terms the peer, the keys' index, capacity, format, who funded it, basepoints, delays and scripts of both
     */
    public record Entry(BlockHeight since, ChannelTerms terms, OutPoint funding) {}

    public ChannelBackup {
        channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    ChannelBackup with(Entry entry) {
        long index = entry.terms().keyIndex();
        var next = new TreeMap<>(channels);
        next.put(index, entry);
        return new ChannelBackup(Math.max(nextIndex, index + 1), next, addresses);
    }

    ChannelBackup without(long index) {
        var next = new TreeMap<>(channels);
        next.remove(index);
        return new ChannelBackup(nextIndex, next, addresses);
    }

    ChannelBackup with(NodeId peer, PeerAddress address) {
        var next = new TreeMap<>(addresses);
        next.put(peer, address);
        return new ChannelBackup(nextIndex, channels, next);
    }

    ChannelBackup notBelow(long index) {
        return new ChannelBackup(Math.max(nextIndex, index), channels, addresses);
    }
}
