package fulgurite.node.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where a call is found in the REST interface. @param path of {@code /name} and {@code /{parameter}} parts, below {@code /v1} */
record Rest(Verb verb, String path) {
    /** The methods of HTTP in use; GET changes nothing. */
    enum Verb {
        GET, POST, DELETE
    }

    static Rest get(String path) {
        return new Rest(Verb.GET, path);
    }

    static Rest post(String path) {
        return new Rest(Verb.POST, path);
    }

    static Rest delete(String path) {
        return new Rest(Verb.DELETE, path);
    }

    /** The names of the parameters that the path carries. */
    List<String> inPath() {
        var names = new ArrayList<String>();
        for (String part : path.split("/")) if (isParameter(part)) names.add(nameOf(part));
        return names;
    }

    /** The values that {@code given} has for this path's parameters; empty when it is another path. */
    Optional<SortedMap<String, String>> match(String given) {
        String[] ours = path.split("/", -1);
        String[] theirs = given.split("/", -1);
        if (ours.length != theirs.length) return Optional.empty();
        var values = new TreeMap<String, String>();
        for (int i = 0; i < ours.length; i++)
            if (isParameter(ours[i]) && !theirs[i].isEmpty()) values.put(nameOf(ours[i]), theirs[i]);
            else if (!ours[i].equals(theirs[i])) return Optional.empty();
        return Optional.of(values);
    }

    private static boolean isParameter(String part) {
        return part.startsWith("{");
    }

    private static String nameOf(String part) {
        return part.substring(1, part.length() - 1);
    }
}
