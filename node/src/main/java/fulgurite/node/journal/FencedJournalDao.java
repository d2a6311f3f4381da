package fulgurite.node.journal;

import akka.persistence.jdbc.config.JournalConfig;
import akka.persistence.jdbc.journal.dao.DefaultJournalDao;
import akka.serialization.Serialization;
import akka.stream.Materializer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcProfile;

/**
 * The plugin's way to PostgreSQL, with one addition: before an entity's journal is read back, writes that are on their way
 * come to their end. When a connection is lost at the wrong moment, nobody knows whether its last transaction was
 * committed; read too early, the journal would not show yet what it shows later, and an entity would act on what never was.
 */
public final class FencedJournalDao extends DefaultJournalDao {
    private static final String BARRIER = "SELECT pg_advisory_xact_lock(journal_write_lock(current_setting('fulgurite.node')))";
    private final JdbcBackend.DatabaseDef database;
    private final ExecutionContext blocking;

    /** Called by the plugin. */
    public FencedJournalDao(JdbcBackend.DatabaseDef database, JdbcProfile profile, JournalConfig config,
            Serialization serialization, ExecutionContext executor, Materializer materializer) {
        super(database, profile, config, serialization, executor, materializer);
        this.database = database;
        this.blocking = materializer.system().dispatchers().lookup("akka.actor.default-blocking-io-dispatcher");
    }

    @Override
    public Future<Object> highestSequenceNr(String persistenceId, long fromSequenceNr) {
        return Future.apply(() -> {
            awaitWrites();
            return persistenceId;
        }, blocking).flatMap(id -> super.highestSequenceNr(id, fromSequenceNr), ec());
    }

    private void awaitWrites() {
        try (Connection connection = database.source().createConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(BARRIER);
        } catch (SQLException e) {
            throw new IllegalStateException("the journal does not answer: " + e.getMessage(), e);
        }
    }
}
