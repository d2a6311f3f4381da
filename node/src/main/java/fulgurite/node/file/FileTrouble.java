package fulgurite.node.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What is the matter with a file, for a person: an exception's message is often its name alone, or lacks it. */
public final class FileTrouble {
    private FileTrouble() {}

    /** The name of what is the matter, and what. @param file that was worked on */
    public static String of(Path file, IOException e) {
        return switch (e) {
            case NoSuchFileException none -> none.getFile() + ": there is no such file or directory";
            case AccessDeniedException denied -> denied.getFile() + ": access is denied";
            case FileAlreadyExistsException taken -> taken.getFile() + ": something else has that name";
            case FileSystemException named -> String.valueOf(named.getMessage());
            default -> file + ": " + e.getMessage();
        };
    }
}
