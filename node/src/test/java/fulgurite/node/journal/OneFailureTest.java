package fulgurite.node.journal;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class OneFailureTest {
    private static final ActorTestKit KIT = ActorTestKit.create(PersistenceTestKitPlugin.getInstance().config());
    private static final String ID = "writer";

    private sealed interface Command {
        record Write(List<String> events) implements Command {}

        record Say(String word) implements Command {}
    }

    /** Says what it is told; at its second recovery it tells itself one word more. */
    private static final class Writer extends EventSourcedBehavior<Command, String, String> {
        private final ActorContext<Command> context;
        private final ActorRef<String> heard;
        private final AtomicInteger lives;

        private Writer(ActorContext<Command> context, ActorRef<String> heard, AtomicInteger lives) {
            super(PersistenceId.ofUniqueId(ID), SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200),
                    Duration.ofMillis(200), 0));
            this.context = context;
            this.heard = heard;
            this.lives = lives;
        }

        @Override
        public String emptyState() {
            return "";
        }

        @Override
        public CommandHandler<Command, String, String> commandHandler() {
            return (state, command) -> switch (command) {
                case Command.Write(List<String> events) -> Effect().persist(events);
                case Command.Say(String word) -> Effect().none().thenRun(same -> heard.tell(word));
            };
        }

        @Override
        public EventHandler<String, String> eventHandler() {
            return String::concat;
        }

        @Override
        public SignalHandler<String> signalHandler() {
            return newSignalHandlerBuilder().onSignal(RecoveryCompleted.instance(), state -> {
                if (lives.incrementAndGet() == 2) context.getSelf().tell(new Command.Say("last"));
            }).onSignal(PreRestart.class, (state, signal) -> heard.tell("failed")).build();
        }
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void what_came_before_the_recovery_from_a_failed_write_of_many_events_is_handled_before_what_came_after() {
        PersistenceTestKit journal = PersistenceTestKit.create(KIT.system());
        journal.failNextPersisted(ID);
        TestProbe<String> probe = KIT.createTestProbe();
        var lives = new AtomicInteger();
        Behavior<Command> writer = Behaviors.setup(context -> new Writer(context, probe.ref(), lives));

        ActorRef<Command> actor = KIT.spawn(OneFailure.ofEachWrite(writer));
        actor.tell(new Command.Write(List.of("a", "b", "c", "d")));
        probe.expectMessage("failed");
        for (String word : List.of("first", "second", "third")) actor.tell(new Command.Say(word));

        for (String word : List.of("first", "second", "third", "last")) probe.expectMessage(word);
    }
}
