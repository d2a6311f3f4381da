package fulgurite.simulator.engine;

import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What the persistent actors of an engine have written, by their persistence ids: it outlives the actors, as a disk
 * does. A {@link Gate} may judge every write, so that a crash can be put exactly before or after one.
 */
public final class Journals {
    /** What becomes of a write. */
    public enum Fate {
        /** It is stored, and the writer hears of it. */
        STORED,
        /** It is stored, and the writer does not hear of it until {@link Journals#answerTheDead}. */
        STORED_UNANSWERED,
        /** It is lost, and the writer hears nothing until {@link Journals#answerTheDead}. */
        LOST,
        /** It is lost, and the writer hears of a failure. */
        REFUSED,
        /** It is stored, and the writer hears of a failure, as when a connection ends before the answer. */
        STORED_REFUSED
    }

    /** What a writer hears. */
    enum Answer {
        DONE, FAILED, LATER
    }

    /** Stands before the disk. */
    public interface Gate {
        /** @param events of one write, in order */
        Fate judge(String persistenceId, List<Object> events);

        /** A reader begins to recover. */
        default void recovering(String persistenceId) {}
    }

    /** Events as they come back from a disk: by default the objects that were written. */
    @FunctionalInterface
    public interface Disk {
        Object reread(Object event);
    }

    private final SortedMap<String, StoredEvents> byId = new TreeMap<>();
    private final List<Runnable> unanswered = new ArrayList<>();
    private Gate gate = (persistenceId, events) -> Fate.STORED;
    private Disk disk = event -> event;

    Journals() {}

    /** Replaces the gate. */
    public void guard(Gate another) {
        gate = Objects.requireNonNull(another);
    }

    /** Replaces what a stored event is turned into when it is read, as by writing it to bytes and reading these. */
    public void readThrough(Disk another) {
        disk = Objects.requireNonNull(another);
    }

    /**
     * Answers the writes that were left without an answer. Their writers must have ended: a journal answers in order,
     * so that while one waits all wait.
     */
    public void answerTheDead() {
        List<Runnable> due = List.copyOf(unanswered);
        unanswered.clear();
        due.forEach(Runnable::run);
    }

    /** The ids under which something was written. */
    public List<String> ids() {
        return List.copyOf(byId.keySet());
    }

    /** The events under an id, oldest first; none for an unknown id. */
    public List<Object> events(String persistenceId) {
        return stored(persistenceId).events();
    }

    /** @param answer kept, when it is to come later */
    Answer write(AtomicWrite write, Runnable answer) {
        List<PersistentRepr> written = CollectionConverters.asJava(write.payload());
        Fate fate = gate.judge(write.persistenceId(), written.stream().map(PersistentRepr::payload).toList());
        if (fate != Fate.LOST && fate != Fate.REFUSED)
            written.forEach(byId.computeIfAbsent(write.persistenceId(), first -> new StoredEvents())::add);
        return switch (fate) {
            case STORED -> Answer.DONE;
            case REFUSED -> Answer.FAILED;
            case STORED_REFUSED -> Answer.FAILED;
            case STORED_UNANSWERED -> later(answer);
            case LOST -> later(answer);
        };
    }

    private Answer later(Runnable answer) {
        unanswered.add(answer);
        return Answer.LATER;
    }

    long highest(String persistenceId) {
        return stored(persistenceId).highest();
    }

    void read(String persistenceId, long from, long to, long most, Consumer<PersistentRepr> reader) {
        gate.recovering(persistenceId);
        stored(persistenceId).read(from, to, most, disk, reader);
    }

    void delete(String persistenceId, long to) {
        stored(persistenceId).delete(to);
    }

    private StoredEvents stored(String persistenceId) {
        return byId.getOrDefault(persistenceId, new StoredEvents());
    }
}
