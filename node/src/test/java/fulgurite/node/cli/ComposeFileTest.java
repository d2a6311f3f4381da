package fulgurite.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import fulgurite.node.NodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The settings in docker-compose.yml are settings, as our own code reads them. No container is run. */
class ComposeFileTest {
    private static final Pattern VARIABLE = Pattern.compile("(FULGURITE_[A-Z_]+): ([^,}\\s]+)");

    @Test
    void what_the_nodes_of_the_compose_file_are_told_is_understood() throws IOException {
        var environment = new TreeMap<String, String>();
        VARIABLE.matcher(Files.readString(Path.of("..", "docker-compose.yml")))
                .results()
                .forEach(one -> environment.put(one.group(1), one.group(2)));
        Config given = SettingSources.given(Map.of(), Optional.empty(), environment);
        NodeSettings settings = NodeSettings.of(given);

        assertThat(SettingSources.warnings(environment)).isEmpty();
        assertThat(given.getString("chain.url")).isEqualTo("http://bitcoind:18443");
        assertThat(settings.api().tls()).isPresent();
        assertThat(settings.api().hosts()).containsExactly("carol");
        assertThat(settings.listen()).hasValueSatisfying(
                at -> assertThat(at).hasToString("0.0.0.0:9735"));
    }
}
