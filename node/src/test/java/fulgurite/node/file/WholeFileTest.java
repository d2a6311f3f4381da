package fulgurite.node.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    private Path directory;

    @Test
    void a_file_is_made_and_replaced_whole_and_nothing_else_is_left() throws IOException {
        Path file = directory.resolve("file");
        WholeFile.replace(file, "a long first text");
        // Left behind by a crash.
        Files.writeString(directory.resolve("file.new"), "half of anoth");
        WholeFile.replace(file, "ü");

        assertThat(file).hasContent("ü");
        assertThat(directory.toFile().list()).containsExactly("file");
    }

    @Test
    void what_cannot_be_written_leaves_the_old_one() throws IOException {
        Path file = directory.resolve("file");
        WholeFile.replace(file, "old");
        Files.createDirectories(directory.resolve("file.new/occupied"));

        assertThatThrownBy(() -> WholeFile.replace(file, "new")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> WholeFile.replace(directory.resolve("none/file"), "new"))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(file).hasContent("old");
    }

    @Test
    void a_secret_is_its_owners_to_read_even_where_it_was_not_before() throws IOException {
        Assumptions.assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "this file system knows no owners");
        Path file = directory.resolve("secret");
        WholeFile.replace(file, "for all");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        SecretFile.replace(file, "for one");
        SecretFile.create(directory.resolve("another"), "for one");

        for (String name : new String[]{"secret", "another"}) {
            assertThat(directory.resolve(name)).hasContent("for one");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void a_secret_that_is_created_takes_nobodys_place() throws IOException {
        Path file = directory.resolve("secret");
        SecretFile.create(file, "first");

        assertThatThrownBy(() -> SecretFile.create(file, "second")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("first");
        assertThat(directory.toFile().list()).containsExactly("secret");
    }
}
