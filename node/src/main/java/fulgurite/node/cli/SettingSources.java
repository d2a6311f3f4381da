package fulgurite.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import fulgurite.node.NodeStartException;
import fulgurite.node.SettingNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where a node's settings come from, the first that says something wins: options, environment variables, the file of
 * {@code --conf}, the built-in ones. Each value remembers its origin.
 */
final class SettingSources {
    private static final String CONF_VARIABLE = "FULGURITE_CONF";
    /** Variables of the prefix that are no settings: for the launcher, the log and the shell. */
    private static final SortedSet<String> OTHERS = new TreeSet<>(
            List.of(CONF_VARIABLE, "FULGURITE_HEAP", "FULGURITE_HOME", "FULGURITE_LOG", "FULGURITE_LOG_FORMAT"));
    private static final String HIDDEN = "\"(hidden)\"";

    private SettingSources() {}

    /**
     * What is set, without the built-in values.
     *
     * @param options by the names of settings
     * @param conf of {@code --conf}
     * @throws NodeStartException when a name is no setting's, or the file cannot be read
     */
    static Config given(Map<String, ConfigValue> options, Optional<Path> conf, Map<String, String> environment) {
        Config set = ConfigFactory.empty();
        for (var option : options.entrySet()) set = set.withValue(option.getKey(), option.getValue());
        Optional<Path> file = conf.or(() -> Optional.ofNullable(environment.get(CONF_VARIABLE)).map(Path::of));
        try {
            Config given = set.withFallback(ofEnvironment(environment))
                    .withFallback(file.map(SettingSources::read).orElseGet(ConfigFactory::empty))
                    .resolve();
            SettingNames.check(given);
            return given;
        } catch (ConfigException e) {
            throw new NodeStartException("the settings cannot be read: " + e.getMessage());
        }
    }

    /** What an option sets. */
    static ConfigValue option(String name, Object value) {
        return ConfigValueFactory.fromAnyRef(value, "option " + name);
    }

    private static Config read(Path file) {
        if (!Files.exists(file) || Files.isDirectory(file))
            throw new NodeStartException("there is no file of settings " + file);
        return ConfigFactory.parseFile(file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    /** Lists are divided by commas; an empty variable is an empty value. */
    private static Config ofEnvironment(Map<String, String> environment) {
        Config set = ConfigFactory.empty();
        for (String path : SettingNames.all().keySet()) {
            String variable = SettingNames.variable(path);
            String value = environment.get(variable);
            if (value == null) continue;
            Object parsed = SettingNames.isList(path)
                    ? Arrays.stream(value.split(",")).map(String::strip).filter(one -> !one.isEmpty()).toList()
                    : value;
            set = set.withValue(path, ConfigValueFactory.fromAnyRef(parsed, "environment variable " + variable));
        }
        return set;
    }

    /**
     * A line for each variable that looks like a setting and is none. Not an error: container platforms set variables of
     * their own, named after the service.
     */
    static List<String> warnings(Map<String, String> environment) {
        var known = new TreeSet<>(OTHERS);
        SettingNames.all().keySet().forEach(path -> known.add(SettingNames.variable(path)));
        var warnings = new ArrayList<String>();
        for (String name : new TreeSet<>(environment.keySet()))
            if (name.startsWith("FULGURITE_") && !known.contains(name))
                warnings.add("warning: " + name
                        + " sets nothing; did you mean " + SettingNames.variable(SettingNames.nearest(likePath(name)))
                        + "?");
        return warnings;
    }

    private static String likePath(String variable) {
        return variable.substring("FULGURITE_".length()).toLowerCase(java.util.Locale.ROOT).replace('_', '.');
    }

    /** Every setting as it is in force, one a line, with its origin; secrets are hidden. It can be read as a file again. */
    static String print(Config given) {
        Config all = given.withFallback(SettingNames.builtIn()).resolve();
        var out = new StringBuilder();
        for (String path : SettingNames.all().keySet()) {
            ConfigValue value = find(all, path);
            String origin = given.hasPathOrNull(path) ? value.origin().description() : "built in";
            out.append(path).append(" = ").append(shown(path, value)).append("  # ").append(origin).append('\n');
        }
        return out.toString();
    }

    private static ConfigValue find(Config all, String path) {
        ConfigValue value = all.root();
        for (String key : ConfigUtil.splitPath(path)) value = ((com.typesafe.config.ConfigObject) value).get(key);
        return value;
    }

    private static String shown(String path, ConfigValue value) {
        boolean empty = value.valueType() == ConfigValueType.NULL || "".equals(value.unwrapped())
                || value instanceof ConfigList list && list.isEmpty();
        if (SettingNames.isSecret(path) && !empty) return HIDDEN;
        String text = value.render(ConfigRenderOptions.concise());
        // An address that carries its user and password.
        return text.replaceAll("://[^/@\"]*@", "://(hidden)@");
    }
}
