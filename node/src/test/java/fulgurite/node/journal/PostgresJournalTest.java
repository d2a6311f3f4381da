package fulgurite.node.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AskPattern;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.channel.RegistryEvent;
import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import fulgurite.node.journal.JournalStore.Postgres;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The journal in a real PostgreSQL server: its schema, its one writer, and what a lost connection does to nobody. */
class PostgresJournalTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final NodeId PEER = NodeId
            .fromHex("02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619");
    private static EmbeddedPostgres server;

    private Postgres store;

    @BeforeAll
    static void a_server_of_our_own() throws IOException {
        server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(90)).start();
    }

    @AfterAll
    static void which_goes_with_us() throws IOException {
        server.close();
    }

    /** Each test has a database of its own. */
    @BeforeEach
    void a_fresh_database() throws SQLException {
        String name = "j" + UUID.randomUUID().toString().replace("-", "");
        try (Connection c = server.getPostgresDatabase().getConnection(); Statement s = c.createStatement()) {
            s.execute("CREATE DATABASE " + name);
        }
        store = Postgres.of("postgresql://postgres@localhost:" + server.getPort() + "/" + name, "", "");
        store.prepare();
    }

    @Test
    void an_address_as_psql_takes_it_becomes_the_drivers_and_keeps_the_password_out() {
        Postgres full = Postgres.of("postgresql://al%40ice:s%3Acret+@db.example:5433/funds?sslmode=require", "", "");
        assertThat(full.user()).isEqualTo("al@ice");
        assertThat(full.password()).isEqualTo("s:cret+");
        assertThat(full.url()).startsWith("jdbc:postgresql://db.example:5433/funds?").contains("sslmode=require");
        assertThat(full.toString()).doesNotContain("s:cret");
        assertThat(Postgres.of("jdbc:postgresql://db/funds?connectTimeout=77", "bob", "word"))
                .satisfies(given -> assertThat(given.user() + given.password()).isEqualTo("bobword"))
                .satisfies(given -> assertThat(given.url()).contains("connectTimeout=77"));
        for (String wrong : List.of("mysql://h/d", "postgresql://h", "postgresql:///d", "h:5432/d", "a b"))
            assertThatThrownBy(() -> Postgres.of(wrong, "", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_schema_is_made_once_and_a_newer_one_is_refused() throws SQLException {
        store.prepare();
        assertThat(number("SELECT max(version) FROM journal_schema")).isEqualTo(PostgresSchema.VERSION);
        execute("INSERT INTO journal_schema (version) VALUES (99)");
        assertThatThrownBy(store::prepare).isInstanceOf(JournalUnavailableException.class)
                .hasMessageContaining("newer program")
                .hasMessageContaining("99");
    }

    @Test
    void a_schema_of_the_first_version_is_brought_up_with_its_events() throws SQLException {
        execute("DROP TRIGGER journal_fence ON event_journal; DROP FUNCTION journal_fence; DROP TABLE journal_lease;"
                + " DROP FUNCTION journal_write_lock; DELETE FROM journal_schema WHERE version > 1");
        execute("INSERT INTO event_journal (persistence_id, sequence_number, writer, event_ser_id, event_ser_manifest,"
                + " event_payload) VALUES ('registry|a', 1, 'w', 1, 'm', '')");
        store.prepare();
        assertThat(number("SELECT count(*) FROM event_journal")).isEqualTo(1);
        assertThat(number("SELECT count(*) FROM journal_lease")).isZero();
    }

    @Test
    void a_server_that_does_not_answer_is_named() {
        Postgres nowhere = Postgres.of("postgresql://postgres@localhost:1/none", "", "");
        assertThatThrownBy(nowhere::prepare).isInstanceOf(JournalUnavailableException.class)
                .hasMessageContaining("localhost:1/none");
    }

    @Test
    void one_process_at_a_time_has_a_nodes_journal_and_others_nodes_are_none_of_its_business() {
        JournalLease first = store.take("alice");
        JournalLease other = store.take("bob");
        assertThatThrownBy(() -> store.take("alice")).isInstanceOf(JournalUnavailableException.class)
                .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
        first.close();
        other.close();
        store.take("alice").close();
    }

    @Test
    void who_comes_while_the_last_one_is_leaving_waits_for_it() throws Exception {
        JournalLease leaving = store.take("alice");
        CompletableFuture<JournalLease> next = CompletableFuture.supplyAsync(() -> store.take("alice"));
        await(() -> number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 1);
        assertThat(next).isNotDone();

        leaving.close();
        next.get(LONG.toSeconds(), TimeUnit.SECONDS).close();
        assertThat(number("SELECT epoch FROM journal_lease")).isEqualTo(2);
    }

    @Test
    void nobody_writes_without_the_lease_or_with_an_old_one() throws SQLException {
        assertThatThrownBy(() -> insert("", 1)).hasMessageContaining("may not write");
        store.take("alice").close();
        insert("SET fulgurite.node = 'alice'; SET fulgurite.epoch = '1'; ", 1);
        store.take("alice").close();
        assertThatThrownBy(() -> insert("SET fulgurite.node = 'alice'; SET fulgurite.epoch = '1'; ", 2))
                .hasMessageContaining("its epoch is 1, the latest is 2");
        insert("SET fulgurite.node = 'alice'; SET fulgurite.epoch = '2'; ", 2);
        assertThatThrownBy(() -> execute("SET fulgurite.node = 'alice'; SET fulgurite.epoch = '1';"
                + " DELETE FROM event_journal")).hasMessageContaining("may not write");
    }

    @Test
    void a_write_that_fails_tells_nothing_of_its_events() throws SQLException {
        try (Connection c = store.connect();
                PreparedStatement insert = c.prepareStatement("INSERT INTO event_journal (persistence_id,"
                        + " sequence_number, writer, event_ser_id, event_ser_manifest, event_payload)"
                        + " VALUES ('registry|a', 1, ?, 1, 'm', '')")) {
            insert.setString(1, "preimage");
            insert.addBatch();
            assertThatThrownBy(insert::executeBatch).hasMessageContaining("may not write")
                    .hasMessageNotContaining("preimage");
        }
    }

    @Test
    void who_is_replaced_while_its_session_was_lost_hears_of_it_and_cannot_write() throws Exception {
        JournalLease old = store.take("alice");
        var lost = new CompletableFuture<String>();
        old.onLost(lost::complete);
        ActorSystem<Write> system = writer(old);
        assertThat(write(system, 1)).isEqualTo(1);

        // Another process was quicker to take up what a lost session let go.
        execute("UPDATE journal_lease SET epoch = 2, holder = 'another process'");
        end("query LIKE '%journal_lease%'");
        // The old process still has its connections for writing: each write fails, so it acknowledges none.
        CompletionStage<Integer> refused = ask(system, 2);
        assertThat(lost.get(LONG.toSeconds(), TimeUnit.SECONDS)).contains("another process");
        assertThat(number("SELECT count(*) FROM event_journal")).isEqualTo(1);
        assertThat(refused.toCompletableFuture()).isNotDone();
        stop(system);
        old.close();
    }

    @Test
    void a_lost_session_alone_is_taken_up_again() throws Exception {
        try (JournalLease lease = store.take("alice")) {
            var lost = new CompletableFuture<String>();
            lease.onLost(lost::complete);
            ActorSystem<Write> system = writer(lease);
            assertThat(write(system, 1)).isEqualTo(1);
            end("true");
            // The entity begins anew, reads its journal back and goes on.
            ask(system, 2);
            await(() -> write(system, 3) >= 2);
            await(() -> number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                    + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") >= 1);
            assertThat(lost).isNotDone();
            assertThatThrownBy(() -> store.take("alice")).isInstanceOf(JournalUnavailableException.class);
            stop(system);
        }
    }

    @Test
    void reading_back_waits_for_a_write_that_is_on_its_way() throws Exception {
        try (JournalLease lease = store.take("alice"); Connection slow = store.connect()) {
            ActorSystem<Write> first = writer(lease);
            assertThat(write(first, 1)).isEqualTo(1);
            stop(first);
            // A transaction of a connection that was lost before it was answered.
            slow.setAutoCommit(false);
            try (Statement statement = slow.createStatement()) {
                statement.execute("SET LOCAL fulgurite.node = 'alice'; SET LOCAL fulgurite.epoch = '1'");
                statement.execute("INSERT INTO event_journal (persistence_id, sequence_number, deleted, writer,"
                        + " write_timestamp, adapter_manifest, event_ser_id, event_ser_manifest, event_payload)"
                        + " SELECT persistence_id, 2, deleted, writer, write_timestamp, adapter_manifest, event_ser_id,"
                        + " event_ser_manifest, event_payload FROM event_journal");
            }
            ActorSystem<Write> second = writer(lease);
            CompletionStage<Integer> answer = ask(second, 2);
            await(() -> number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 1);
            slow.commit();
            assertThat(answer.toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(3);
            stop(second);
        }
    }

    private void insert(String settings, int number) throws SQLException {
        execute(settings + "INSERT INTO event_journal (persistence_id, sequence_number, writer, event_ser_id,"
                + " event_ser_manifest, event_payload) VALUES ('registry|a', " + number + ", 'w', 1, 'm', '')");
    }

    private void execute(String sql) throws SQLException {
        try (Connection c = store.connect(); Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection c = store.connect(); Statement s = c.createStatement(); var row = s.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Ends those sessions of this test's database from the server's side. */
    private void end(String which) throws SQLException {
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid() AND (" + which + ")");
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long until = System.nanoTime() + LONG.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > until) throw new AssertionError("waited in vain");
            Thread.onSpinWait();
        }
    }

    /** Writes an event. @param replyTo told how many there are, once it is durable */
    private record Write(int number, ActorRef<Integer> replyTo) {}

    private static ActorSystem<Write> writer(JournalLease lease) {
        return ActorSystem.create(Writer.create(), "writer", lease.config()
                .withFallback(EventSerializer.bindings())
                .withFallback(ConfigFactory.parseResources("fulgurite/node.conf"))
                .withFallback(ConfigFactory.load()));
    }

    private static CompletionStage<Integer> ask(ActorSystem<Write> system, int number) {
        return AskPattern.ask(system, (ActorRef<Integer> replyTo) -> new Write(number, replyTo), LONG.multipliedBy(4),
                system.scheduler());
    }

    private static int write(ActorSystem<Write> system, int number) throws Exception {
        return ask(system, number).toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static void stop(ActorSystem<Write> system) throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static final class Writer extends EventSourcedBehavior<Write, RegistryEvent, Integer> {
        private Writer() {
            super(PersistenceId.ofUniqueId("registry|alice"), SupervisorStrategy
                    .restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(1), 0.0));
        }

        static Behavior<Write> create() {
            return new Writer();
        }

        @Override
        public Integer emptyState() {
            return 0;
        }

        @Override
        public CommandHandler<Write, RegistryEvent, Integer> commandHandler() {
            return (state, write) -> Effect()
                    .persist(new RegistryEvent.ChannelRegistered(write.number(), PEER, new BlockHeight(7)))
                    .thenRun(written -> write.replyTo().tell(written));
        }

        @Override
        public EventHandler<Integer, RegistryEvent> eventHandler() {
            return (state, event) -> state + 1;
        }
    }
}
