package fulgurite.node.router;

import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryShortChannelIds;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers to what peers ask about the table. @bolt 7, Query Messages */
final class GossipQueries {
    /** So many ids fit a message with room to spare: 8 bytes each of 65,535. */
    private static final int MAX_IDS = 8000;

    private GossipQueries() {}

    /** @param channels whose gossip to send first; @param messages to send after it */
    record Answer(List<ShortChannelId> channels, List<LightningMessage> messages) {}

    static Optional<Answer> answer(Bytes32 chainHash, RoutingTable table, GossipQuery query) {
        return switch (query) {
            case QueryShortChannelIds(var chain, var ids, var tlvs) ->
                Optional.of(new Answer(chain.equals(chainHash) ? ids : List.of(),
                        List.of(new ReplyShortChannelIdsEnd(chain, chain.equals(chainHash) ? 1 : 0))));
            case QueryChannelRange range -> Optional.of(new Answer(List.of(), range(chainHash, table, range)));
            case ReplyShortChannelIdsEnd reply -> Optional.empty();
            case ReplyChannelRange reply -> Optional.empty();
            case GossipTimestampFilter filter -> Optional.empty();
        };
    }

    /** Replies follow each other without gaps: each starts at the block where the one before ended. */
    private static List<LightningMessage> range(Bytes32 chainHash, RoutingTable table, QueryChannelRange query) {
        long end = query.firstBlocknum() + query.numberOfBlocks();
        if (!query.chainHash().equals(chainHash))
            return List.of(new ReplyChannelRange(query.chainHash(), query.firstBlocknum(), query.numberOfBlocks(), 0,
                    List.of()));
        var replies = new ArrayList<LightningMessage>();
        var ids = new ArrayList<ShortChannelId>();
        long first = query.firstBlocknum();
        for (var entry : table.channels()) {
            long block = entry.key().blockHeight().height();
            if (!entry.value().isPublic() || block < query.firstBlocknum() || block >= end) continue;
            if (ids.size() >= MAX_IDS && block > ids.getLast().blockHeight().height()) {
                replies.add(new ReplyChannelRange(chainHash, first, block - first, 0, ids));
                ids = new ArrayList<>();
                first = block;
            }
            ids.add(entry.key());
        }
        replies.add(new ReplyChannelRange(chainHash, first, end - first, 1, ids));
        return replies;
    }
}
