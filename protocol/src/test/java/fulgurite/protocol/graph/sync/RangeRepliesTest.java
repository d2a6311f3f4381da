package fulgurite.protocol.graph.sync;

import static fulgurite.protocol.graph.sync.SyncNetwork.CHAIN;
import static fulgurite.protocol.graph.sync.SyncNetwork.NOW;
import static fulgurite.protocol.graph.sync.SyncNetwork.channel;
import static fulgurite.protocol.graph.sync.SyncNetwork.heard;
import static fulgurite.protocol.graph.sync.SyncNetwork.update;
import static fulgurite.protocol.graph.sync.SyncNetwork.with;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.graph.GraphEvent;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryChannelRangeTlv.QueryOption;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyChannelRangeTlv.Checksums;
import fulgurite.protocol.wire.ReplyChannelRangeTlv.Timestamps;
import fulgurite.protocol.wire.UpdateChecksums;
import fulgurite.protocol.wire.UpdateTimestamps;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RangeRepliesTest {
    private static QueryChannelRange query(long first, long number, long options) {
        return new QueryChannelRange(CHAIN, first, number,
                options == 0 ? TlvStream.empty() : TlvStream.of(new QueryOption(options)));
    }

    private static List<ShortChannelId> ids(List<ReplyChannelRange> replies) {
        return replies.stream().flatMap(reply -> reply.shortChannelIds().stream()).toList();
    }

    @Test
    void many_channels_come_in_several_replies_without_gaps_each_within_a_message() {
        RoutingTable table = with(RoutingTable.EMPTY, 0, 6_003);
        List<ReplyChannelRange> replies = RangeReplies.to(query(0, 0xffffffffL, 3), CHAIN, table);

        assertThat(replies).hasSize(3);
        assertThat(ids(replies)).isEqualTo(IntStream.range(0, 6_003).mapToObj(SyncNetwork::channel).toList());
        long next = 0;
        for (ReplyChannelRange reply : replies) {
            assertThat(reply.firstBlocknum()).isEqualTo(next);
            assertThat(reply.syncComplete()).isEqualTo(reply == replies.getLast() ? 1 : 0);
            assertThat(Messages.encode(reply).size()).isLessThan(65_535);
            next = reply.firstBlocknum() + reply.numberOfBlocks();
        }
        assertThat(next).isEqualTo(0xffffffffL);
    }

    @Test
    void a_block_with_more_channels_than_a_message_holds_is_split() {
        RoutingTable table = RoutingTable.EMPTY;
        for (int i = 0; i < 5_100; i++) {
            var id = new ShortChannelId(77L << 40 | (long) i << 16);
            var said = SyncNetwork.announcement(i);
            table = heard(table, new fulgurite.protocol.wire.ChannelAnnouncement(said.nodeSignature1(),
                    said.nodeSignature2(), said.bitcoinSignature1(), said.bitcoinSignature2(), said.features(), CHAIN,
                    id, said.nodeId1(), said.nodeId2(), said.bitcoinKey1(), said.bitcoinKey2(), said.extension()));
        }
        List<ReplyChannelRange> replies = RangeReplies.to(query(70, 8, 0), CHAIN, table);

        assertThat(replies).extracting(ReplyChannelRange::firstBlocknum).containsExactly(70L, 77L, 77L);
        assertThat(replies).extracting(ReplyChannelRange::numberOfBlocks).containsExactly(8L, 1L, 1L);
        assertThat(ids(replies)).hasSize(5_100).isSorted();
    }

    @Test
    void only_the_blocks_that_are_asked_for() {
        RoutingTable table = with(RoutingTable.EMPTY, 0, 100);
        List<ReplyChannelRange> replies = RangeReplies.to(query(3, 2, 0), CHAIN, table);
        assertThat(ids(replies)).isEqualTo(IntStream.range(30, 50).mapToObj(SyncNetwork::channel).toList());
        assertThat(replies.getFirst().tlvs().isEmpty()).isTrue();
    }

    @Test
    void times_and_checksums_where_they_are_asked_for_and_zero_where_a_side_has_not_spoken() {
        long time = NOW.epochSeconds();
        RoutingTable table = heard(heard(RoutingTable.EMPTY, SyncNetwork.announcement(1)), update(1, false, time, 5));

        ReplyChannelRange times = RangeReplies.to(query(0, 10, 1), CHAIN, table).getFirst();
        ReplyChannelRange sums = RangeReplies.to(query(0, 10, 2), CHAIN, table).getFirst();

        assertThat(times.tlvs().records()).containsExactly(new Timestamps(List.of(new UpdateTimestamps(0, time))));
        assertThat(sums.tlvs().records()).containsExactly(
                new Checksums(List.of(new UpdateChecksums(0, UpdateChecksum.of(update(1, false, time, 5))))));
    }

    @Test
    void another_chain_has_no_channels_here_and_that_is_complete() {
        var other = new QueryChannelRange(Bytes32.ZERO, 5, 10);
        assertThat(RangeReplies.to(other, CHAIN, with(RoutingTable.EMPTY, 0, 100)))
                .containsExactly(new ReplyChannelRange(Bytes32.ZERO, 5, 10, 1, List.of()));
    }

    @Test
    void what_is_spent_is_not_named() {
        RoutingTable table = RoutingTable.evolve(with(RoutingTable.EMPTY, 0, 3),
                new GraphEvent.ChannelSpent(channel(1), new BlockHeight(9)));
        assertThat(ids(RangeReplies.to(query(0, 10, 0), CHAIN, table))).containsExactly(channel(0), channel(2));
    }
}
