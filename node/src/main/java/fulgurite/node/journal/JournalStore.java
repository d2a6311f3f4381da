package fulgurite.node.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import fulgurite.node.file.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Where a node's journal is kept. */
public sealed interface JournalStore {
    /** The configuration of Akka Persistence for this store; merge it over the node's. */
    Config config();

    /**
     * Makes the store ready: creates what is missing of its schema.
     *
     * @throws JournalUnavailableException when it cannot be opened, saying what to do
     */
    void prepare();

    /** Lost with the process: for simulations and tests. */
    record InMemory() implements JournalStore {
        @Override
        public Config config() {
            return ConfigFactory.parseResources("fulgurite/journal/memory.conf");
        }

        @Override
        public void prepare() {}
    }

    /** An embedded database in one file of the node's data directory: nothing to install. One process at a time. */
    record H2File(Path dataDirectory) implements JournalStore {
        /** Without WRITE_DELAY=0 the database acknowledges writes that a crash then loses: money would be lost. */
        private static final String DURABLE = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        /** A commit writes whole pages anew: smaller ones than by default, fewer bytes. */
        private static final String PAGES = ";PAGE_SIZE=2048";

        static {
            DurableFile.register();
        }

        /** The file, without the database's own ending. */
        public Path file() {
            return dataDirectory.resolve("journal").toAbsolutePath();
        }

        public String url() {
            return "jdbc:h2:" + DurableFile.SCHEME + ":" + file() + DURABLE + PAGES;
        }

        @Override
        public Config config() {
            return ConfigFactory.parseResources("fulgurite/journal/h2.conf")
                    .withFallback(jdbc("slick.jdbc.H2Profile$", "org.h2.Driver", url(), "sa", ""));
        }

        @Override
        public void prepare() {
            try {
                Files.createDirectories(dataDirectory);
            } catch (IOException e) {
                throw new JournalUnavailableException(
                        "cannot create the data directory " + dataDirectory + ": " + e.getMessage());
            }
            createSchema(url(), "sa", "", "h2.sql");
            try {
                WholeFile.syncDirectory(file());
            } catch (IOException e) {
                throw new JournalUnavailableException("cannot make sure of " + dataDirectory + ": " + e.getMessage());
            }
        }
    }

    /**
     * A PostgreSQL database that exists, of one node or of several. Its writes are fenced: see {@link PostgresLease}.
     *
     * @param url {@code jdbc:postgresql://host:port/database}, without user and password
     */
    record Postgres(String url, String user, String password) implements JournalStore {
        /**
         * From an address as psql takes it.
         *
         * @param address {@code postgresql://user:password@host:port/database?parameters}
         * @param user empty: the one of the address
         * @param password empty: the one of the address
         * @throws IllegalArgumentException when it is no such address
         */
        public static Postgres of(String address, String user, String password) {
            return PostgresAddress.store(address, user, password);
        }

        /** Takes the right to write that node's journal, from whoever had it before and is gone. */
        PostgresLease take(String node) {
            return PostgresLease.take(this, node);
        }

        @Override
        public Config config() {
            return ConfigFactory.parseResources("fulgurite/journal/postgres.conf")
                    .withFallback(jdbc("slick.jdbc.PostgresProfile$", "org.postgresql.Driver", url, user, password));
        }

        @Override
        public void prepare() {
            PostgresSchema.migrate(this);
        }

        Connection connect() throws SQLException {
            return DriverManager.getConnection(url, user, password);
        }

        @Override
        public String toString() {
            return "Postgres[" + url + "]";
        }
    }

    /** The store cannot be opened or read; the message says why and what to do. */
    final class JournalUnavailableException extends RuntimeException {
        public JournalUnavailableException(String message) {
            super(message);
        }

        static JournalUnavailableException of(String url, SQLException cause) {
            boolean locked = cause.getErrorCode() == org.h2.api.ErrorCode.DATABASE_ALREADY_OPEN_1;
            return new JournalUnavailableException(locked
                    ? "the journal " + url + " is in use: another node runs on this data directory; stop it first"
                    : "cannot open the journal " + url + ": " + cause.getMessage());
        }
    }

    private static Config jdbc(String profile, String driver, String url, String user, String password) {
        String at = "akka-persistence-jdbc.shared-databases.slick";
        return ConfigFactory.parseResources("fulgurite/journal/jdbc.conf")
                .withValue(at + ".profile", ConfigValueFactory.fromAnyRef(profile))
                .withValue(at + ".db", ConfigFactory
                        .parseMap(Map.of("url", url, "driver", driver, "user", user, "password", password))
                        .root()
                        .withFallback(
                                ConfigFactory.parseResources("fulgurite/journal/jdbc.conf").getValue(at + ".db")));
    }

    private static void createSchema(String url, String user, String password, String resource) {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            for (String ddl : resource(resource).split(";\\s*\n")) if (!ddl.isBlank()) statement.execute(ddl);
        } catch (SQLException e) {
            throw JournalUnavailableException.of(url, e);
        }
    }

    /** The text of a file beside the schemas. */
    static String resource(String name) {
        try (InputStream in = JournalStore.class.getResourceAsStream("/fulgurite/journal/" + name)) {
            if (in == null) throw new IllegalStateException("the resource " + name + " is missing from the build");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
