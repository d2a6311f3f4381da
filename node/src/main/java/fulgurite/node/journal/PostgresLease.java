package fulgurite.node.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import fulgurite.node.journal.JournalStore.Postgres;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write a node's journal in PostgreSQL.
 *
 * <p>Design. Two things keep a second writer out. A session of our own holds an advisory lock: who starts while it is held
 * is refused. And each start counts the node's epoch up, which every transaction that writes must name (a trigger sees to
 * it): a process that has lost its session, and was replaced while it did not know, cannot write any more. The first is
 * for people, the second is what money rests on.
 *
 * <p>A lost session alone is no reason to end: nobody can have written as long as the epoch is ours. It is taken again.
 */
final class PostgresLease implements JournalLease {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresLease.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    /** The server may not have noticed yet that a process is gone which held it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOCKS = Duration.ofSeconds(20);
    private static final String KEY = "(hashtextextended('fulgurite journal lease ' || ?, 0))";
    private static final String TRY = "SELECT pg_try_advisory_lock" + KEY;
    private static final String WAIT = "SELECT pg_advisory_lock" + KEY;
    /** @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error codes</a> */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Postgres store;
    private final String node;
    private final long epoch;
    private final ScheduledExecutorService watch;
    private final AtomicReference<Consumer<String>> listener = new AtomicReference<>(reason -> {});
    /** Of the watching thread, once that runs. */
    private Optional<Connection> session;

    private PostgresLease(Postgres store, String node, long epoch, Connection session) {
        this.store = store;
        this.node = node;
        this.epoch = epoch;
        this.session = Optional.of(session);
        this.watch = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().daemon().name("journal-lease").unstarted(task));
        watch.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    static PostgresLease take(Postgres store, String node) {
        try {
            Connection session = session(store);
            try {
                await(store, session, node);
                warnOfWhatIsNotDurable(session);
                return new PostgresLease(store, node, begin(session, node), session);
            } catch (SQLException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (SQLException e) {
            throw JournalUnavailableException.of(store.url(), e);
        }
    }

    /** A machine that vanishes is noticed by the server within half a minute. */
    private static Connection session(Postgres store) throws SQLException {
        Connection session = store.connect();
        try (Statement statement = session.createStatement()) {
            statement.execute("SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
                    + " SET tcp_keepalives_count = 3; " + waitingFor(LOCKS));
        }
        return session;
    }

    private static String waitingFor(Duration longest) {
        return "SET lock_timeout = " + longest.toMillis();
    }

    private static void await(Postgres store, Connection session, String node) throws SQLException {
        try (Statement limit = session.createStatement(); PreparedStatement lock = session.prepareStatement(WAIT)) {
            limit.execute(waitingFor(PATIENCE));
            lock.setString(1, node);
            lock.execute();
            limit.execute(waitingFor(LOCKS));
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) throw e;
            throw new JournalUnavailableException("the journal of node " + node + " in " + store.url()
                    + " is in use by " + holder(session, node) + ": one process writes it at a time; stop that one"
                    + " first");
        }
    }

    private static void warnOfWhatIsNotDurable(Connection session) throws SQLException {
        for (String setting : List.of("fsync", "full_page_writes"))
            try (Statement statement = session.createStatement();
                    ResultSet row = statement.executeQuery("SHOW " + setting)) {
                        if (row.next() && row.getString(1).equals("off"))
                            LOG.warn(
                                    "the PostgreSQL server runs with {} = off: when its machine loses power, events that were"
                                            + " acknowledged are lost, and money with them",
                                    setting);
                    }
    }

    private static boolean tryLock(Connection session, String node) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(TRY)) {
            statement.setString(1, node);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static String holder(Connection session, String node) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(
                "SELECT holder || ' since ' || date_trunc('second', taken_at) FROM journal_lease WHERE node = ?")) {
            statement.setString(1, node);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : "another process";
            }
        }
    }

    /** Counts the epoch up, once no write is on its way that named the one before. */
    private static long begin(Connection session, String node) throws SQLException {
        session.setAutoCommit(false);
        try (PreparedStatement statement = session.prepareStatement("""
                WITH alone AS MATERIALIZED (SELECT pg_advisory_xact_lock(journal_write_lock(?)))
                INSERT INTO journal_lease (node, epoch, holder, taken_at) SELECT ?, 1, ?, now() FROM alone
                ON CONFLICT (node) DO UPDATE
                    SET epoch = journal_lease.epoch + 1, holder = excluded.holder, taken_at = excluded.taken_at
                RETURNING epoch
                """)) {
            statement.setString(1, node);
            statement.setString(2, node);
            statement.setString(3, thisProcess());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long epoch = row.getLong(1);
                session.commit();
                session.setAutoCommit(true);
                return epoch;
            }
        }
    }

    private static String thisProcess() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "an unnamed host";
        }
        return "process " + ProcessHandle.current().pid() + " on " + host;
    }

    @Override
    public Config config() {
        return store.config()
                .withValue("akka-persistence-jdbc.shared-databases.slick.db.connectionInitSql",
                        ConfigValueFactory.fromAnyRef(beginning()));
    }

    /** A connection that may write, as those of Akka Persistence. */
    Connection connect() throws SQLException {
        Connection connection = store.connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute(beginning());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** What each connection that writes says first. */
    private String beginning() {
        String quoted = node.replace("'", "''");
        return "SELECT set_config('fulgurite.node', '" + quoted + "', false), set_config('fulgurite.epoch', '" + epoch
                + "', false),"
                // An acknowledged event is on the disk, whatever else the server does by default.
                + " set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
                + " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false),"
                + " set_config('lock_timeout', '15s', false),"
                + " set_config('idle_in_transaction_session_timeout', '20s', false)";
    }

    @Override
    public void onLost(Consumer<String> reason) {
        listener.set(reason);
    }

    private void look() {
        try {
            if (session.isEmpty()) resume();
            long latest = latest(session.orElseThrow());
            if (latest != epoch) lose(latest);
        } catch (SQLException e) {
            if (session.isPresent()) LOG.warn("the session that holds the journal's lease is lost: {}", e.getMessage());
            drop();
        }
    }

    /** A new session; that the old one still holds the lock on the server says nothing, only the epoch does. */
    private void resume() throws SQLException {
        Connection again = session(store);
        if (latest(again) == epoch && !tryLock(again, node)) {
            again.close();
            throw new SQLException("the lease is held by a session that is not ours any more");
        }
        session = Optional.of(again);
        if (latest(again) == epoch) LOG.info("the journal's lease is held again");
    }

    private long latest(Connection on) throws SQLException {
        try (PreparedStatement statement = on.prepareStatement("SELECT epoch FROM journal_lease WHERE node = ?")) {
            statement.setString(1, node);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private void lose(long latest) {
        watch.shutdown();
        drop();
        String reason = "another process writes this node's journal now (epoch " + latest + " after our " + epoch
                + "): this one must end";
        LOG.error(reason);
        listener.get().accept(reason);
    }

    private void drop() {
        try {
            if (session.isPresent()) session.get().close();
        } catch (SQLException e) {
            LOG.debug("closing a lost session: {}", e.getMessage());
        }
        session = Optional.empty();
    }

    @Override
    public void close() {
        if (watch.isShutdown()) return;
        watch.execute(this::drop);
        watch.shutdown();
    }
}
