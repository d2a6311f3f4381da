package fulgurite.node.cli;

import fulgurite.node.NodeStartException;
import fulgurite.node.file.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** The file that names a running node's process, for service managers and for {@code --daemon}. It is there while the node runs. */
record PidFile(Path file) {
    /** Writes the number of this process. @throws NodeStartException when it cannot */
    void write() {
        try {
            Files.createDirectories(Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow());
            WholeFile.replace(file, ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            throw new NodeStartException("cannot write the pid file " + file + ": " + e.getMessage());
        }
    }

    /** What the file says; empty when there is none, or it says something else. */
    OptionalLong pid() {
        try {
            return Files.exists(file)
                    ? OptionalLong.of(Long.parseLong(Files.readString(file).strip()))
                    : OptionalLong.empty();
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Removes the file, unless another process has written its own by now. */
    void remove() {
        try {
            if (pid().equals(OptionalLong.of(ProcessHandle.current().pid()))) Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
