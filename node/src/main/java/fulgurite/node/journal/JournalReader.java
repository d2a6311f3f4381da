package fulgurite.node.journal;

import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a journal, that of a data directory while no node uses it, and changes nothing in it. For people and tests: a
 * running node reads its journal through Akka Persistence.
 */
public final class JournalReader implements AutoCloseable {
    private final String url;
    private final Connection connection;

    private JournalReader(String url, Connection connection) {
        this.url = url;
        this.connection = connection;
    }

    /** @throws JournalUnavailableException when there is no journal, or a node is using it */
    public static JournalReader open(JournalStore.H2File store) {
        String url = "jdbc:h2:file:" + store.file() + ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE";
        if (!java.nio.file.Files.exists(java.nio.file.Path.of(store.file() + ".mv.db")))
            throw new JournalUnavailableException("there is no journal in " + store.dataDirectory()
                    + ": give the data directory of a node that has been started once");
        try {
            return new JournalReader(url, DriverManager.getConnection(url, "sa", ""));
        } catch (SQLException e) {
            throw JournalUnavailableException.of(url, e);
        }
    }

    /** Reads beside the nodes that use it, if any do. @throws JournalUnavailableException when the database does not answer */
    public static JournalReader open(JournalStore.Postgres store) {
        try {
            return new JournalReader(store.url(), store.connect());
        } catch (SQLException e) {
            throw JournalUnavailableException.of(store.url(), e);
        }
    }

    /** Wherever it is. @throws JournalUnavailableException when it cannot be read there */
    public static JournalReader open(JournalStore store) {
        return switch (store) {
            case JournalStore.InMemory none -> throw new JournalUnavailableException(
                    "a journal in memory is known to its process alone");
            case JournalStore.H2File file -> open(file);
            case JournalStore.Postgres postgres -> open(postgres);
        };
    }

    /** One entity's journal in short. @param events how many it has, numbered 1.. */
    public record Summary(String persistenceId, long events, Instant first, Instant last) {}

    /** One recorded event. @param number 1.. within its entity; @param at when it was written */
    public record Recorded(long number, Instant at, Object event) {}

    /** Every entity that has events, by its id. */
    public List<Summary> list() {
        var found = new ArrayList<Summary>();
        select("""
                SELECT "persistence_id", MAX("sequence_number"), MIN("write_timestamp"), MAX("write_timestamp")
                FROM "event_journal" GROUP BY "persistence_id" ORDER BY "persistence_id"
                """, "", row -> found.add(new Summary(row.getString(1), row.getLong(2),
                Instant.ofEpochMilli(row.getLong(3)), Instant.ofEpochMilli(row.getLong(4)))));
        return found;
    }

    /** The events of one entity in order; none when the journal does not know it. */
    public List<Recorded> events(String persistenceId) {
        var found = new ArrayList<Recorded>();
        var serializer = new EventSerializer();
        select("""
                SELECT "sequence_number", "write_timestamp", "event_payload", "event_ser_manifest"
                FROM "event_journal" WHERE "persistence_id" = ? ORDER BY "sequence_number"
                """, persistenceId, row -> found.add(new Recorded(row.getLong(1), Instant.ofEpochMilli(row.getLong(2)),
                serializer.fromBinary(row.getBytes(3), row.getString(4)))));
        return found;
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void select(String sql, String parameter, RowReader reader) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (sql.contains("?")) statement.setString(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) reader.read(rows);
            }
        } catch (SQLException e) {
            throw JournalUnavailableException.of(url, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw JournalUnavailableException.of(url, e);
        }
    }
}
