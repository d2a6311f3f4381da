package fulgurite.node.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The short codes under which a version of the journal writes the kinds that it knew when it began: the number of the
 * kind's line in a file that is never changed again, in base 36. Kinds that came later are written by their names, until
 * a new version begins.
 */
final class KindCodes {
    /** Nothing has a code: version 1. */
    static final KindCodes NONE = new KindCodes(List.of());
    static final KindCodes VERSION_2 = new KindCodes(read("kinds-2.txt"));
    private static final int RADIX = 36;

    private final Map<String, String> byName = new HashMap<>();

    private KindCodes(List<String> names) {
        for (int i = 0; i < names.size(); i++) byName.put(names.get(i), Integer.toString(i, RADIX));
    }

    /** How a kind is written. @param name {@link SealedTypes#nameOf} */
    String codeOf(String name) {
        return byName.getOrDefault(name, name);
    }

    private static List<String> read(String file) {
        try (InputStream in = KindCodes.class.getResourceAsStream("/fulgurite/journal/" + file)) {
            if (in == null) throw new IllegalStateException("the resource " + file + " is missing from the build");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
