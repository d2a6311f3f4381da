package fulgurite.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import fulgurite.node.NodeSettings;
import fulgurite.node.journal.JournalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings in docker-compose.yml are settings, as our own code reads them. No container is run. */
class ComposeFileTest {
    private static final Path FILE = Path.of("..", "docker-compose.yml");
    private static final Pattern VARIABLE = Pattern.compile("(FULGURITE_[A-Z_]+): ([^,}\\s]+)");

    @TempDir
    private Path directory;

    @Test
    void what_the_nodes_of_the_compose_file_are_told_is_understood() throws IOException {
        var environment = environment();
        Config given = SettingSources.given(Map.of(), Optional.empty(), environment);
        NodeSettings settings = NodeSettings.of(given);

        assertThat(SettingSources.warnings(environment)).isEmpty();
        assertThat(given.getString("chain.url")).isEqualTo("http://bitcoind:18443");
        assertThat(settings.api().tls()).isPresent();
        assertThat(settings.api().hosts()).containsExactly("carol");
        assertThat(settings.listen()).hasValueSatisfying(
                at -> assertThat(at).hasToString("0.0.0.0:9735"));
    }

    @Test
    void the_nodes_of_the_compose_file_keep_their_journals_in_its_postgresql() throws IOException {
        String file = Files.readString(FILE);
        NodeSettings settings = NodeSettings.of(SettingSources.given(Map.of(), Optional.empty(), environment()));

        assertThat(settings.journal().store(directory)).isInstanceOfSatisfying(JournalStore.Postgres.class,
                store -> assertThat(store.toString()).contains("postgresql:5432/fulgurite")
                        .doesNotContain("regtest-only"));
        // The server's own name, database and user are those that the nodes ask for.
        assertThat(file).contains("\n  postgresql:\n    image: postgres:", "POSTGRES_DB: fulgurite",
                "POSTGRES_USER: fulgurite", "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-regtest-only}");
        assertThat(file.split("<<: \\*settings", -1)).hasSize(4);
    }

    /** The containers write the password into a file at their start; here it is another one. */
    private TreeMap<String, String> environment() throws IOException {
        String file = Files.readString(FILE);
        var environment = new TreeMap<String, String>();
        VARIABLE.matcher(file).results().forEach(one -> environment.put(one.group(1), one.group(2)));
        assertThat(file).contains("printenv POSTGRES_PASSWORD > " + environment.get("FULGURITE_JOURNAL_PASSWORD_FILE"));
        Path password = Files.writeString(directory.resolve("password"), "regtest-only\n");
        environment.put("FULGURITE_JOURNAL_PASSWORD_FILE", password.toString());
        return environment;
    }
}
