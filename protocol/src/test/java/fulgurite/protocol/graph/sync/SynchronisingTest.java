package fulgurite.protocol.graph.sync;

import static fulgurite.protocol.graph.sync.SyncNetwork.CHAIN;
import static fulgurite.protocol.graph.sync.SyncNetwork.NOW;
import static fulgurite.protocol.graph.sync.SyncNetwork.channel;
import static fulgurite.protocol.graph.sync.SyncNetwork.heard;
import static fulgurite.protocol.graph.sync.SyncNetwork.node;
import static fulgurite.protocol.graph.sync.SyncNetwork.update;
import static fulgurite.protocol.graph.sync.SyncNetwork.with;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.graph.GraphEvent;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.sync.Synchronising.Command;
import fulgurite.protocol.graph.sync.Synchronising.Effect;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryShortChannelIds;
import fulgurite.protocol.wire.QueryShortChannelIdsTlv.QueryFlags;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyChannelRangeTlv;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import fulgurite.protocol.wire.UpdateTimestamps;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SynchronisingTest {
    private static final Features EXTENDED = Features.optional(Feature.GOSSIP_QUERIES, Feature.GOSSIP_QUERIES_EX);
    private static final Features PLAIN = Features.optional(Feature.GOSSIP_QUERIES);
    private static final int AT_ONCE = 3;
    private static final Predicate<NodeId> ALL = id -> true;

    private RoutingTable ours = RoutingTable.EMPTY;
    private Synchronising state = Synchronising.NONE;
    private Timestamp now = NOW;
    private final TreeMap<NodeId, RoutingTable> theirs = new TreeMap<>();
    private final Deque<Effect.Ask> open = new ArrayDeque<>();
    private final List<Effect.Ask> asked = new ArrayList<>();
    private final List<Effect.Complain> complaints = new ArrayList<>();

    private void tell(Command command) {
        var step = Synchronising.decide(new Synchronising.Context(CHAIN, ours, now, AT_ONCE), state, command);
        state = step.next();
        for (Effect effect : step.effects()) switch (effect) {
            case Effect.Ask ask -> {
                open.add(ask);
                asked.add(ask);
            }
            case Effect.Complain complain -> complaints.add(complain);
        }
    }

    private void connect(int peer, RoutingTable knows, Features features) {
        theirs.put(node(peer), knows);
        tell(new Command.PeerUp(node(peer), features));
    }

    /** Peers answer in turn, as they should. */
    private void settle() {
        while (!open.isEmpty()) answer(open.remove());
    }

    private void answer(Effect.Ask ask) {
        RoutingTable knows = theirs.get(ask.peer());
        switch (ask.query()) {
            case QueryChannelRange range -> RangeReplies.to(range, CHAIN, knows)
                    .forEach(reply -> tell(new Command.RangeTold(ask.peer(), reply)));
            case QueryShortChannelIds ids -> {
                for (GossipMessage message : told(ids, knows)) ours = heard(ours, message);
                tell(new Command.ChannelsTold(ask.peer(), new ReplyShortChannelIdsEnd(CHAIN, 1)));
            }
            default -> throw new AssertionError("no question: " + ask);
        }
    }

    private static List<GossipMessage> told(QueryShortChannelIds query, RoutingTable knows) {
        var messages = new ArrayList<GossipMessage>();
        var nodes = new TreeSet<NodeId>();
        for (int i = 0; i < query.shortChannelIds().size(); i++) {
            int at = i;
            long flags = query.tlvs().get(QueryFlags.class).map(each -> each.flags().get(at)).orElse(31L);
            messages.addAll(ChannelAnswer.of(knows, query.shortChannelIds().get(i), flags, nodes::add));
        }
        return messages;
    }

    private List<QueryShortChannelIds> portions() {
        return asked.stream()
                .map(Effect.Ask::query)
                .filter(QueryShortChannelIds.class::isInstance)
                .map(QueryShortChannelIds.class::cast)
                .toList();
    }

    private long ranges() {
        return asked.stream().filter(ask -> ask.query() instanceof QueryChannelRange).count();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void learns_all_that_a_peer_knows_a_portion_at_a_time(boolean extended) {
        RoutingTable all = with(RoutingTable.EMPTY, 0, 6_500);
        for (int i = 1; i <= 10; i++) all = heard(all, node(node(i), NOW.epochSeconds()));

        connect(50, all, extended ? EXTENDED : PLAIN);
        settle();

        assertThat(ours).isEqualTo(all);
        assertThat(portions()).hasSize(7)
                .allSatisfy(query -> assertThat(query.shortChannelIds()).hasSizeLessThanOrEqualTo(1_000));
        assertThat(portions().stream().filter(query -> query.tlvs().get(QueryFlags.class).isPresent()))
                .hasSize(extended ? 7 : 0);
        assertThat(state.isBusy()).isFalse();
        assertThat(state.kept()).isZero();
    }

    @Test
    void asks_nothing_of_who_offers_no_gossip_queries() {
        connect(50, with(RoutingTable.EMPTY, 0, 10), Features.EMPTY);
        assertThat(asked).isEmpty();
    }

    @Test
    void asks_only_for_what_says_something_else_at_a_later_time() {
        long later = NOW.epochSeconds() - 60;
        ours = with(RoutingTable.EMPTY, 0, 10);
        RoutingTable knows = heard(ours, update(3, true, later, 6));
        knows = heard(knows, update(4, false, later, 5));
        knows = heard(knows, update(5, true, NOW.epochSeconds() - 900, 7));
        knows = heard(knows, update(6, false, later, 9));

        connect(50, knows, EXTENDED);
        settle();

        assertThat(portions()).singleElement().satisfies(query -> {
            assertThat(query.shortChannelIds()).containsExactly(channel(3), channel(6));
            assertThat(query.tlvs().get(QueryFlags.class)).contains(
                    new QueryFlags(List.of((long) QueryFlag.UPDATE_1, (long) QueryFlag.UPDATE_2)));
        });
        assertThat(ours.channel(channel(3))).isEqualTo(knows.channel(channel(3)));
        assertThat(ours.channel(channel(4))).isNotEqualTo(knows.channel(channel(4)));
    }

    @Test
    void what_says_the_same_is_asked_for_before_ours_is_stale() {
        long elevenDays = NOW.epochSeconds() - 11 * 24 * 3600;
        ours = heard(with(RoutingTable.EMPTY, 0, 1), update(0, true, elevenDays, 5));
        connect(50, heard(ours, update(0, true, NOW.epochSeconds() - 60, 5)), EXTENDED);
        settle();
        assertThat(portions()).singleElement()
                .satisfies(query -> assertThat(query.shortChannelIds()).containsExactly(channel(0)));
    }

    @Test
    void asks_neither_for_what_is_stale_nor_for_what_is_of_tomorrow_nor_for_what_is_spent() {
        ours = with(RoutingTable.EMPTY, 0, 2);
        RoutingTable knows = with(ours, 2, 3);
        knows = heard(knows, update(2, true, NOW.epochSeconds() - 15 * 24 * 3600, 5));
        knows = heard(knows, update(1, true, NOW.epochSeconds() + 2 * 24 * 3600, 6));
        knows = heard(knows, update(0, true, NOW.epochSeconds(), 6));
        ours = RoutingTable.evolve(ours, new GraphEvent.ChannelSpent(channel(0), new BlockHeight(7)));
        connect(50, knows, EXTENDED);
        settle();
        assertThat(portions()).isEmpty();
    }

    @Test
    void three_peers_share_the_work_and_nothing_is_asked_twice() {
        RoutingTable all = with(RoutingTable.EMPTY, 0, 4_500);
        for (int peer = 50; peer < 55; peer++) connect(peer, all, EXTENDED);
        assertThat(ranges()).isEqualTo(3);

        settle();

        assertThat(ours).isEqualTo(all);
        List<ShortChannelId> ids = portions().stream().flatMap(query -> query.shortChannelIds().stream()).toList();
        assertThat(ids).hasSize(4_500);
        assertThat(new TreeSet<>(ids)).hasSize(4_500);
        assertThat(asked.stream()
                .filter(ask -> ask.query() instanceof QueryShortChannelIds)
                .map(Effect.Ask::peer)
                .distinct()).hasSize(3);
    }

    @Test
    void what_a_late_peer_did_not_tell_another_one_tells() {
        RoutingTable all = with(RoutingTable.EMPTY, 0, 1_500);
        connect(50, all, EXTENDED);
        connect(51, all, EXTENDED);
        answer(open.remove());
        Effect.Ask never = open.removeLast();
        assertThat(never.peer()).isEqualTo(node(50));
        settle();
        assertThat(ours.channels().size()).isEqualTo(500);

        tell(new Command.Late(node(50), never.step()));
        settle();

        assertThat(ours).isEqualTo(all);
        assertThat(complaints).containsExactly(new Effect.Complain(node(50), Fault.LATE));
    }

    @Test
    void a_peer_that_leaves_is_followed_by_the_next() {
        RoutingTable all = with(RoutingTable.EMPTY, 0, 10);
        for (int peer = 50; peer < 54; peer++) connect(peer, all, EXTENDED);
        open.clear();
        tell(new Command.PeerDown(node(50)));
        assertThat(open).singleElement().satisfies(ask -> assertThat(ask.peer()).isEqualTo(node(53)));
    }

    @Test
    void asks_again_from_time_to_time_each_peer_in_turn() {
        for (int peer = 50; peer < 55; peer++) connect(peer, RoutingTable.EMPTY, EXTENDED);
        settle();
        asked.clear();
        for (int i = 0; i < 10; i++) {
            tell(new Command.Again());
            settle();
        }
        List<NodeId> order = asked.stream().map(Effect.Ask::peer).toList();
        assertThat(order).hasSize(10);
        assertThat(new TreeSet<>(order.subList(0, 5))).hasSize(5);
        assertThat(order.subList(5, 10)).isEqualTo(order.subList(0, 5));
        assertThat(order.subList(0, 2)).containsExactlyInAnyOrder(node(53), node(54));
    }

    @Test
    void who_is_at_it_for_longer_than_an_hour_is_left() {
        connect(50, with(RoutingTable.EMPTY, 0, 10), EXTENDED);
        now = NOW.plusSeconds(3_599);
        tell(new Command.Again());
        assertThat(complaints).isEmpty();
        now = NOW.plusSeconds(3_601);
        tell(new Command.Again());
        assertThat(complaints).containsExactly(new Effect.Complain(node(50), Fault.LATE));
        assertThat(state.isBusy()).isFalse();
    }

    @Test
    void a_range_that_never_says_it_is_complete_counts_when_it_is_late() {
        RoutingTable all = with(RoutingTable.EMPTY, 0, 10);
        connect(50, all, EXTENDED);
        Effect.Ask ask = open.remove();
        ReplyChannelRange reply = RangeReplies.to((QueryChannelRange) ask.query(), CHAIN, all).getFirst();
        tell(new Command.RangeTold(node(50), new ReplyChannelRange(CHAIN, 0, reply.numberOfBlocks(), 0,
                reply.shortChannelIds(), reply.tlvs())));
        assertThat(open).isEmpty();
        tell(new Command.Late(node(50), ask.step()));
        settle();
        assertThat(ours).isEqualTo(all);
    }

    @Test
    void answers_that_were_not_asked_for_change_nothing() {
        connect(50, RoutingTable.EMPTY, EXTENDED);
        settle();
        Synchronising before = state;
        asked.clear();
        tell(new Command.RangeTold(node(50), new ReplyChannelRange(CHAIN, 0, 100, 1, List.of(channel(1)))));
        tell(new Command.ChannelsTold(node(50), new ReplyShortChannelIdsEnd(CHAIN, 1)));
        tell(new Command.RangeTold(node(99), new ReplyChannelRange(CHAIN, 0, 100, 1, List.of(channel(1)))));
        tell(new Command.Late(node(50), 1));
        assertThat(state).isEqualTo(before);
        assertThat(asked).isEmpty();
    }

    @Test
    void replies_out_of_order_or_with_lists_of_different_lengths_end_it_with_that_peer() {
        var twice = new ReplyChannelRange(CHAIN, 0, 100, 0, List.of(channel(2), channel(2)));
        var back = new ReplyChannelRange(CHAIN, 5, 100, 0, List.of(channel(70)));
        var uneven = new ReplyChannelRange(CHAIN, 0, 100, 0, List.of(channel(2)),
                TlvStream.of(new ReplyChannelRangeTlv.Timestamps(
                        List.of(new UpdateTimestamps(1, 1), new UpdateTimestamps(1, 1)))));
        connect(50, RoutingTable.EMPTY, EXTENDED);
        connect(51, RoutingTable.EMPTY, EXTENDED);
        connect(52, RoutingTable.EMPTY, EXTENDED);
        tell(new Command.RangeTold(node(50), twice));
        tell(new Command.RangeTold(node(51), back));
        tell(new Command.RangeTold(node(51), new ReplyChannelRange(CHAIN, 4, 100, 0, List.of(channel(80)))));
        tell(new Command.RangeTold(node(52), uneven));
        assertThat(complaints).containsExactly(new Effect.Complain(node(50), Fault.OUT_OF_ORDER),
                new Effect.Complain(node(51), Fault.OUT_OF_ORDER),
                new Effect.Complain(node(52), Fault.LISTS_OF_DIFFERENT_LENGTHS));
        assertThat(state.isBusy()).isFalse();
    }

    /** Whatever peers say: what is kept is bounded, and so is what is asked. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void hostile_peers_neither_fill_memory_nor_keep_it_going(long seed) {
        var random = new SplittableRandom(seed);
        int began = 0;
        for (int round = 0; round < 3_000; round++) {
            NodeId peer = node(50 + random.nextInt(4));
            switch (random.nextInt(12)) {
                case 0 -> tell(new Command.PeerUp(peer, random.nextBoolean() ? EXTENDED : PLAIN));
                case 1 -> tell(new Command.PeerDown(peer));
                case 2 -> tell(new Command.Late(peer, random.nextInt(6)));
                case 3 -> {
                    now = now.plusSeconds(random.nextInt(600));
                    tell(new Command.Again());
                }
                case 4, 5, 6 -> tell(new Command.ChannelsTold(peer, new ReplyShortChannelIdsEnd(CHAIN, 0)));
                default -> tell(new Command.RangeTold(peer, drawn(random)));
            }
            assertThat(state.kept()).isLessThanOrEqualTo(4 * RangeSoFar.MOST_LACKING);
        }
        // From here on nobody says anything new: it comes to an end by itself.
        for (int peer = 50; peer < 54; peer++) tell(new Command.PeerUp(node(peer), EXTENDED));
        asked.clear();
        for (int i = 0; i < 5_000 && state.isBusy(); i++) for (int peer = 50; peer < 54; peer++) {
            tell(new Command.RangeTold(node(peer), drawn(random)));
            tell(new Command.ChannelsTold(node(peer), new ReplyShortChannelIdsEnd(CHAIN, 0)));
            began++;
        }
        assertThat(state.isBusy()).isFalse();
        assertThat(began).isLessThanOrEqualTo(4 * RangeSoFar.MOST_REPLIES);
        assertThat(portions().size())
                .isLessThanOrEqualTo(4 * (RangeSoFar.MOST_LACKING / Synchronising.PORTION + 1));
        portions().forEach(query -> assertThat(Messages.encode(query).size()).isLessThan(65_535));
    }

    /** Orderly or not, of any size that a message has. */
    private static ReplyChannelRange drawn(SplittableRandom random) {
        var ids = new ArrayList<ShortChannelId>();
        long id = random.nextLong() >>> 1 + random.nextInt(40);
        int size = random.nextInt(4) == 0 ? random.nextInt(8_000) : random.nextInt(5);
        for (int i = 0; i < size; i++) {
            id += random.nextInt(1_000) == 0 ? -1 : 1 + random.nextInt(3);
            ids.add(new ShortChannelId(id));
        }
        long first = random.nextLong(0, 0xffffffffL) >>> random.nextInt(33);
        return new ReplyChannelRange(CHAIN, first, random.nextLong(0, 0xffffffffL), random.nextInt(2), ids);
    }

    @Test
    void a_peer_that_names_more_than_there_can_be_is_left_and_little_is_kept() {
        connect(50, RoutingTable.EMPTY, EXTENDED);
        for (long block = 0; complaints.isEmpty(); block++) {
            var ids = new ArrayList<ShortChannelId>();
            for (int i = 0; i < 5_000; i++) ids.add(new ShortChannelId(block << 40 | (long) i << 16));
            tell(new Command.RangeTold(node(50), new ReplyChannelRange(CHAIN, block, 1, 0, ids)));
            assertThat(state.kept()).isLessThanOrEqualTo(RangeSoFar.MOST_LACKING);
            assertThat(block).isLessThan(200);
        }
        assertThat(complaints).containsExactly(new Effect.Complain(node(50), Fault.TOO_MUCH));
        assertThat(state.kept()).isZero();
    }

    @Test
    void empty_replies_without_end_are_too_much() {
        connect(50, RoutingTable.EMPTY, EXTENDED);
        for (int i = 0; i <= RangeSoFar.MOST_REPLIES; i++)
            tell(new Command.RangeTold(node(50), new ReplyChannelRange(CHAIN, 0, 1, 0, List.of())));
        assertThat(complaints).containsExactly(new Effect.Complain(node(50), Fault.TOO_MUCH));
    }

    @Test
    void nothing_is_told_of_channels_that_are_not_public() {
        NodeId a = node(1);
        NodeId b = node(2);
        var id = new ShortChannelId(5L << 40);
        RoutingTable table = RoutingTable.evolve(with(RoutingTable.EMPTY, 0, 3),
                new GraphEvent.PrivateChannelAdded(id, a, b, new fulgurite.protocol.units.Satoshi(1000)));
        List<ReplyChannelRange> replies = RangeReplies.to(new QueryChannelRange(CHAIN, 0, RangeSoFar.END), CHAIN,
                table);
        assertThat(replies).singleElement()
                .satisfies(reply -> assertThat(reply.shortChannelIds()).hasSize(3).doesNotContain(id));
        assertThat(ChannelAnswer.of(table, id, QueryFlag.EVERYTHING, ALL)).isEmpty();
    }
}
