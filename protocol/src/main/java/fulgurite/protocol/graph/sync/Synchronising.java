package fulgurite.protocol.graph.sync;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.graph.OrderedMap;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.sync.PeerSync.Fetching;
import fulgurite.protocol.graph.sync.PeerSync.Idle;
import fulgurite.protocol.graph.sync.PeerSync.Ranging;
import fulgurite.protocol.graph.sync.PeerSync.Unfit;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryChannelRangeTlv;
import fulgurite.protocol.wire.QueryShortChannelIds;
import fulgurite.protocol.wire.QueryShortChannelIdsTlv;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Asking peers for what the table lacks: which channels they know, when those were updated and a checksum of what the
 * updates say, then whatever is missing here, a portion at a time.
 *
 * <p>Design. A few peers are asked at once and share the work: nobody is asked for what another one is telling, and what is
 * asked next is held against the table first. So a slow peer holds up one portion, and no longer than until it counts as
 * late. Whatever a peer answers, what is kept of it is bounded, and each answer brings the end nearer: the channels of a
 * range increase, and what is left to ask only shrinks. Nothing here needs to outlive the node: who connects is asked
 * again.
 *
 * @param rounds begun so far; a peer is asked once in each, those that were asked longest ago first
 * @bolt 7, Query Messages
 */
public record Synchronising(OrderedMap<NodeId, PeerSync> peers, long rounds) {
    /** Channels asked for at once: at most a megabyte or so of answers. */
    static final int PORTION = 1_000;

    /** Nobody's answers take longer, all together. */
    private static final long LONGEST_SECONDS = 60 * 60;

    public static final Synchronising NONE = new Synchronising(OrderedMap.empty(), 0);

    /** @param atOnce peers that are asked at the same time, and kept in step with by asking when they connect */
    public record Context(Bytes32 chainHash, RoutingTable table, Timestamp now, int atOnce) {}

    public sealed interface Command {
        record PeerUp(NodeId peer, Features theirs) implements Command {}

        record PeerDown(NodeId peer) implements Command {}

        record RangeTold(NodeId peer, ReplyChannelRange reply) implements Command {}

        /** All that the peer was asked for has been told, and the table has it. */
        record ChannelsTold(NodeId peer, ReplyShortChannelIdsEnd reply) implements Command {}

        /** The peer has not answered {@link Effect.Ask} with that step within the time for it. */
        record Late(NodeId peer, long step) implements Command {}

        /** Time to ask somebody again. */
        record Again() implements Command {}
    }

    public sealed interface Effect {
        /** @param gossip messages that may be expected of it, at most */
        record Ask(NodeId peer, GossipQuery query, long step, int gossip) implements Effect {}

        record Complain(NodeId peer, Fault fault) implements Effect {}
    }

    /** What follows from a command. */
    public record Step(Synchronising next, List<Effect> effects) {}

    public static Step decide(Context context, Synchronising before, Command command) {
        var run = new Run(context, before);
        switch (command) {
            case Command.PeerUp(NodeId peer, Features theirs) -> run.up(peer, theirs);
            case Command.PeerDown(NodeId peer) -> run.down(peer);
            case Command.RangeTold(NodeId peer, ReplyChannelRange reply) -> run.rangeTold(peer, reply);
            case Command.ChannelsTold(NodeId peer, ReplyShortChannelIdsEnd reply) -> run.channelsTold(peer, reply);
            case Command.Late(NodeId peer, long step) -> run.late(peer, step);
            case Command.Again again -> run.again();
        }
        return new Step(new Synchronising(run.peers, run.rounds), List.copyOf(run.effects));
    }

    /** Whether a peer is being asked. */
    public boolean isBusy() {
        for (var entry : peers) if (entry.value().isBusy()) return true;
        return false;
    }

    /** Whether that peer is being asked. */
    public boolean isBusy(NodeId peer) {
        return peers.get(peer).filter(PeerSync::isBusy).isPresent();
    }

    /** Channels that are kept for later, of all peers together. */
    int kept() {
        int kept = 0;
        for (var entry : peers) kept += switch (entry.value().phase()) {
            case Idle idle -> 0;
            case Ranging(RangeSoFar soFar) -> soFar.lacking().size();
            case Fetching(var asked, var left) -> asked.size() + left.size();
            case Unfit unfit -> 0;
        };
        return kept;
    }

    /** One decision. */
    private static final class Run {
        private final Context context;
        private final List<Effect> effects = new ArrayList<>();
        private OrderedMap<NodeId, PeerSync> peers;
        private long rounds;

        Run(Context context, Synchronising before) {
            this.context = context;
            this.peers = before.peers;
            this.rounds = before.rounds;
        }

        void up(NodeId peer, Features theirs) {
            peers = peers.without(peer);
            if (!theirs.offers(Feature.GOSSIP_QUERIES)) return;
            peers = peers.with(peer, new PeerSync(theirs.offers(Feature.GOSSIP_QUERIES_EX), 0, context.now(), 0,
                    new Idle()));
            fill();
        }

        void down(NodeId peer) {
            if (!peers.containsKey(peer)) return;
            peers = peers.without(peer);
            fill();
            wake();
        }

        void rangeTold(NodeId peer, ReplyChannelRange reply) {
            PeerSync sync = peers.get(peer).orElse(null);
            if (sync == null || !(sync.phase() instanceof Ranging(RangeSoFar soFar))
                    || !reply.chainHash().equals(context.chainHash()))
                return;
            switch (soFar.with(reply, context.table(), context.now())) {
                case RangeSoFar.Next.More(RangeSoFar more) -> peers = peers.with(peer, sync.in(new Ranging(more)));
                case RangeSoFar.Next.Complete(List<Offer> lacking) -> fetch(peer, sync, lacking);
                case RangeSoFar.Next.Wrong(Fault fault) -> leave(peer, sync, fault);
            }
        }

        void channelsTold(NodeId peer, ReplyShortChannelIdsEnd reply) {
            PeerSync sync = peers.get(peer).orElse(null);
            if (sync == null || !(sync.phase() instanceof Fetching(List<Offer> asked, List<Offer> left))
                    || asked.isEmpty() || !reply.chainHash().equals(context.chainHash()))
                return;
            fetch(peer, sync, left);
            wake();
        }

        void late(NodeId peer, long step) {
            PeerSync sync = peers.get(peer).orElse(null);
            if (sync == null || sync.step() != step) return;
            switch (sync.phase()) {
                // Some never say that a reply is the last one.
                case Ranging(RangeSoFar soFar) when soFar.covered() -> fetch(peer, sync, soFar.lacking());
                case Ranging ranging -> leave(peer, sync, Fault.LATE);
                case Fetching(List<Offer> asked, List<Offer> left) when !asked.isEmpty() ->
                    leave(peer, sync, Fault.LATE);
                case Fetching waiting -> {}
                case Idle idle -> {}
                case Unfit unfit -> {}
            }
        }

        void again() {
            Timestamp oldest = context.now().plusSeconds(-LONGEST_SECONDS);
            var slow = new ArrayList<NodeId>();
            for (var entry : peers)
                if (entry.value().isBusy() && oldest.isAfter(entry.value().begun())) slow.add(entry.key());
            for (NodeId peer : slow) leave(peer, peers.get(peer).orElseThrow(), Fault.LATE);
            next().ifPresent(this::begin);
        }

        /** As many as there should be are asked in this connection of theirs. */
        private void fill() {
            for (;;) {
                int asked = 0;
                for (var entry : peers)
                    if (entry.value().isBusy() || entry.value().isIdle() && entry.value().round() > 0) asked++;
                Optional<NodeId> fresh = next().filter(peer -> peers.get(peer).orElseThrow().round() == 0);
                if (asked >= context.atOnce() || fresh.isEmpty()) return;
                begin(fresh.get());
            }
        }

        private Optional<NodeId> next() {
            Optional<NodeId> longestAgo = Optional.empty();
            long round = Long.MAX_VALUE;
            for (var entry : peers) if (entry.value().isIdle() && entry.value().round() < round) {
                longestAgo = Optional.of(entry.key());
                round = entry.value().round();
            }
            return longestAgo;
        }

        private void begin(NodeId peer) {
            PeerSync sync = peers.get(peer)
                    .orElseThrow()
                    .inRound(++rounds, context.now())
                    .asked(new Ranging(RangeSoFar.NOTHING));
            peers = peers.with(peer, sync);
            // Who does not understand this ignores it.
            TlvStream<QueryChannelRangeTlv> options = TlvStream.of(
                    new QueryChannelRangeTlv.QueryOption(RangeReplies.TIMESTAMPS | RangeReplies.CHECKSUMS));
            effects.add(new Effect.Ask(peer,
                    new QueryChannelRange(context.chainHash(), 0, RangeSoFar.END, options), sync.step(), 0));
        }

        private void leave(NodeId peer, PeerSync sync, Fault fault) {
            peers = peers.with(peer, sync.in(new Unfit()));
            effects.add(new Effect.Complain(peer, fault));
            fill();
            wake();
        }

        /** Those who wait for what others were telling. */
        private void wake() {
            var waiting = new ArrayList<NodeId>();
            for (var entry : peers)
                if (entry.value().phase() instanceof Fetching(var asked, var left) && asked.isEmpty())
                    waiting.add(entry.key());
            for (NodeId peer : waiting) {
                PeerSync sync = peers.get(peer).orElseThrow();
                if (sync.phase() instanceof Fetching(var asked, var left)) fetch(peer, sync, left);
            }
        }

        /** Asks for the next portion of what the table still lacks and nobody else is telling. */
        private void fetch(NodeId peer, PeerSync sync, List<Offer> wanted) {
            TreeSet<ShortChannelId> told = toldByOthers(peer);
            var asked = new ArrayList<Offer>();
            var flags = new ArrayList<Long>();
            var left = new ArrayList<Offer>();
            for (Offer offer : wanted) {
                boolean isFull = asked.size() >= PORTION;
                int lacking = isFull ? 0 : offer.lacking(context.table(), context.now());
                if (isFull || lacking != 0 && told.contains(offer.channel())) left.add(offer);
                else if (lacking != 0) {
                    asked.add(offer);
                    flags.add((long) lacking);
                }
            }
            if (asked.isEmpty()) {
                peers = peers.with(peer, sync.in(left.isEmpty() ? new Idle() : new Fetching(asked, left)));
                return;
            }
            PeerSync next = sync.asked(new Fetching(List.copyOf(asked), List.copyOf(left)));
            peers = peers.with(peer, next);
            List<ShortChannelId> ids = asked.stream().map(Offer::channel).toList();
            TlvStream<QueryShortChannelIdsTlv> parts = sync.extended()
                    ? TlvStream.of(new QueryShortChannelIdsTlv.QueryFlags(List.copyOf(flags)))
                    : TlvStream.empty();
            int gossip = sync.extended()
                    ? flags.stream().mapToInt(Long::bitCount).sum()
                    : ids.size() * Long.bitCount(QueryFlag.EVERYTHING);
            effects.add(new Effect.Ask(peer, new QueryShortChannelIds(context.chainHash(), ids, parts), next.step(),
                    gossip));
        }

        private TreeSet<ShortChannelId> toldByOthers(NodeId peer) {
            var told = new TreeSet<ShortChannelId>();
            for (var entry : peers)
                if (!entry.key().equals(peer) && entry.value().phase() instanceof Fetching(var asked, var left))
                    asked.forEach(offer -> told.add(offer.channel()));
            return told;
        }
    }
}
