package fulgurite.simulator.engine;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A workload: actors that send each other words after drawn delays, and trace what they hear. Delays are round, so that
 * much happens at the same instants.
 */
final class Chatter {
    sealed interface Message {}

    private record Tick() implements Message {}

    private record Word(int from, long number) implements Message {}

    private record Answer(long number) implements Message {}

    /** What the persistent ones remember. */
    record Heard(long number) {}

    private final Engine engine;
    private final List<ActorRef<Message>> actors = new ArrayList<>();

    private Chatter(Engine engine) {
        this.engine = engine;
    }

    /** Runs {@code count} actors for {@code duration}. @return the trace */
    static String run(long seed, TaskOrder order, int count, Duration duration, boolean persistent) {
        try (Engine engine = Engine.create(seed, order)) {
            var chatter = new Chatter(engine);
            engine.start(Behaviors.setup(context -> {
                for (int i = 0; i < count; i++)
                    chatter.actors.add(context.spawn(chatter.actor(i, persistent), "chatter-" + i));
                return Behaviors.empty();
            }));
            engine.runFor(duration);
            return engine.trace().toString();
        }
    }

    /** Prints the trace of {@code seed} for a test that compares JVMs. */
    public static void main(String[] arguments) {
        System.out.println(run(Long.parseLong(arguments[0]), TaskOrder.SEEDED, 50, Duration.ofSeconds(20), true));
    }

    private Behavior<Message> actor(int index, boolean persistent) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            var random = engine.random("chatter " + index);
            timers.startTimerWithFixedDelay(new Tick(), Duration.ofMillis(500 + 100 * random.nextInt(10)));
            var voice = new Voice(context, index, random);
            return persistent ? new Remembering(voice) : forgetting(voice);
        }));
    }

    private Behavior<Message> forgetting(Voice voice) {
        return Behaviors.receiveMessage(message -> {
            voice.hear(message);
            return Behaviors.same();
        });
    }

    private final class Voice {
        private final ActorContext<Message> context;
        private final int index;
        private final SplittableRandom random;
        private long words;

        private Voice(ActorContext<Message> context, int index, SplittableRandom random) {
            this.context = context;
            this.index = index;
            this.random = random;
        }

        private void hear(Message message) {
            switch (message) {
                case Tick tick -> context.scheduleOnce(
                        Duration.ofMillis(20 + 10 * random.nextInt(10)),
                        actors.get(random.nextInt(actors.size())),
                        new Word(index, words++));
                case Word(int from, long number) -> {
                    engine.trace().record(index + " hears " + number + " from " + from);
                    actors.get(from).tell(new Answer(number));
                }
                case Answer(long number) -> engine.trace().record(index + " has its answer " + number);
            }
        }
    }

    private final class Remembering extends EventSourcedBehavior<Message, Heard, Long> {
        private final Voice voice;

        private Remembering(Voice voice) {
            super(PersistenceId.of("chatter", Integer.toString(voice.index)));
            this.voice = voice;
        }

        @Override
        public Long emptyState() {
            return 0L;
        }

        @Override
        public CommandHandler<Message, Heard, Long> commandHandler() {
            return (count, message) -> Effect().persist(new Heard(count)).thenRun(() -> voice.hear(message));
        }

        @Override
        public EventHandler<Long, Heard> eventHandler() {
            return (count, event) -> count + 1;
        }

        @Override
        public RetentionCriteria retentionCriteria() {
            return RetentionCriteria.snapshotEvery(10, 2);
        }
    }
}
