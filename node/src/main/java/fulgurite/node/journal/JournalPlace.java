package fulgurite.node.journal;

import fulgurite.node.file.WholeFile;
import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a node's journal was the last time, in a file of its data directory: a node that was started on another one would
 * know nothing of its channels, and its peers would close them.
 */
public final class JournalPlace {
    private static final String FILE = "journal.place";

    private JournalPlace() {}

    /** @throws JournalUnavailableException when the journal was kept somewhere else until now */
    public static void keep(Path dataDirectory, JournalStore store) {
        Optional<String> name = name(store);
        if (name.isEmpty()) return;
        Path file = dataDirectory.resolve(FILE);
        try {
            Optional<String> before = before(dataDirectory, file);
            if (before.isPresent() && !before.equals(name))
                throw new JournalUnavailableException("this node's journal was kept in " + spoken(before.get())
                        + " until now, not in " + spoken(name.get()) + ": without it the node would lose its channels."
                        + " Set journal.url as before; if the journal has been moved, remove " + file);
            if (before.isPresent() && Files.exists(file)) return;
            write(dataDirectory, name.get());
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static Optional<String> name(JournalStore store) {
        return switch (store) {
            case JournalStore.InMemory memory -> Optional.empty();
            case JournalStore.H2File file -> Optional.of("file");
            case JournalStore.Postgres postgres -> Optional.of(withoutParameters(postgres.url()));
        };
    }

    private static void write(Path dataDirectory, String name) throws IOException {
        Files.createDirectories(dataDirectory);
        WholeFile.replace(dataDirectory.resolve(FILE), name + "\n");
    }

    private static JournalUnavailableException unusable(Path file, IOException e) {
        return new JournalUnavailableException("cannot use " + file + ": " + e.getMessage());
    }

    /** The journal that was kept until now is lost: from now on it is there. */
    public static void move(Path dataDirectory, JournalStore store) {
        Optional<String> name = name(store);
        try {
            if (name.isPresent()) write(dataDirectory, name.get());
        } catch (IOException e) {
            throw unusable(dataDirectory.resolve(FILE), e);
        }
    }

    private static Optional<String> before(Path dataDirectory, Path file) throws IOException {
        if (Files.exists(file)) return Optional.of(Files.readString(file).strip());
        boolean hasFile = Files.exists(Path.of(new JournalStore.H2File(dataDirectory).file() + ".mv.db"));
        return hasFile ? Optional.of("file") : Optional.empty();
    }

    private static String spoken(String name) {
        return name.equals("file") ? "the data directory" : name;
    }

    private static String withoutParameters(String url) {
        return url.replaceFirst("\\?.*", "");
    }
}
