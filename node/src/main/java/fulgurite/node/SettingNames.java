package fulgurite.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The names of all settings: those of the built-in {@code fulgurite/settings.conf}, and no other. */
public final class SettingNames {
    private static final Config BUILT_IN = ConfigFactory.parseResources("fulgurite/settings.conf");
    private static final SortedMap<String, ConfigValue> ALL = leaves(BUILT_IN.root());
    private static final String PREFIX = "FULGURITE_";

    private SettingNames() {}

    /** Every setting with its value if nothing else is said. */
    public static Config builtIn() {
        return BUILT_IN;
    }

    /** Every setting's path, such as {@code listen.port}, with its built-in value, which may be null. */
    public static SortedMap<String, ConfigValue> all() {
        return ALL;
    }

    /** The values in {@code object} that are no objects themselves, nulls too, by their paths. */
    static SortedMap<String, ConfigValue> leaves(ConfigObject object) {
        var found = new TreeMap<String, ConfigValue>();
        collect("", object, found);
        return found;
    }

    private static void collect(String above, ConfigObject object, SortedMap<String, ConfigValue> found) {
        for (var entry : object.entrySet()) {
            String path = above + ConfigUtil.joinPath(entry.getKey());
            if (entry.getValue() instanceof ConfigObject inner && !inner.isEmpty()) collect(path + ".", inner, found);
            else found.put(path, entry.getValue());
        }
    }

    /** @throws NodeStartException when {@code given} has a name that is none; it says which was meant, as far as one can tell */
    public static void check(Config given) {
        for (var entry : leaves(given.root()).entrySet())
            if (!ALL.containsKey(entry.getKey()))
                throw new NodeStartException("there is no setting " + entry.getKey() + " ("
                        + entry.getValue().origin().description() + "); did you mean " + nearest(entry.getKey())
                        + "? 'fulgurite node --print-config' shows all");
    }

    /** The setting that was meant, probably: one that this is the beginning of, else the one that is written most like it. */
    public static String nearest(String name) {
        return ALL.keySet()
                .stream()
                .min(Comparator.comparingInt((String known) -> known.startsWith(name) ? 0 : distance(name, known))
                        .thenComparing(known -> known))
                .orElseThrow();
    }

    /** The environment variable that sets it: {@code listen.port} is {@code FULGURITE_LISTEN_PORT}. */
    public static String variable(String path) {
        return PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Whether the setting holds what nobody else may see. A file's name is no secret. */
    public static boolean isSecret(String path) {
        // The address of a database may hold its password.
        if (path.equals("journal.url")) return true;
        return !path.endsWith("-file") && List.of("password", "passphrase", "secret", "seed", "private-key", "token")
                .stream()
                .anyMatch(path::contains);
    }

    public static boolean isList(String path) {
        return ALL.get(path) instanceof ConfigValue value && value.valueType() == ConfigValueType.LIST;
    }

    /** How many letters must be put in, left out or changed. @see <a href="https://en.wikipedia.org/wiki/Levenshtein_distance">Levenshtein</a> */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) above[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
