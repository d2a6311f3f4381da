package fulgurite.node.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.h2.store.fs.FilePathWrapper;

/** Tells how H2 opens its files, for addresses with {@code recorded:}. */
public final class RecordedFile extends FilePathWrapper {
    static final Set<String> OPENED = new ConcurrentSkipListSet<>();

    /** Called by H2. */
    public RecordedFile() {}

    @Override
    public FileChannel open(String mode) throws IOException {
        OPENED.add(mode);
        return super.open(mode);
    }

    @Override
    public String getScheme() {
        return "recorded";
    }
}
