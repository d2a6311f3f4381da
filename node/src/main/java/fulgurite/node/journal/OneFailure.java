package fulgurite.node.journal;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.JournalProtocol;

/**
 * Keeps a persistent actor's messages in order over a failed write. A journal answers for each event of a write; Akka
 * restarts the actor at the first failure and puts the others among the messages that wait for its recovery. There each
 * of them ends the run through what waits, so that what comes later is handled first. Here only the first gets through.
 */
public final class OneFailure {
    private OneFailure() {}

    public static <C> Behavior<C> ofEachWrite(Behavior<C> persistent) {
        return Behaviors.<Object, C>intercept(First::new, persistent).narrow();
    }

    private static final class First<C> extends BehaviorInterceptor<Object, C> {
        /** Akka numbers the lives of persistent actors from 1 on. */
        private int failedLife;

        private First() {
            super(Object.class);
        }

        // The actor is sent its own commands and, by Akka, what it does not declare.
        @SuppressWarnings("unchecked")
        @Override
        public Behavior<C> aroundReceive(TypedActorContext<Object> context, Object message, ReceiveTarget<C> target) {
            if (message instanceof JournalProtocol.WriteMessageFailure failure) {
                if (failure.actorInstanceId() == failedLife) return Behaviors.same();
                failedLife = failure.actorInstanceId();
            }
            return target.apply(context, (C) message);
        }
    }
}
