package fulgurite.simulator.fuzz;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts what happened, by a name for people: so that it is seen that the fuzzer reaches what it claims. */
final class Tally {
    private final SortedMap<String, Long> counts = new TreeMap<>();

    void count(String what) {
        add(what, 1);
    }

    void add(String what, long many) {
        if (many != 0) counts.merge(what, many, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach(this::add);
    }

    SortedMap<String, Long> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }
}
