package fulgurite.node.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.channel.RegistryEvent;
import fulgurite.node.journal.JournalStore.H2File;
import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal has acknowledged survives the death of the process. */
class JournalDurabilityTest {
    private static final int ENOUGH = 500;
    private static final NodeId PEER = NodeId
            .fromHex("02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619");

    @TempDir
    Path directory;

    @Test
    void a_killed_process_loses_no_event_that_was_acknowledged() throws Exception {
        Process writer = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), Writer.class.getName(), directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long acknowledged = 0;
        try (var out = new BufferedReader(new InputStreamReader(writer.getInputStream()))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (!line.startsWith("acknowledged ")) continue;
                acknowledged = Long.parseLong(line.substring("acknowledged ".length()));
                if (acknowledged == 1) expectToBeRefusedWhileInUse();
                if (acknowledged == ENOUGH) writer.toHandle().destroyForcibly();
            }
        }
        writer.waitFor();

        try (var journal = JournalReader.open(new H2File(directory))) {
            var events = journal.events(Writer.ID);
            assertThat(acknowledged).isGreaterThanOrEqualTo(ENOUGH);
            assertThat(events).hasSizeGreaterThanOrEqualTo((int) acknowledged);
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).number()).isEqualTo(i + 1);
                assertThat(events.get(i).event())
                        .isEqualTo(new RegistryEvent.ChannelRegistered(i + 1, PEER, new BlockHeight(7)));
            }
            assertThat(journal.list()).singleElement()
                    .satisfies(only -> assertThat(only.persistenceId()).isEqualTo(Writer.ID));
        }
    }

    private void expectToBeRefusedWhileInUse() {
        assertThatThrownBy(() -> JournalReader.open(new H2File(directory)))
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void what_the_database_writes_is_on_the_disk_before_a_commit_returns() throws SQLException {
        FilePath.register(new RecordedFile());
        String url = new H2File(directory).url().replace("jdbc:h2:durable:", "jdbc:h2:durable:recorded:");
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INT)");
            statement.execute("INSERT INTO t VALUES (1)");
        } finally {
            FilePath.unregister(new RecordedFile());
        }

        assertThat(RecordedFile.OPENED).contains("rwd").doesNotContain("rw");
    }

    @Test
    void a_directory_without_a_journal_is_refused_with_advice() {
        assertThatThrownBy(() -> JournalReader.open(new H2File(directory)))
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessageContaining("started once");
    }

    @Test
    void a_new_journal_is_empty_and_preparing_it_again_changes_nothing() {
        var store = new H2File(directory.resolve("new"));
        store.prepare();
        store.prepare();

        try (var journal = JournalReader.open(store)) {
            assertThat(journal.list()).isEqualTo(List.of());
        }
    }

    @Test
    void a_file_of_the_first_schema_is_read_and_written_on() throws Exception {
        var store = new H2File(directory);
        var first = new RegistryEvent.ChannelRegistered(1, PEER, new BlockHeight(7));
        String plain = "jdbc:h2:file:" + store.file();
        try (Connection connection = DriverManager.getConnection(plain, "sa", "");
                Statement statement = connection.createStatement();
                var schema = getClass().getResourceAsStream("/journal/h2-before.sql")) {
            statement.execute(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
            JournalWriter.write(connection, "registry|old", List.of(first), 0);
        }

        JournalWriter.begin(store, "any", new TreeMap<>(Map.of("registry|new", List.of(first, first))), 0);

        try (var journal = JournalReader.open(store)) {
            assertThat(journal.events("registry|old")).extracting(JournalReader.Recorded::event)
                    .isEqualTo(List.of(first));
            assertThat(journal.events("registry|new")).hasSize(2);
        }
        try (Connection connection = DriverManager.getConnection(store.url(), "sa", "");
                Statement statement = connection.createStatement();
                var counted = statement.executeQuery("""
                        SELECT COUNT(DISTINCT "ordering"), (SELECT COUNT(*) FROM INFORMATION_SCHEMA.INDEXES
                            WHERE INDEX_NAME = 'event_journal_ordering_idx') FROM "event_journal"
                        """)) {
            counted.next();
            assertThat(counted.getInt(1)).isEqualTo(3);
            assertThat(counted.getInt(2)).as("indices that are there twice").isZero();
        }
    }

    /** A process that writes one event after another, each when the one before it is acknowledged, and says so. */
    static final class Writer extends EventSourcedBehavior<Long, RegistryEvent, Long> {
        static final String ID = "registry|writer";
        private final ActorContext<Long> context;

        private Writer(ActorContext<Long> context) {
            super(PersistenceId.ofUniqueId(ID));
            this.context = context;
        }

        public static void main(String[] arguments) {
            var store = new H2File(Path.of(arguments[0]));
            store.prepare();
            var config = store.config()
                    .withFallback(EventSerializer.bindings())
                    .withFallback(ConfigFactory.parseResources("fulgurite/node.conf"))
                    .withFallback(ConfigFactory.load());
            ActorSystem.create(Behaviors.<Long>setup(Writer::new), "writer", config).tell(1L);
        }

        @Override
        public Long emptyState() {
            return 0L;
        }

        @Override
        public CommandHandler<Long, RegistryEvent, Long> commandHandler() {
            return (state, next) -> Effect()
                    .persist(new RegistryEvent.ChannelRegistered(next, PEER, new BlockHeight(7)))
                    .thenRun(written -> {
                        System.out.println("acknowledged " + written);
                        context.getSelf().tell(next + 1);
                    });
        }

        @Override
        public EventHandler<Long, RegistryEvent> eventHandler() {
            return (state, event) -> state + 1;
        }
    }
}
