package fulgurite.node.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.crypto.Scrypt;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedFileTest {
    private static final String WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    private static final Seed SEED = new Seed(WORDS, new Seed.Birth.At(new BlockHeight(850_000)));
    private static final Bytes32 SALT = Bytes32.fromHex("5a".repeat(32));
    /** A test's time is not worth a guess's. */
    private static final Scrypt.Cost CHEAP = new Scrypt.Cost(1 << 4, 8, 1);

    @TempDir
    Path directory;

    @Test
    void keeps_a_seed_under_a_passphrase_and_gives_it_back() throws IOException {
        SeedFile file = sealed("a passphrase");

        assertThat(file.isSealed()).isTrue();
        assertThat(file.read(Passphrase.of("a passphrase"))).isEqualTo(SEED);
        assertThat(Files.readString(file.path())).startsWith("FULGURITE-SEED 1 scrypt 16 8 1 5a5a")
                .doesNotContain("winner", "850000");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path()))).isEqualTo("rw-------");
        assertThat(file.isOpenToOthers()).isFalse();
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void a_new_seed_costs_whoever_guesses_64_mib_and_a_salt_of_its_own() {
        SeedFile file = SeedFile.in(directory);
        file.create(SEED, Optional.of("a passphrase"), SALT);

        assertThat(file.path()).content().startsWith("FULGURITE-SEED 1 scrypt 65536 8 2 " + SALT.toHex());
        assertThat(file.read(Passphrase.of("a passphrase"))).isEqualTo(SEED);
    }

    @Test
    void does_not_open_without_the_passphrase_or_with_another_and_shows_neither() {
        SeedFile file = sealed("correct");

        assertThatThrownBy(() -> file.read(Passphrase.NONE)).isInstanceOf(SeedException.class)
                .hasMessageContaining("FULGURITE_PASSPHRASE");
        assertThatThrownBy(() -> file.read(Passphrase.of("secret guess"))).isInstanceOf(SeedException.class)
                .hasMessageContaining("does not open")
                .hasMessageNotContaining("guess")
                .hasMessageNotContaining("winner");
    }

    @Test
    void does_not_open_when_any_part_of_it_was_changed() throws IOException {
        SeedFile file = sealed("a passphrase");
        String text = Files.readString(file.path());
        int salt = text.indexOf("5a5a");
        int body = text.indexOf(' ', salt) + 1;
        for (int at : new int[]{salt, salt + 63, body, text.strip().length() - 1}) {
            var changed = new StringBuilder(text);
            changed.setCharAt(at, text.charAt(at) == '0' ? '1' : '0');
            Files.writeString(file.path(), changed);
            assertThatThrownBy(() -> file.read(Passphrase.of("a passphrase"))).as("position " + at)
                    .isInstanceOf(SeedException.class);
        }
        for (String wrong : new String[]{text.substring(0, 40), text.replace(" 1 scrypt", " 2 scrypt"),
                text.replace("scrypt 16 8 1", "scrypt 1048576 32 16")}) {
            Files.writeString(file.path(), wrong);
            assertThatThrownBy(() -> file.read(Passphrase.of("a passphrase"))).isInstanceOf(SeedException.class)
                    .hasMessageContaining("cannot be read");
        }
    }

    @Test
    void a_passphrase_is_the_same_however_a_keyboard_composes_its_letters() {
        SeedFile file = sealed("caf\u00e9");

        assertThat(file.read(Passphrase.of("cafe\u0301"))).isEqualTo(SEED);
    }

    @Test
    void reads_a_seed_in_clear_with_and_without_its_birth() throws IOException {
        SeedFile file = SeedFile.in(directory);
        Files.writeString(file.path(), WORDS + "\n");
        assertThat(file.read(Passphrase.NONE).birth()).isEqualTo(new Seed.Birth.At(new BlockHeight(0)));
        assertThat(file.isSealed()).isFalse();

        file.replace(SEED, Optional.empty(), SALT);
        assertThat(file.read(Passphrase.NONE)).isEqualTo(SEED);
        file.replace(new Seed(WORDS, new Seed.Birth.Now()), Optional.of("later"), SALT);
        assertThat(file.read(Passphrase.of("later")).birth()).isEqualTo(new Seed.Birth.Now());
    }

    @Test
    void never_replaces_a_seed_by_a_new_one() {
        SeedFile file = sealed("a passphrase");

        assertThatThrownBy(() -> file.create(Seed.fresh(SALT, 24), Optional.empty(), SALT))
                .isInstanceOf(SeedException.class)
                .hasMessageContaining("already");
        assertThat(file.read(Passphrase.of("a passphrase"))).isEqualTo(SEED);
    }

    @Test
    void says_when_others_may_read_it() throws IOException {
        SeedFile file = sealed("a passphrase");
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r-----"));

        assertThat(file.isOpenToOthers()).isTrue();
    }

    @Test
    void a_fresh_seed_has_twelve_or_twenty_four_words_and_its_text_form_none() {
        assertThat(Seed.fresh(SALT, 12).words().split(" ")).hasSize(12);
        assertThat(Seed.fresh(SALT, 24).words().split(" ")).hasSize(24);
        assertThatThrownBy(() -> Seed.fresh(SALT, 15)).isInstanceOf(IllegalArgumentException.class);
        assertThat(SEED.toString()).doesNotContain("winner");
        assertThatThrownBy(() -> new Seed("abandon abandon about", new Seed.Birth.Now()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("abandon");
    }

    private SeedFile sealed(String passphrase) {
        SeedFile file = SeedFile.in(directory);
        file.create(SEED, Optional.of(passphrase), SALT, CHEAP);
        return file;
    }
}
