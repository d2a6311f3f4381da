package fulgurite.node.channel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.function.Function;

/** A reply address for one question, so that the asker knows which question the answer belongs to. */
public final class Once {
    private Once() {}

    /** The address; the first reply comes to the asker as {@code turn} makes it. */
    public static <C, R> ActorRef<R> reply(ActorContext<C> asker, Class<R> type, Function<R, C> turn) {
        ActorRef<C> self = asker.getSelf();
        return asker.spawnAnonymous(Behaviors.receive(type).onMessage(type, reply -> {
            self.tell(turn.apply(reply));
            return Behaviors.stopped();
        }).build());
    }
}
