package fulgurite.node.router;

import akka.actor.typed.javadsl.ActorContext;
import fulgurite.protocol.graph.GraphCommand;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * From a peer's message to a decision about it: what is news has its signatures checked by the pool, and its funding looked
 * up on the chain; what belongs to a channel whose funding is being looked up waits for it.
 */
final class GossipHearing {
    private final ActorContext<RouterActor.Command> actor;
    private final RouterSettings settings;
    private final RouterActor.Ports ports;
    private final GossipChecks checks;
    private final Decisions decisions;
    private final EarlyGossip early = new EarlyGossip();
    private int underWay;

    GossipHearing(ActorContext<RouterActor.Command> actor, RouterSettings settings, RouterActor.Ports ports,
            Decisions decisions) {
        this.actor = actor;
        this.settings = settings;
        this.ports = ports;
        this.checks = new GossipChecks(actor.getSystem(), settings.gossip().pace().speaker());
        this.decisions = decisions;
    }

    /** Whether nothing is being checked or looked up. */
    boolean isIdle() {
        return underWay == 0;
    }

    /** @param message as {@link GoodSignatures#shared} has it */
    void received(RoutingTable table, NodeId peer, GossipMessage message) {
        switch (message) {
            case ChannelAnnouncement announcement -> {
                if (announcement.chainHash().equals(settings.chainHash()) && table.isNews(announcement)
                        && early.begin(announcement))
                    look(Optional.of(peer), announcement);
            }
            case ChannelUpdate update -> {
                if (!early.keep(peer, update)) check(table, peer, update);
            }
            case NodeAnnouncement node -> {
                if (!early.keep(peer, node)) check(table, peer, node);
            }
        }
    }

    /** Signatures are checked by the pool. What is known of the channel may be about to change: then all is decided in order. */
    private void check(RoutingTable table, NodeId peer, ChannelUpdate update) {
        if (table.channel(update.shortChannelId()).isEmpty() && !decisions.isEmpty())
            decisions.soon(new GraphCommand.ReceiveChannelUpdate(update), Optional.of(peer));
        else
            checks.worthChecking(table, update, now())
                    .ifPresent(speaker -> check(peer, update, speaker));
    }

    private void check(NodeId peer, ChannelUpdate update, NodeId speaker) {
        if (checks.isKnownGood(update, speaker))
            decisions.soon(new GraphCommand.ReceiveChannelUpdate(update, Optional.of(speaker)), Optional.of(peer));
        else
            hear(peer, update, checks.signer(update, speaker));
    }

    private void check(RoutingTable table, NodeId peer, NodeAnnouncement node) {
        if (table.node(node.nodeId()).isEmpty() && !decisions.isEmpty())
            decisions.soon(new GraphCommand.ReceiveNodeAnnouncement(node), Optional.of(peer));
        else
            if (checks.isWorthChecking(table, node, now())) check(peer, node);
    }

    private void check(NodeId peer, NodeAnnouncement node) {
        if (checks.isKnownGood(node, node.nodeId()))
            decisions.soon(new GraphCommand.ReceiveNodeAnnouncement(node, true), Optional.of(peer));
        else
            hear(peer, node, checks.signer(node));
    }

    private void hear(NodeId peer, GossipMessage message, CompletionStage<Optional<NodeId>> signer) {
        underWay++;
        actor.pipeToSelf(signer, (known, failure) -> new RouterActor.Checked(peer, message,
                failure == null ? known : Optional.empty()));
    }

    private void look(Optional<NodeId> from, ChannelAnnouncement announcement) {
        underWay++;
        actor.pipeToSelf(ports.fundings()
                .find(announcement.shortChannelId())
                .thenCombine(checks.isSigned(announcement),
                        (funding, good) -> new RouterActor.FundingKnown(from, announcement, funding, good, false)),
                (known, failure) -> failure == null
                        ? known
                        : new RouterActor.FundingKnown(from, announcement, Optional.empty(), false, true));
    }

    /** What is badly signed is decided all the same: that is how its sender is told. */
    void checked(NodeId from, GossipMessage message, Optional<NodeId> signer) {
        underWay--;
        if (signer.isEmpty()) checks.takeBack(message);
        switch (message) {
            case ChannelUpdate update ->
                decisions.soon(new GraphCommand.ReceiveChannelUpdate(update, signer), Optional.of(from));
            case NodeAnnouncement node ->
                decisions.soon(new GraphCommand.ReceiveNodeAnnouncement(node, signer.isPresent()), Optional.of(from));
            case ChannelAnnouncement other -> throw new IllegalStateException("comes with its funding");
        }
    }

    void fundingKnown(RouterActor.FundingKnown known) {
        underWay--;
        // When the chain could not be asked, the announcement is dropped: some peer will send it again.
        if (!known.failed())
            decisions.soon(new GraphCommand.ReceiveChannelAnnouncement(known.announcement(), known.funding(),
                    known.signed()), known.from());
        for (EarlyGossip.Kept kept : early.end(known.announcement())) switch (kept.message()) {
            case ChannelUpdate update -> check(kept.from(), update,
                    update.isFromNode1() ? known.announcement().nodeId1() : known.announcement().nodeId2());
            case NodeAnnouncement node -> check(kept.from(), node);
            case ChannelAnnouncement other -> throw new IllegalStateException("announcements are not kept");
        }
    }

    private Timestamp now() {
        return new Timestamp(ports.clock().millis());
    }
}
