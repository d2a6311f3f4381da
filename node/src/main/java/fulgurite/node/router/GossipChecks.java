package fulgurite.node.router;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import fulgurite.protocol.graph.GossipSignatures;
import fulgurite.protocol.graph.GraphDecision.Violation;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
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
    private final UpdateLimits limits = new UpdateLimits();
    private final Executor pool;

    GossipChecks(ActorSystem<?> system) {
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
        return channel.map(known -> known.speakerOf(update)).filter(speaker -> isNews && limits.mayHear(update, now));
    }

    boolean isWorthChecking(RoutingTable table, NodeAnnouncement node) {
        return table.node(node.nodeId())
                .map(known -> known.announcement().map(before -> before.timestamp() < node.timestamp()).orElse(true))
                .orElse(false);
    }

    /** The signer when the signature is good; fails never. */
    CompletionStage<Optional<NodeId>> signer(ChannelUpdate update, NodeId speaker) {
        return signer(speaker, () -> GossipSignatures.fault(update, speaker));
    }

    CompletionStage<Optional<NodeId>> signer(NodeAnnouncement node) {
        return signer(node.nodeId(), () -> GossipSignatures.fault(node));
    }

    private CompletionStage<Optional<NodeId>> signer(NodeId signer, Supplier<Optional<Violation>> check) {
        return CompletableFuture.supplyAsync(
                () -> check.get().isEmpty() ? Optional.of(signer) : Optional.<NodeId>empty(), pool);
    }

    CompletionStage<Boolean> isSigned(ChannelAnnouncement announcement) {
        return CompletableFuture.supplyAsync(() -> GossipSignatures.fault(announcement).isEmpty(), pool);
    }
}
