package fulgurite.node.journal;

import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.SequencedMap;

/** Writes the first events of a journal that has none, without a node: all of them or nothing. */
public final class JournalWriter {
    private JournalWriter() {}

    /**
     * @param node short name of the node whose journal it is
     * @param events of each entity, by its persistence id
     * @param atMillis the time of writing that is recorded
     * @throws JournalUnavailableException when the journal is in use, cannot be opened, or has events of one of them
     */
    public static void begin(JournalStore store, String node, SequencedMap<String, List<Object>> events,
            long atMillis) {
        store.prepare();
        switch (store) {
            case JournalStore.InMemory none -> throw new JournalUnavailableException(
                    "a journal in memory is lost with this process: nothing is written into it");
            case JournalStore.H2File file -> write(file.url(), () -> DriverManager.getConnection(file.url(), "sa", ""),
                    events, atMillis);
            case JournalStore.Postgres postgres -> {
                try (PostgresLease lease = postgres.take(node)) {
                    write(postgres.url(), lease::connect, events, atMillis);
                }
            }
        }
    }

    private interface Opening {
        Connection connect() throws SQLException;
    }

    private static void write(String url, Opening opening, SequencedMap<String, List<Object>> events, long atMillis) {
        try (Connection connection = opening.connect()) {
            connection.setAutoCommit(false);
            for (var entity : events.entrySet()) write(connection, entity.getKey(), entity.getValue(), atMillis);
            connection.commit();
        } catch (SQLException e) {
            throw JournalUnavailableException.of(url, e);
        }
    }

    /** Appends the first events of one entity; nothing is committed. */
    static void write(Connection connection, String id, List<?> events, long atMillis)
            throws SQLException {
        var serializer = new EventSerializer();
        try (var insert = connection.prepareStatement("""
                INSERT INTO "event_journal" ("deleted", "persistence_id", "sequence_number", "writer",
                    "write_timestamp", "adapter_manifest", "event_payload", "event_ser_id", "event_ser_manifest")
                VALUES (FALSE, ?, ?, 'restore', ?, '', ?, ?, ?)
                """)) {
            for (int i = 0; i < events.size(); i++) {
                insert.setString(1, id);
                insert.setLong(2, i + 1L);
                insert.setLong(3, atMillis);
                insert.setBytes(4, serializer.toBinary(events.get(i)));
                insert.setInt(5, serializer.identifier());
                insert.setString(6, serializer.manifest(events.get(i)));
                insert.executeUpdate();
            }
        }
    }
}
