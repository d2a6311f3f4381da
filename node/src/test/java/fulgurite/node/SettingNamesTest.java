package fulgurite.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingNamesTest {
    @Test
    void every_setting_is_explained_where_it_stands_or_by_its_group() {
        Config builtIn = SettingNames.builtIn();
        for (String path : SettingNames.all().keySet()) {
            List<String> keys = ConfigUtil.splitPath(path);
            boolean explained = false;
            com.typesafe.config.ConfigObject object = builtIn.root();
            for (String key : keys) {
                var value = object.get(key);
                explained |= !value.origin().comments().isEmpty();
                if (value instanceof com.typesafe.config.ConfigObject inner) object = inner;
            }
            assertThat(explained).as("%s has a comment in settings.conf", path).isTrue();
        }
    }

    @Test
    void every_setting_has_a_variable_of_its_own() {
        assertThat(SettingNames.all().keySet().stream().map(SettingNames::variable)).doesNotHaveDuplicates()
                .contains("FULGURITE_CHAIN_PASSWORD_FILE", "FULGURITE_LISTEN_PORT")
                .doesNotContain("FULGURITE_HEAP", "FULGURITE_HOME", "FULGURITE_LOG", "FULGURITE_LOG_FORMAT",
                        "FULGURITE_CONF");
    }

    @Test
    void the_nearest_name_is_the_one_with_the_fewest_changes() {
        assertThat(SettingNames.nearest("alais")).isEqualTo("alias");
        assertThat(SettingNames.nearest("chain.password")).isEqualTo("chain.password-file");
        assertThat(SettingNames.nearest("channels.minimum-depth")).isEqualTo("channels.minimum-depth-blocks");
    }

    @Test
    void passwords_are_secrets_and_the_names_of_files_are_not() {
        assertThat(SettingNames.isSecret("api.password")).isTrue();
        assertThat(SettingNames.isSecret("chain.password-file")).isFalse();
        assertThat(SettingNames.isSecret("listen.port")).isFalse();
    }
}
