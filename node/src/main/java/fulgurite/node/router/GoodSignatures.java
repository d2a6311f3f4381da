package fulgurite.node.router;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import fulgurite.protocol.graph.GraphEvent;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.wire.GossipMessage;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Gossip whose signatures were found good, of all nodes of this actor system: a thousand simulated nodes hear the same
 * messages, and what was good for one is good for all; so they also keep one object of each ({@link OneOfEach}). It
 * holds as many as {@code fulgurite.router.remembered-signatures} says, none by default: a node of its own hears a
 * message once.
 */
final class GoodSignatures implements Extension {
    private static final String MOST = "fulgurite.router.remembered-signatures";
    private static final Id ID = new Id();
    private final int most;
    private final Map<GossipMessage, Known> good;
    private final OneOfEach kept;

    private record Known(GossipMessage message, NodeId by) {}

    private GoodSignatures(int most) {
        this.most = most;
        this.good = OneOfEach.bounded(most);
        this.kept = new OneOfEach(most);
    }

    static GoodSignatures of(ActorSystem<?> system) {
        return ID.apply(system);
    }

    /** The object that others keep already of an equal message: so they all keep one. */
    synchronized GossipMessage shared(GossipMessage message) {
        Known known = most == 0 ? null : good.get(message);
        return known == null ? message : known.message();
    }

    /** The object that others keep already of an equal event. */
    synchronized GraphEvent shared(GraphEvent event) {
        return most == 0 ? event : kept.of(event);
    }

    /** The object that others keep already of an equal outpoint. */
    synchronized OutPoint shared(OutPoint outPoint) {
        return most == 0 ? outPoint : kept.part(outPoint);
    }

    /** @param by whose signature it should have */
    synchronized boolean isKnownGood(GossipMessage message, NodeId by) {
        Known known = most == 0 ? null : good.get(message);
        return known != null && known.by().equals(by);
    }

    /** @param by whose signature it should have @param check the signature itself */
    boolean isGood(GossipMessage message, NodeId by, BooleanSupplier check) {
        if (isKnownGood(message, by)) return true;
        boolean found = check.getAsBoolean();
        if (found && most > 0) remember(message, by);
        return found;
    }

    private synchronized void remember(GossipMessage message, NodeId by) {
        GossipMessage one = kept.of(message);
        good.put(one, new Known(one, by));
    }

    private static final class Id extends ExtensionId<GoodSignatures> {
        @Override
        public GoodSignatures createExtension(ActorSystem<?> system) {
            var config = system.settings().config();
            return new GoodSignatures(config.hasPath(MOST) ? config.getInt(MOST) : 0);
        }
    }
}
