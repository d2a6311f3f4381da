package fulgurite.node.router;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import fulgurite.protocol.graph.GossipSignatures;
import fulgurite.protocol.graph.GraphDecision.Violation;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Which gossip is worth the check of its signatures, and that check, by a small pool of threads beside the router. In a
 * simulation the pool is its only thread.
 */
final class GossipChecks {
    private static final String POOL = "fulgurite.router.pool";
    private final SpeakerLimits<Side> sides;
    private final SpeakerLimits<NodeId> nodes;
    private final Executor pool;
    private final GoodSignatures known;

    /** A side of a channel. */
    record Side(ShortChannelId channel, boolean isNode1) implements Comparable<Side> {
        static Side of(ChannelUpdate update) {
            return new Side(update.shortChannelId(), update.isFromNode1());
        }

        @Override
        public int compareTo(Side other) {
            int channels = channel.compareTo(other.channel);
            return channels != 0 ? channels : Boolean.compare(isNode1, other.isNode1);
        }
    }

    GossipChecks(ActorSystem<?> system, GossipPace.Speaker pace) {
        sides = new SpeakerLimits<>(pace);
        nodes = new SpeakerLimits<>(pace);
        known = GoodSignatures.of(system);
        pool = system.dispatchers()
                .lookup(system.settings().config().hasPath(POOL)
                        ? DispatcherSelector.fromConfig(POOL)
                        : DispatcherSelector.defaultDispatcher());
    }

    /** Whose signature an update of a channel in the table should have; empty when the update is no news, or one too many. */
    Optional<NodeId> worthChecking(RoutingTable table, ChannelUpdate update, Timestamp now) {
        Optional<KnownChannel> channel = table.channel(update.shortChannelId());
        boolean isNews = channel.flatMap(known -> known.updateOf(known.speakerOf(update)))
                .map(before -> before.timestamp() < update.timestamp())
                .orElse(true);
        return channel.map(known -> known.speakerOf(update))
                .filter(speaker -> isNews && sides.mayHear(Side.of(update), now));
    }

    boolean isWorthChecking(RoutingTable table, NodeAnnouncement node, Timestamp now) {
        return table.node(node.nodeId())
                .map(known -> known.announcement().map(before -> before.timestamp() < node.timestamp()).orElse(true))
                .orElse(false) && nodes.mayHear(node.nodeId(), now);
    }

    /** The message was forged: it does not count as its speaker's. */
    void takeBack(GossipMessage forged) {
        switch (forged) {
            case ChannelUpdate update -> sides.takeBack(Side.of(update));
            case NodeAnnouncement node -> nodes.takeBack(node.nodeId());
            case ChannelAnnouncement announcement -> {}
        }
    }

    /** Whether that signature was found good before: then it needs no check. */
    boolean isKnownGood(GossipMessage message, NodeId signer) {
        return known.isKnownGood(message, signer);
    }

    /** The signer when the signature is good; fails never. */
    CompletionStage<Optional<NodeId>> signer(ChannelUpdate update, NodeId speaker) {
        return signer(update, speaker, () -> GossipSignatures.fault(update, speaker));
    }

    CompletionStage<Optional<NodeId>> signer(NodeAnnouncement node) {
        return signer(node, node.nodeId(), () -> GossipSignatures.fault(node));
    }

    private CompletionStage<Optional<NodeId>> signer(GossipMessage message, NodeId signer,
            Supplier<Optional<Violation>> check) {
        return CompletableFuture.supplyAsync(() -> known.isGood(message, signer, () -> check.get().isEmpty())
                ? Optional.of(signer)
                : Optional.<NodeId>empty(), pool);
    }

    CompletionStage<Boolean> isSigned(ChannelAnnouncement announcement) {
        if (known.isKnownGood(announcement, announcement.nodeId1())) return CompletableFuture.completedStage(true);
        return CompletableFuture.supplyAsync(() -> known.isGood(announcement, announcement.nodeId1(),
                () -> GossipSignatures.fault(announcement).isEmpty()), pool);
    }
}
