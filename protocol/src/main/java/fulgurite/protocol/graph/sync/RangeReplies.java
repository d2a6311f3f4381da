package fulgurite.protocol.graph.sync;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryChannelRangeTlv;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyChannelRangeTlv;
import fulgurite.protocol.wire.UpdateChecksums;
import fulgurite.protocol.wire.UpdateTimestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer to {@link QueryChannelRange}: the public channels of the table, with times and checksums where they are asked
 * for. Each reply starts at the block where the one before ended, or in the middle of it.
 *
 * @bolt 7, The query_channel_range and reply_channel_range Messages
 */
public final class RangeReplies {
    static final int TIMESTAMPS = 1;
    static final int CHECKSUMS = 2;
    /** So many ids, with both their extras, fit a message with room to spare: 24 bytes each of 65,535. */
    private static final int MOST_IDS = 2500;

    private final QueryChannelRange query;
    private final long end;
    private final boolean timestamps;
    private final boolean checksums;
    private final List<ReplyChannelRange> replies = new ArrayList<>();
    private List<KnownChannel> channels = new ArrayList<>();
    private long first;

    private RangeReplies(QueryChannelRange query) {
        this.query = query;
        this.first = query.firstBlocknum();
        this.end = query.firstBlocknum() + query.numberOfBlocks();
        long options = query.tlvs()
                .get(QueryChannelRangeTlv.QueryOption.class)
                .map(QueryChannelRangeTlv.QueryOption::flags)
                .orElse(0L);
        this.timestamps = (options & TIMESTAMPS) != 0;
        this.checksums = (options & CHECKSUMS) != 0;
    }

    /** One reply at least; of another chain than {@code chainHash} none of the channels. */
    public static List<ReplyChannelRange> to(QueryChannelRange query, Bytes32 chainHash, RoutingTable table) {
        var replies = new RangeReplies(query);
        if (query.chainHash().equals(chainHash)) for (var entry : table.channels()) replies.add(entry.value());
        replies.reply(replies.end, true);
        return List.copyOf(replies.replies);
    }

    private void add(KnownChannel channel) {
        long block = block(channel);
        if (!channel.isPublic() || channel.spentAt().isPresent() || block < query.firstBlocknum() || block >= end)
            return;
        if (channels.size() >= MOST_IDS) {
            long last = block(channels.getLast());
            reply(Math.max(last + 1, first + 1), false);
            first = block == last ? block : last + 1;
        }
        channels.add(channel);
    }

    private static long block(KnownChannel channel) {
        return channel.shortChannelId().blockHeight().height();
    }

    /** @param until the first block that the reply does not speak of */
    private void reply(long until, boolean isLast) {
        TlvStream<ReplyChannelRangeTlv> tlvs = TlvStream.empty();
        if (timestamps)
            tlvs = tlvs.with(new ReplyChannelRangeTlv.Timestamps(
                    channels.stream()
                            .map(each -> new UpdateTimestamps(time(each.shownUpdate1()), time(each.shownUpdate2())))
                            .toList()));
        if (checksums)
            tlvs = tlvs.with(new ReplyChannelRangeTlv.Checksums(
                    channels.stream()
                            .map(each -> new UpdateChecksums(sum(each.shownUpdate1()), sum(each.shownUpdate2())))
                            .toList()));
        List<ShortChannelId> ids = channels.stream().map(KnownChannel::shortChannelId).toList();
        replies.add(new ReplyChannelRange(query.chainHash(), first, until - first, isLast ? 1 : 0, ids, tlvs));
        channels = new ArrayList<>();
    }

    private static long time(Optional<ChannelUpdate> update) {
        return update.map(ChannelUpdate::timestamp).orElse(0L);
    }

    private static long sum(Optional<ChannelUpdate> update) {
        return update.map(UpdateChecksum::of).orElse(0L);
    }
}
