package fulgurite.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.seed.Passphrase;
import fulgurite.node.seed.Seed;
import fulgurite.node.seed.SeedFile;
import fulgurite.protocol.units.BlockHeight;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SeedCommandTest {
    private static final String WORDS = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";

    @TempDir
    Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path data;
    private Path passphrase;

    @BeforeEach
    void write() throws IOException {
        data = directory.resolve("data");
        passphrase = Files.writeString(directory.resolve("passphrase"), "of nine letters\nand no more\n");
    }

    @Test
    void create_shows_the_words_once_and_keeps_them_encrypted() throws IOException {
        assertThat(run("create", "--data", data.toString(), "--words", "12", "--passphrase-file",
                passphrase.toString())).isZero();

        Seed seed = SeedFile.in(data).read(Passphrase.of("of nine letters"));
        assertThat(seed.words().split(" ")).hasSize(12);
        assertThat(seed.birth()).isEqualTo(new Seed.Birth.Now());
        assertThat(out.toString()).containsOnlyOnce(seed.words()).doesNotContain("letters");
        for (String word : seed.words().split(" "))
            assertThat(Files.readString(data.resolve("seed")).split(" ")).doesNotContain(word);
        assertThat(run("create", "--data", data.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("already");
    }

    @Test
    void restore_brings_the_same_seed_back_with_the_height_of_its_birth() throws IOException {
        Path words = Files.writeString(directory.resolve("words"), WORDS);

        assertThat(run("restore", "--data", data.toString(), "--words-file", words.toString(), "--birth-height", "800",
                "--passphrase-file", passphrase.toString())).isZero();
        assertThat(SeedFile.in(data).read(Passphrase.of("of nine letters")))
                .isEqualTo(new Seed(WORDS, new Seed.Birth.At(new BlockHeight(800))));
        assertThat(out.toString()).contains("from block 800 on").doesNotContain("zoo");
    }

    @Test
    void restore_refuses_words_that_are_none_without_repeating_them() throws IOException {
        Path words = Files.writeString(directory.resolve("words"), WORDS.replace("wrong", "zoo"));

        assertThat(run("restore", "--data", data.toString(), "--words-file", words.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("BIP 39").doesNotContain("zoo");
        assertThat(SeedFile.in(data).exists()).isFalse();
    }

    @Test
    void a_passphrase_is_changed_and_taken_away_but_only_with_the_old_one() throws IOException {
        Path words = Files.writeString(directory.resolve("words"), WORDS);
        Path next = Files.writeString(directory.resolve("next"), "another");
        run("restore", "--data", data.toString(), "--words-file", words.toString(), "--passphrase-file",
                passphrase.toString());

        assertThat(run("passphrase", "--data", data.toString(), "--passphrase-file", next.toString(),
                "--new-passphrase-file", next.toString())).isEqualTo(1);
        assertThat(run("passphrase", "--data", data.toString(), "--passphrase-file", passphrase.toString(),
                "--new-passphrase-file", next.toString())).isZero();
        assertThat(SeedFile.in(data).read(Passphrase.of("another")).words()).isEqualTo(WORDS);
        assertThat(run("passphrase", "--data", data.toString(), "--passphrase-file", next.toString(), "--none"))
                .isZero();
        assertThat(SeedFile.in(data).isSealed()).isFalse();
        assertThat(SeedFile.in(data).read(Passphrase.NONE).words()).isEqualTo(WORDS);
    }

    @Test
    void what_is_wrong_with_a_file_is_one_line_that_names_it_and_nothing_is_made() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        String none = directory.resolve("none").toString();

        assertRefused(file + ": something else has that name", "create", "--data", file.toString());
        assertRefused("a seed has 12 or 24 words, not 13", "create", "--data", data.toString(), "--words", "13");
        assertRefused(none + ": there is no such file", "restore", "--data", data.toString(), "--words-file", none);
        assertRefused(directory + ": Is a directory", "restore", "--data", data.toString(), "--words-file",
                directory.toString());
        assertRefused("there is no seed in " + none, "passphrase", "--data", none);
        assertThat(Path.of(none)).doesNotExist();
        assertThat(SeedFile.in(data).exists()).isFalse();
    }

    private void assertRefused(String reason, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().startsWith("error: ").contains(reason);
    }

    private int run(String... arguments) {
        return new CommandLine(new SeedCommand()).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
