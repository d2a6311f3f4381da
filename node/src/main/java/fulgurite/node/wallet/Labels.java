package fulgurite.node.wallet;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a person calls addresses and transactions. Thread-safe. */
public interface Labels {
    /** What a label is put on. @param text the address, or the transaction's id in hex */
    record Subject(Kind kind, String text) implements Comparable<Subject> {
        @Override
        public int compareTo(Subject other) {
            int byKind = kind.compareTo(other.kind);
            return byKind == 0 ? text.compareTo(other.text) : byKind;
        }
    }

    /** As BIP 329 tells them apart. */
    enum Kind {
        ADDR, TX
    }

    /** All of them, in order. */
    SortedMap<Subject, String> all();

    /** Takes the place of what it was called before. @param label blank: it is called nothing any more */
    void put(Subject subject, String label);

    default Optional<String> of(Kind kind, String text) {
        return Optional.ofNullable(all().get(new Subject(kind, text)));
    }

    /** Kept as long as the program runs. */
    static Labels inMemory() {
        return new Labels() {
            private final SortedMap<Subject, String> labels = new TreeMap<>();

            @Override
            public synchronized SortedMap<Subject, String> all() {
                return new TreeMap<>(labels);
            }

            @Override
            public synchronized void put(Subject subject, String label) {
                if (label.isBlank()) labels.remove(subject);
                else labels.put(subject, label.strip());
            }
        };
    }
}
