package fulgurite.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.SnapshotCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PersistenceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private sealed interface Command {
        record Add(int amount) implements Command {}

        record Die() implements Command {}
    }

    /** Sums what it is told; shows what it recovered and how often it replayed an event. */
    private static final class Sum extends EventSourcedBehavior<Command, Integer, Integer> {
        private final List<Integer> recovered;
        private final AtomicInteger applied;
        private final List<Long> snapshots;

        private Sum(List<Integer> recovered, AtomicInteger applied, List<Long> snapshots) {
            super(PersistenceId.of("sum", "1"));
            this.recovered = recovered;
            this.applied = applied;
            this.snapshots = snapshots;
        }

        @Override
        public Integer emptyState() {
            return 0;
        }

        @Override
        public CommandHandler<Command, Integer, Integer> commandHandler() {
            return (sum, command) -> switch (command) {
                case Command.Add(int amount) -> Effect().persist(amount);
                case Command.Die() -> Effect().stop();
            };
        }

        @Override
        public EventHandler<Integer, Integer> eventHandler() {
            return (sum, amount) -> {
                applied.incrementAndGet();
                return sum + amount;
            };
        }

        @Override
        public RetentionCriteria retentionCriteria() {
            return RetentionCriteria.snapshotEvery(10, 1);
        }

        @Override
        public SignalHandler<Integer> signalHandler() {
            return newSignalHandlerBuilder()
                    .onSignal(RecoveryCompleted.instance(), recovered::add)
                    .onSignal(
                            SnapshotCompleted.class,
                            (state, done) -> snapshots.add(done.metadata().sequenceNr()))
                    .build();
        }
    }

    @Test
    void an_actor_recovers_its_events_and_starts_from_its_snapshot() {
        var recovered = new ArrayList<Integer>();
        var applied = new AtomicInteger();
        var snapshots = new ArrayList<Long>();
        try (Engine engine = Engine.create(1)) {
            var refs = new ArrayList<ActorRef<Command>>();
            ActorRef<String> starter = engine.start(starter(refs, recovered, applied, snapshots));
            starter.tell("first");
            engine.runFor(SECOND);
            for (int i = 1; i <= 25; i++) refs.getLast().tell(new Command.Add(i));
            engine.runFor(SECOND);
            assertThat(snapshots).containsExactly(10L, 20L);
            refs.getLast().tell(new Command.Die());
            engine.runFor(SECOND);
            applied.set(0);
            starter.tell("second");
            engine.runFor(SECOND);
        }
        assertThat(recovered).containsExactly(0, 25 * 26 / 2);
        // The five events after the snapshot at 20.
        assertThat(applied).hasValue(5);
    }

    private static Behavior<String> starter(
            List<ActorRef<Command>> refs,
            List<Integer> recovered,
            AtomicInteger applied,
            List<Long> snapshots) {
        return Behaviors.receive((context, name) -> {
            refs.add(context.spawn(new Sum(recovered, applied, snapshots), name));
            return Behaviors.same();
        });
    }
}
