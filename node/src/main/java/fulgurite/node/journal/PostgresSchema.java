package fulgurite.node.journal;

import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import fulgurite.node.journal.JournalStore.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Brings a PostgreSQL database to the schema that this program knows: version by version, each once, in one transaction.
 * Nodes that start together on one database wait for each other.
 */
final class PostgresSchema {
    /** The scripts are postgres-1.sql to postgres-N.sql; what was once published is never changed. */
    static final int VERSION = 2;

    private PostgresSchema() {}

    static void migrate(Postgres store) {
        try (Connection connection = store.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(hashtextextended('fulgurite journal schema', 0))");
            statement.execute("CREATE TABLE IF NOT EXISTS journal_schema"
                    + " (version INTEGER PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())");
            int version = version(statement);
            if (version > VERSION)
                throw new JournalUnavailableException(
                        "the journal " + store.url() + " has the schema of a newer program"
                                + " (version " + version + ", known are 1 to " + VERSION + "): start that one");
            for (int next = version + 1; next <= VERSION; next++) apply(connection, statement, next);
            connection.commit();
        } catch (SQLException e) {
            throw JournalUnavailableException.of(store.url(), e);
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT coalesce(max(version), 0) FROM journal_schema")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void apply(Connection connection, Statement statement, int version) throws SQLException {
        statement.execute(JournalStore.resource("postgres-" + version + ".sql"));
        try (PreparedStatement note = connection.prepareStatement("INSERT INTO journal_schema (version) VALUES (?)")) {
            note.setInt(1, version);
            note.executeUpdate();
        }
    }
}
