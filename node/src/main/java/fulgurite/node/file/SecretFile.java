package fulgurite.node.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Whole files that only their owner can read, from the first moment on. */
public final class SecretFile {
    private SecretFile() {}

    /** As {@link WholeFile#replace(Path, String)}. */
    public static void replace(Path file, String text) throws IOException {
        WholeFile.replaceBy(fresh(file, text), file);
    }

    /** Creates it, durably. @throws FileAlreadyExistsException when there is one: that stays */
    public static void create(Path file, String text) throws IOException {
        Path fresh = fresh(file, text);
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without links, as on a stick: a move that does not replace either, but looks first.
            Files.move(fresh, file);
        } finally {
            Files.deleteIfExists(fresh);
        }
        WholeFile.syncDirectory(file);
    }

    private static Path fresh(Path file, String text) throws IOException {
        FileAttribute<?>[] ownerOnly = WholeFile.isPosix(file)
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
        return WholeFile.fresh(file, text.getBytes(StandardCharsets.UTF_8), ownerOnly);
    }
}
