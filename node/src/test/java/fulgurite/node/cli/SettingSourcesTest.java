package fulgurite.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.NodeStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingSourcesTest {
    @TempDir
    private Path directory;

    @Test
    void an_option_goes_before_a_variable_and_that_before_the_file() throws IOException {
        Path conf = write("alias = of-the-file, data = of-the-file, listen.port = 1, network = signet");
        Config given = SettingSources.given(Map.of("alias", SettingSources.option("--alias", "of-the-option")),
                Optional.of(conf),
                Map.of("FULGURITE_ALIAS", "of-the-variable", "FULGURITE_DATA", "of-the-variable",
                        "FULGURITE_LISTEN_PORT", "2"));

        assertThat(given.getString("alias")).isEqualTo("of-the-option");
        assertThat(given.getString("data")).isEqualTo("of-the-variable");
        assertThat(given.getInt("listen.port")).isEqualTo(2);
        assertThat(given.getString("network")).isEqualTo("signet");
    }

    @Test
    void a_variable_may_name_the_file_and_lists_are_divided_by_commas() throws IOException {
        Path conf = write("alias = of-the-file");
        Config given = SettingSources.given(Map.of(), Optional.empty(),
                Map.of("FULGURITE_CONF", conf.toString(), "FULGURITE_FEATURES_OFF", "anchors, zeroconf"));

        assertThat(given.getString("alias")).isEqualTo("of-the-file");
        assertThat(given.getStringList("features-off")).containsExactly("anchors", "zeroconf");
    }

    @Test
    void a_name_that_is_none_is_an_error_that_says_where_it_stands_and_what_was_meant() throws IOException {
        Path conf = write("alias = a\nlistne.port = 5");
        assertThatThrownBy(() -> SettingSources.given(Map.of(), Optional.of(conf), Map.of()))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("no setting listne.port")
                .hasMessageContaining(conf + ": 2")
                .hasMessageContaining("did you mean listen.port?");
        Path none = write("relay.fee-base-mast = null");
        assertThatThrownBy(() -> SettingSources.given(Map.of(), Optional.of(none), Map.of()))
                .hasMessageContaining("did you mean relay.fee-base-msat?");
    }

    @Test
    void a_file_that_is_none_is_an_error() throws IOException {
        Path broken = write("alias = {");
        assertThatThrownBy(() -> SettingSources.given(Map.of(), Optional.of(broken), Map.of()))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(
                () -> SettingSources.given(Map.of(), Optional.of(directory.resolve("missing")), Map.of()))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void a_variable_that_sets_nothing_is_told() {
        assertThat(SettingSources.warnings(Map.of("FULGURITE_ALAIS", "x", "FULGURITE_HEAP", "1g", "PATH", "y",
                "FULGURITE_ALIAS", "z"))).singleElement()
                .asString()
                .contains("FULGURITE_ALAIS")
                .contains("did you mean FULGURITE_ALIAS?");
    }

    @Test
    void what_is_printed_hides_secrets_and_can_be_read_again() throws IOException {
        Path conf = write("api.password = tresor, chain.url = \"http://me:tresor@host:1\", relay.fee-millionths = 7");
        Config given = SettingSources.given(Map.of("alias", SettingSources.option("--alias", "alice")),
                Optional.of(conf), Map.of("FULGURITE_CHAIN_USER", "u"));
        String printed = SettingSources.print(given);

        assertThat(printed).doesNotContain("tresor")
                .contains("alias = \"alice\"  # option --alias\n")
                .contains("chain.user = \"u\"  # environment variable FULGURITE_CHAIN_USER\n")
                .contains("relay.fee-millionths = 7  # " + conf + ": 1\n")
                .contains("listen.port = 9735  # built in\n")
                .contains("channels.minimum-depth-blocks = null  # built in\n");
        Config again = ConfigFactory.parseString(printed);
        assertThat(again.getLong("relay.fee-millionths")).isEqualTo(7);
        assertThat(again.getString("alias")).isEqualTo("alice");
    }

    @Test
    void the_secrets_of_a_conformance_suite_are_hidden_too() throws IOException {
        String one = "1".repeat(64);
        Path conf = write("conformance { node-private-key = " + one + ", funding-private-keys = [" + one + "]\n"
                + "revocation-basepoint-secret = " + one + ", shachain-seed = " + one + " }");

        assertThat(SettingSources.print(SettingSources.given(Map.of(), Optional.of(conf), Map.of())))
                .doesNotContain(one)
                .contains("conformance.htlc-timeouts = \"on\"  # built in\n");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "node", ".conf"), text);
    }
}
