package fulgurite.node.cli;

import fulgurite.node.NodeStartException;
import fulgurite.node.file.FileTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A data directory that one process has for itself. Two nodes with the same seed would sign different states of the same
 * channels. The operating system drops the lock with the process, however that ends.
 */
record DirectoryLock(FileChannel file) implements AutoCloseable {
    /** @throws NodeStartException when another process has it, or it cannot be created */
    static DirectoryLock take(Path directory) {
        Path file = directory.resolve("lock");
        try {
            Files.createDirectories(directory);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                channel.close();
                throw new NodeStartException("another node runs on the data directory " + directory
                        + ": stop it first, or give another one by --data");
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw new NodeStartException("cannot use the data directory " + FileTrouble.of(directory, e)
                    + "; give another one by --data");
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
