package fulgurite.simulator.engine;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.Entropy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import scala.concurrent.BlockContext;

/**
 * One simulated world: actors under virtual time, a clock, randomness by label and a trace, all functions of one seed.
 * The same seed gives the same trace in every JVM.
 *
 * <pre>
 * try (Engine engine = Engine.create(7)) {
 *     ActorSystem&lt;Command&gt; system = engine.start(behavior);
 *     engine.runFor(Duration.ofMinutes(1));
 *     System.out.println(engine.trace());
 * }
 * </pre>
 *
 * <p>Design. Every dispatcher of the actor system puts its tasks on one {@link EventLoop}, whose timers are Akka's
 * scheduler; nothing runs outside the {@code run} functions, and all of it on the thread that made the engine. {@link Journals}
 * are in memory and outlive their actors. An actor that crashes, a task that throws and work from
 * another thread end the run with an exception. Not under virtual time: whatever asks the JVM for the time
 * (idle-timeout stages of Akka Streams, the timestamps of stored events) or for randomness (supervision's jittered
 * back-off); real sockets, HTTP and files are for other threads and do not belong here.
 */
public final class Engine implements AutoCloseable {
    /** The moment at which every simulation begins. */
    public static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TIME_TO_STOP = Duration.ofMinutes(2);

    private final long seed;
    private final EventLoop loop;
    private final Journals journals = new Journals();
    private final String name;
    private final Clock clock;
    private final Trace trace;
    private final LoggedErrors errors = LoggedErrors.listen();
    private final List<ActorSystem<?>> systems = new ArrayList<>();

    private Engine(long seed, TaskOrder order) {
        this.seed = seed;
        loop = new EventLoop(order, new SeededEntropy(seed, "task order").nextLong());
        name = EngineRegistry.add(loop, journals);
        clock = new VirtualClock(loop, BEGINNING);
        trace = new Trace(loop);
    }

    /** A world whose ready tasks run in the order in which they came. Everything is to be called on this thread. */
    public static Engine create(long seed) {
        return create(seed, TaskOrder.FIRST_COME);
    }

    public static Engine create(long seed, TaskOrder order) {
        return new Engine(seed, order);
    }

    /** An actor system of this world. Its actors run when the engine does, and write into the engine's journals. */
    public <T> ActorSystem<T> start(Behavior<T> guardian) {
        return start(guardian, ConfigFactory.empty());
    }

    /** @param settings go before the engine's own and must not name other dispatchers, schedulers or journals */
    public <T> ActorSystem<T> start(Behavior<T> guardian, Config settings) {
        Config config = settings.withFallback(EngineConfig.of(name)).resolve();
        ActorSystem<T> system = BlockContext.withBlockContext(
                new DrainingBlockContext(loop),
                () -> ActorSystem.create(guardian, "simulation", config));
        systems.add(system);
        return system;
    }

    public long seed() {
        return seed;
    }

    /** Nothing else may move time; other parts of the simulation schedule on it. */
    public EventLoop loop() {
        return loop;
    }

    /** What the persistent actors have written. */
    public Journals journals() {
        return journals;
    }

    /** Virtual time of day, from {@link #BEGINNING}. */
    public Clock clock() {
        return clock;
    }

    public Trace trace() {
        return trace;
    }

    /** Randomness for one node or purpose: its own stream, from the beginning at each call. */
    public Entropy entropy(String label) {
        return new SeededEntropy(seed, label);
    }

    /** A generator for one purpose, seeded like {@link #entropy}: for latencies, workloads and faults, not for keys. */
    public SplittableRandom random(String label) {
        return new SplittableRandom(new SeededEntropy(seed, label).nextLong());
    }

    /**
     * Lets {@code duration} of virtual time pass.
     *
     * @throws TaskFailedException when an actor crashed or a task threw
     */
    public void runFor(Duration duration) {
        runUntil(() -> false, duration);
    }

    /**
     * Lets virtual time pass until {@code condition} holds (it is asked between instants), at most {@code limit}.
     *
     * @return whether it held
     * @throws TaskFailedException when an actor crashed or a task threw
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        boolean[] held = {false};
        loop.runUntil(() -> !errors.isEmpty() || (held[0] = condition.getAsBoolean()), limit);
        errors.rethrow();
        return held[0];
    }

    /**
     * Runs until {@code stage} is complete.
     *
     * @throws IllegalStateException when it is not within {@code limit} of virtual time
     * @throws java.util.concurrent.CompletionException when it failed
     */
    public <T> T await(CompletionStage<T> stage, Duration limit) {
        var future = stage.toCompletableFuture();
        if (!runUntil(future::isDone, limit))
            throw new IllegalStateException("nothing came within " + limit + " of virtual time");
        return future.join();
    }

    /** Stops the actor systems. Errors of actors while they stop are no longer reported. */
    @Override
    public void close() {
        try {
            systems.forEach(ActorSystem::terminate);
            for (ActorSystem<?> system : systems)
                loop.runUntil(() -> system.getWhenTerminated().toCompletableFuture().isDone(), TIME_TO_STOP);
        } finally {
            errors.close();
            EngineRegistry.remove(name);
        }
    }
}
