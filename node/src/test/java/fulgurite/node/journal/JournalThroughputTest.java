package fulgurite.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.channel.RegistryEvent;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Events a second that each store takes, acknowledged and durable. A few in a build; {@code -Djournal.events=20000}
 * measures (docs/benchmarks.md).
 */
class JournalThroughputTest {
    private static final int EVENTS = Integer.getInteger("journal.events", 400);
    private static final NodeId PEER = NodeId
            .fromHex("02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619");

    @TempDir
    Path directory;

    /** @param writers at once, each waiting for its last write; @param batch events in a write */
    private record Load(int writers, int batch) {}

    private static final List<Load> LOADS = List.of(new Load(1, 1), new Load(1, 10), new Load(100, 1));

    @Test
    void a_file_takes_every_event() throws Exception {
        var store = new JournalStore.H2File(directory);
        store.prepare();
        measure("H2", store);
        try (var journal = JournalReader.open(store)) {
            assertThat(journal.list().stream().mapToLong(JournalReader.Summary::events).sum()).isEqualTo(expected());
        }
    }

    @Test
    void postgresql_takes_every_event() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofSeconds(90))
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .start()) {
            var store = JournalStore.Postgres.of("postgresql://postgres@localhost:" + server.getPort() + "/postgres",
                    "", "");
            store.prepare();
            measure("PostgreSQL", store);
            try (var journal = JournalReader.open(store)) {
                assertThat(journal.list().stream().mapToLong(JournalReader.Summary::events).sum())
                        .isEqualTo(expected());
            }
        }
    }

    private static long expected() {
        return LOADS.stream().mapToLong(load -> writes(load) * load.batch() * load.writers()).sum();
    }

    /** Of each writer. */
    private static long writes(Load load) {
        return Math.max(1, EVENTS / load.batch() / load.writers());
    }

    private static void measure(String name, JournalStore store) throws Exception {
        for (Load load : LOADS) {
            JournalLease lease = JournalLease.take(store, "bench");
            var done = new CountDownLatch(load.writers());
            ActorSystem<Void> system = ActorSystem.create(writers(load, done), "bench", lease.config()
                    .withFallback(EventSerializer.bindings())
                    .withFallback(ConfigFactory.parseResources("fulgurite/node.conf"))
                    .withFallback(ConfigFactory.load()));
            long start = System.nanoTime();
            assertThat(done.await(10, TimeUnit.MINUTES)).as("all is written").isTrue();
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("%-10s %3d writers, %2d events a write: %,.0f events a second%n", name, load.writers(),
                    load.batch(), writes(load) * load.batch() * load.writers() / seconds);
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(1, TimeUnit.MINUTES);
            lease.close();
        }
    }

    private static Behavior<Void> writers(Load load, CountDownLatch done) {
        return Behaviors.setup(context -> {
            for (int i = 0; i < load.writers(); i++) {
                String id = "registry|" + load.writers() + "x" + load.batch() + "-" + i;
                ActorRef<Long> writer = context.spawn(
                        Behaviors.<Long>setup(actor -> new Writer(actor, id, load, done)), "writer" + i);
                writer.tell(1L);
            }
            return Behaviors.empty();
        });
    }

    private static final class Writer extends EventSourcedBehavior<Long, RegistryEvent, Long> {
        private final ActorContext<Long> context;
        private final Load load;
        private final CountDownLatch done;

        private Writer(ActorContext<Long> context, String id, Load load, CountDownLatch done) {
            super(PersistenceId.ofUniqueId(id));
            this.context = context;
            this.load = load;
            this.done = done;
        }

        @Override
        public Long emptyState() {
            return 0L;
        }

        @Override
        public CommandHandler<Long, RegistryEvent, Long> commandHandler() {
            return (state, write) -> {
                var events = new ArrayList<RegistryEvent>();
                for (int i = 0; i < load.batch(); i++)
                    events.add(new RegistryEvent.ChannelRegistered(state + i, PEER, new BlockHeight(7)));
                return Effect().persist(events).thenRun(written -> {
                    if (write == writes(load)) done.countDown();
                    else context.getSelf().tell(write + 1);
                });
            };
        }

        @Override
        public EventHandler<Long, RegistryEvent> eventHandler() {
            return (state, event) -> state + 1;
        }
    }
}
