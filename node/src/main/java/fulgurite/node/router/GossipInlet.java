package fulgurite.node.router;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Stands before the router and gives it gossip by the portion: the next one when the last is checked and journaled. A
 * persistent actor holds back what comes while it writes, and holds only so much; what peers say of a whole network is
 * more. Everything else passes at once.
 */
final class GossipInlet {
    private static final int PORTION = 500;
    /** More than a network has to say; beyond it the newest is dropped, and peers say it again. */
    private static final int MOST = 500_000;

    private final ActorContext<RouterActor.Command> context;
    private final ActorRef<RouterActor.Command> table;
    private final Deque<RouterActor.Received> waiting = new ArrayDeque<>();
    private boolean busy;

    private GossipInlet(ActorContext<RouterActor.Command> context, ActorRef<RouterActor.Command> table) {
        this.context = context;
        this.table = table;
    }

    /** @param table the persistent actor: when it fails for good, so does all */
    static Behavior<RouterActor.Command> before(Behavior<RouterActor.Command> table) {
        return Behaviors.setup(context -> {
            ActorRef<RouterActor.Command> child = context.spawn(table, "table");
            context.watch(child);
            var inlet = new GossipInlet(context, child);
            return Behaviors.receiveMessage(inlet::heard);
        });
    }

    private Behavior<RouterActor.Command> heard(RouterActor.Command command) {
        if (command instanceof RouterActor.Received gossip) {
            if (waiting.size() < MOST) waiting.add(gossip);
        } else if (command instanceof RouterActor.Done) busy = false;
        else table.tell(command);
        if (!busy && !waiting.isEmpty()) {
            List<RouterActor.Received> portion = new ArrayList<>();
            while (portion.size() < PORTION && !waiting.isEmpty()) portion.add(waiting.remove());
            busy = true;
            table.tell(new RouterActor.Portion(portion, context.getSelf()));
        }
        return Behaviors.same();
    }
}
