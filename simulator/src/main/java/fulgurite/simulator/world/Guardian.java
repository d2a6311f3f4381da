package fulgurite.simulator.world;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.NodeActor;
import java.util.function.Consumer;

/** Parent of every life of every node: begins them, and says when they have ended with all their actors. */
final class Guardian {
    sealed interface Command {}

    /** @param begun told the life's actor; @param ended told when nothing of it is left */
    record Begin(Behavior<NodeActor.Command> life, String name, Consumer<ActorRef<NodeActor.Command>> begun,
            Runnable ended) implements Command {}

    private record Ended(Runnable told) implements Command {}

    private Guardian() {}

    static Behavior<Command> create() {
        return Behaviors.setup(context -> Behaviors.receiveMessage(command -> {
            switch (command) {
                case Begin(var life, String name, var begun, Runnable ended) -> {
                    ActorRef<NodeActor.Command> actor = context.spawn(life, name);
                    context.watchWith(actor, new Ended(ended));
                    begun.accept(actor);
                }
                case Ended(Runnable told) -> told.run();
            }
            return Behaviors.same();
        }));
    }
}
