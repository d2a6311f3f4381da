package fulgurite.node.router;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.GossipMessage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Gossip whose signatures were found good, of all nodes of this actor system: a thousand simulated nodes hear the same
 * messages, and what was good for one is good for all. It holds as many as {@code fulgurite.router.remembered-signatures}
 * says, none by default: a node of its own hears a message once.
 */
final class GoodSignatures implements Extension {
    private static final String MOST = "fulgurite.router.remembered-signatures";
    private static final Id ID = new Id();
    private final int most;
    private final Map<GossipMessage, Known> good;

    private record Known(GossipMessage message, NodeId by) {}

    private GoodSignatures(int most) {
        this.most = most;
        this.good = Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<GossipMessage, Known> eldest) {
                return size() > most;
            }
        });
    }

    static GoodSignatures of(ActorSystem<?> system) {
        return ID.apply(system);
    }

    /** The object that others keep already of an equal message: so they all keep one. */
    GossipMessage shared(GossipMessage message) {
        Known known = most == 0 ? null : good.get(message);
        return known == null ? message : known.message();
    }

    /** @param by whose signature it should have @param check the signature itself */
    boolean isGood(GossipMessage message, NodeId by, BooleanSupplier check) {
        if (most == 0) return check.getAsBoolean();
        Known known = good.get(message);
        if (known != null && known.by().equals(by)) return true;
        boolean found = check.getAsBoolean();
        if (found) good.put(message, new Known(message, by));
        return found;
    }

    private static final class Id extends ExtensionId<GoodSignatures> {
        @Override
        public GoodSignatures createExtension(ActorSystem<?> system) {
            var config = system.settings().config();
            return new GoodSignatures(config.hasPath(MOST) ? config.getInt(MOST) : 0);
        }
    }
}
