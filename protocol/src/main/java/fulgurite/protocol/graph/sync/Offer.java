package fulgurite.protocol.graph.sync;

import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.UpdateChecksums;
import fulgurite.protocol.wire.UpdateTimestamps;
import java.util.Optional;

/**
 * A channel that a peer says it knows.
 *
 * @param timestamps of its newest updates, when the peer said so
 * @param checksums of the same
 */
record Offer(ShortChannelId channel, Optional<UpdateTimestamps> timestamps, Optional<UpdateChecksums> checksums) {
    /** Seconds before an update is stale from which on one that says the same is welcome. */
    private static final long REFRESH_BEFORE = 4 * 24 * 60 * 60;

    /** What of it the table lacks, as {@link QueryFlag} bits: none when there is nothing to ask. */
    int lacking(RoutingTable table, Timestamp now) {
        Optional<KnownChannel> found = table.channel(channel);
        if (found.isEmpty() || !found.get().isPublic()) return isStale(now) ? 0 : QueryFlag.EVERYTHING;
        KnownChannel known = found.get();
        if (known.spentAt().isPresent() || timestamps.isEmpty()) return 0;
        boolean one = isBetter(known.update1(), timestamps.get().timestampNodeId1(),
                checksums.map(UpdateChecksums::checksumNodeId1), now);
        boolean two = isBetter(known.update2(), timestamps.get().timestampNodeId2(),
                checksums.map(UpdateChecksums::checksumNodeId2), now);
        return (one ? QueryFlag.UPDATE_1 : 0) | (two ? QueryFlag.UPDATE_2 : 0);
    }

    /** What the table would forget at its next pruning is not asked for. */
    private boolean isStale(Timestamp now) {
        return timestamps.filter(said -> isStale(said.timestampNodeId1(), now) || isStale(said.timestampNodeId2(), now))
                .isPresent();
    }

    private static boolean isStale(long timestamp, Timestamp now) {
        return timestamp != 0 && timestamp < now.epochSeconds() - RoutingTable.STALE_AFTER_SECONDS;
    }

    private static boolean isBetter(Optional<ChannelUpdate> ours, long timestamp, Optional<Long> checksum,
            Timestamp now) {
        boolean usable = timestamp != 0 && !isStale(timestamp, now)
                && timestamp <= now.plusSeconds(RoutingTable.CLOCK_TOLERANCE_SECONDS).epochSeconds();
        if (!usable || ours.isEmpty()) return usable;
        ChannelUpdate known = ours.get();
        if (known.timestamp() >= timestamp) return false;
        boolean saysTheSame = checksum.filter(sum -> sum == UpdateChecksum.of(known)).isPresent();
        return !saysTheSame || isStale(known.timestamp(), now.plusSeconds(REFRESH_BEFORE));
    }
}
