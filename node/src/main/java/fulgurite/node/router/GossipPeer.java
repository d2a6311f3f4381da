package fulgurite.node.router;

import akka.actor.typed.ActorRef;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.KnownNode;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.sync.ChannelAnswer;
import fulgurite.protocol.graph.sync.QueryFlag;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.QueryShortChannelIds;
import fulgurite.protocol.wire.QueryShortChannelIdsTlv;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One connected peer: its line, what it wants to hear, and what it is still to be told, a step at a time. */
final class GossipPeer {
    /** Channels told in one go, so that what one peer wants does not hold up the others. */
    private static final int STEP = 100;
    /** Of the past: some 700 kB a second. A line that is slower still is cut off by its transport, and dialled again. */
    private static final Duration BETWEEN_STEPS = Duration.ofMillis(100);

    private final ActorRef<PeerConnectionActor.Send> line;
    private Optional<GossipTimestampFilter> filter = Optional.empty();
    private Telling history = new Telling(List.of());
    private Optional<Answering> answering = Optional.empty();
    private long flushed;

    /** Channels to tell of, and the nodes that have been told beside them. */
    private static final class Telling {
        private final Deque<Wanted> left;
        private final TreeSet<NodeId> told = new TreeSet<>();

        Telling(List<Wanted> channels) {
            left = new ArrayDeque<>(channels);
        }
    }

    /** @param flags {@link QueryFlag} bits */
    private record Wanted(ShortChannelId channel, long flags) {}

    private record Answering(Telling telling, ReplyShortChannelIdsEnd end) {}

    /** @param flushed the number of what needs not be told any more */
    GossipPeer(ActorRef<PeerConnectionActor.Send> line, long flushed) {
        this.line = line;
        this.flushed = flushed;
    }

    void send(LightningMessage message) {
        line.tell(new PeerConnectionActor.Send(message));
    }

    private void send(List<LightningMessage> messages) {
        if (!messages.isEmpty()) line.tell(new PeerConnectionActor.Send(messages));
    }

    /** Whether what somebody said then is for this peer. */
    boolean wants(long timestamp) {
        return filter.filter(each -> passes(timestamp, each)).isPresent();
    }

    static boolean passes(long timestamp, GossipTimestampFilter filter) {
        return timestamp >= filter.firstTimestamp() && timestamp < filter.firstTimestamp() + filter.timestampRange();
    }

    /** From now on the peer hears what its filter lets through, and of the past what the filter reaches back to. */
    void filter(GossipTimestampFilter wanted, RoutingTable table) {
        filter = Optional.of(wanted);
        var all = new ArrayList<Wanted>();
        for (var entry : table.channels()) {
            KnownChannel channel = entry.value();
            if (channel.spentAt().isEmpty() && shown(channel).findAny().isPresent())
                all.add(new Wanted(entry.key(), QueryFlag.EVERYTHING));
        }
        history = new Telling(all);
    }

    /** What the filter lets through; an announcement has no time of its own, and goes where its updates go. */
    private Stream<ChannelUpdate> shown(KnownChannel channel) {
        return Stream.of(channel.shownUpdate1(), channel.shownUpdate2())
                .flatMap(Optional::stream)
                .filter(update -> wants(update.timestamp()));
    }

    /** @return what is wrong with the question, for the peer: then it is ignored */
    Optional<String> ask(QueryShortChannelIds query, boolean isOurChain) {
        if (answering.isPresent()) return Optional.of("query_short_channel_ids before the answer to the last one");
        Optional<List<Long>> asked = query.tlvs()
                .get(QueryShortChannelIdsTlv.QueryFlags.class)
                .map(QueryShortChannelIdsTlv.QueryFlags::flags);
        if (asked.filter(flags -> flags.size() != query.shortChannelIds().size()).isPresent())
            return Optional.of("query_flags are not as many as channels");
        var wanted = new ArrayList<Wanted>();
        if (isOurChain)
            for (int i = 0; i < query.shortChannelIds().size(); i++)
                wanted.add(new Wanted(query.shortChannelIds().get(i),
                        asked.isPresent() ? asked.get().get(i) : QueryFlag.EVERYTHING));
        answering = Optional.of(new Answering(new Telling(wanted),
                new ReplyShortChannelIdsEnd(query.chainHash(), isOurChain ? 1 : 0)));
        return Optional.empty();
    }

    /**
     * Tells the next step of what it wants, answers first.
     *
     * @return after what time the next one is due; the past is told no faster than a line carries it
     */
    Optional<Duration> step(RoutingTable table) {
        var told = new ArrayList<LightningMessage>();
        if (answering.isPresent()) {
            answer(table, answering.get(), told);
        } else {
            for (int i = 0; i < STEP && !history.left.isEmpty(); i++)
                recall(table, history.left.remove().channel(), told);
            if (history.left.isEmpty()) history = new Telling(List.of());
        }
        send(told);
        if (answering.isPresent()) return Optional.of(Duration.ZERO);
        return history.left.isEmpty() ? Optional.empty() : Optional.of(BETWEEN_STEPS);
    }

    private void answer(RoutingTable table, Answering asked, List<LightningMessage> messages) {
        Telling telling = asked.telling;
        for (int i = 0; i < STEP && !telling.left.isEmpty(); i++) {
            Wanted wanted = telling.left.remove();
            ChannelAnswer.of(table, wanted.channel(), wanted.flags(), telling.told::add).forEach(messages::add);
        }
        if (!telling.left.isEmpty()) return;
        messages.add(asked.end());
        answering = Optional.empty();
    }

    private void recall(RoutingTable table, ShortChannelId id, List<LightningMessage> messages) {
        KnownChannel channel = table.channel(id).orElse(null);
        List<ChannelUpdate> updates = channel == null ? List.of() : shown(channel).toList();
        if (channel == null || updates.isEmpty()) return;
        channel.announcement().ifPresent(messages::add);
        messages.addAll(updates);
        for (NodeId node : List.of(channel.node1(), channel.node2()))
            table.node(node)
                    .flatMap(KnownNode::announcement)
                    .filter(said -> wants(said.timestamp()) && history.told.add(node))
                    .ifPresent(messages::add);
    }

    /** Sends what is on its way to the peer. */
    void flush(Outgoing outgoing, NodeId id) {
        send(List.copyOf(outgoing.since(flushed, id, filter)));
        flushed = outgoing.last();
    }

    long flushed() {
        return flushed;
    }
}
