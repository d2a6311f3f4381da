package fulgurite.simulator.process;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A PostgreSQL server of one's own, that can be killed and started again on what it has written. */
public final class PostgresServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private final Path directory;
    private EmbeddedPostgres server;

    public PostgresServer(Path directory) throws IOException {
        this.directory = directory;
        this.server = begin(0);
    }

    /** The embedding's own settings would lose acknowledged writes with the server. */
    private EmbeddedPostgres begin(int port) throws IOException {
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPGStartupWait(PATIENCE)
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on");
        if (port > 0) builder.setPort(port);
        return builder.start();
    }

    /** As nodes take it. */
    public String url() {
        return "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
    }

    /** All its processes die at once. */
    public void kill() throws IOException {
        ProcessHandle postmaster = ProcessHandle.of(pid()).orElseThrow();
        List<ProcessHandle> all = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        postmaster.onExit().join();
        all.forEach(one -> one.onExit().join());
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("postmaster.pid")).getFirst().strip());
    }

    /** On the same port, with what the dead server had on its disk. */
    public void startAgain() throws IOException {
        int port = server.getPort();
        Files.deleteIfExists(directory.resolve("postmaster.pid"));
        // There is nothing left to stop; its lock on the directory is let go.
        server.close();
        server = begin(port);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
