package fulgurite.node.journal;

import com.typesafe.config.Config;
import java.util.function.Consumer;

/** The right of this process to write one node's journal: one process has it at a time. */
public interface JournalLease extends AutoCloseable {
    /**
     * Takes it; the store has been prepared.
     *
     * @param node short name of the node
     * @throws JournalStore.JournalUnavailableException when another process has it; the message says which
     */
    static JournalLease take(JournalStore store, String node) {
        return switch (store) {
            case JournalStore.InMemory memory -> new Undisputed(memory.config());
            // Its file is locked by the database for as long as it is open.
            case JournalStore.H2File file -> new Undisputed(file.config());
            case JournalStore.Postgres postgres -> postgres.take(node);
        };
    }

    /** The configuration of Akka Persistence under which this process may write; merge it over the node's. */
    Config config();

    /**
     * Names who is told, once and from another thread, that another process has taken the right: whatever this one
     * believes is out of date, and it must end. Its writes fail already.
     */
    void onLost(Consumer<String> reason);

    /** Gives it back. Nothing is written afterwards. */
    @Override
    void close();

    /** Of a store that nobody else can open. */
    record Undisputed(Config config) implements JournalLease {
        @Override
        public void onLost(Consumer<String> reason) {}

        @Override
        public void close() {}
    }
}
