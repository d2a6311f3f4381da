package fulgurite.node.journal;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the journal is to be. @param url empty: in the data directory */
public record JournalSettings(String url, String user, String password) {
    /**
     * Reads {@code journal} of the settings.
     *
     * @throws IllegalArgumentException when the password's file cannot be read
     */
    public static JournalSettings of(Config journal) {
        return new JournalSettings(journal.getString("url"), journal.getString("user"),
                password(journal.getString("password-file")));
    }

    private static String password(String file) {
        if (file.isEmpty()) return "";
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("journal.password-file: cannot read " + file);
        }
    }

    /** @throws IllegalArgumentException when {@link #url} is none */
    public JournalStore store(Path dataDirectory) {
        return url.isEmpty()
                ? new JournalStore.H2File(dataDirectory)
                : JournalStore.Postgres.of(url, user, password);
    }

    /** Without the password, and without the address, which may hold one. */
    @Override
    public String toString() {
        return "JournalSettings(" + (url.isEmpty() ? "in the data directory" : "PostgreSQL") + ")";
    }
}
