package fulgurite.node.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file whose writes are on the disk when they return, for H2's {@code durable:} addresses. By itself the database hands
 * its commits to the operating system only: they survive the death of the process, and not that of the machine.
 */
public final class DurableFile extends FilePathWrapper {
    static final String SCHEME = "durable";

    /** Called by H2. */
    public DurableFile() {}

    /** Makes the scheme known to H2; again is no harm. */
    static void register() {
        FilePath.register(new DurableFile());
    }

    /** @param mode as H2 names it: "r", "rw" or one that is synchronous already */
    @Override
    public FileChannel open(String mode) throws IOException {
        return super.open(mode.equals("rw") ? "rwd" : mode);
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }
}
