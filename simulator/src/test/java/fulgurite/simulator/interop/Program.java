package fulgurite.simulator.interop;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A program of another project as a process of ours: found, started, ended by us alone. */
final class Program {
    private final Path output;
    private final List<String> command;
    private Optional<Process> process = Optional.empty();

    /** @param output of what it prints */
    Program(List<String> command, Path output) {
        this.command = List.copyOf(command);
        this.output = output;
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /** The program's file, as an environment variable or the PATH names it; skips the test, saying so, when neither does. */
    static Path orSkip(String name) {
        return orSkip(name, name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** @param variable of the environment */
    static Path orSkip(String name, String variable) {
        String named = System.getenv(variable);
        String path = System.getenv("PATH");
        Optional<Path> found = named != null
                ? Optional.of(Path.of(named))
                : Stream.of(path == null ? new String[0] : path.split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name))
                        .filter(Files::isExecutable)
                        .findFirst();
        Assumptions.assumeTrue(found.filter(Files::isExecutable).isPresent(),
                name + " is neither on the PATH nor named by "
                        + variable + ": what needs it is skipped");
        return found.orElseThrow();
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        try {
            process = Optional.of(new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has printed last. */
    String printed() {
        try {
            String all = Files.readString(output);
            return all.substring(Math.max(0, all.length() - 2_000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.filter(Process::isAlive).isPresent();
    }

    /** As {@code kill -9} does, children too. */
    void kill() {
        process.ifPresent(running -> {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        });
        awaitEnd();
    }

    void awaitEnd() {
        process.ifPresent(running -> {
            try {
                if (!running.waitFor(60, TimeUnit.SECONDS))
                    throw new IllegalStateException(command.getFirst() + " does not end");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        process = Optional.empty();
    }
}
