package fulgurite.simulator.engine;

import akka.actor.ActorRef;
import akka.persistence.PersistentRepr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The events of one persistent actor, oldest first, as they lie on the engine's disk. Of each only the event itself is
 * kept, which actors may share; what Akka wraps around it is the same for all that one life of an actor writes in a row,
 * and is made anew when it reads. So a simulation of many nodes that all journal the same gossip pays one reference an
 * event.
 */
final class StoredEvents {
    private final List<Row> rows = new ArrayList<>();

    /** What one life has written without a gap. @param first number of its first event */
    private record Row(String persistenceId, String writer, String manifest, long first, ArrayList<Object> events) {
        long after() {
            return first + events.size();
        }

        boolean isContinuedBy(PersistentRepr next) {
            return next.sequenceNr() == after() && next.writerUuid().equals(writer) && next.manifest().equals(manifest);
        }

        PersistentRepr at(int index, Object event) {
            return PersistentRepr.apply(event, first + index, persistenceId, manifest, false, ActorRef.noSender(),
                    writer);
        }
    }

    void add(PersistentRepr written) {
        if (rows.isEmpty() || !rows.getLast().isContinuedBy(written))
            rows.add(new Row(written.persistenceId(), written.writerUuid(), written.manifest(), written.sequenceNr(),
                    new ArrayList<>()));
        rows.getLast().events.add(written.payload());
    }

    /** The number of the newest event; 0: there is none. */
    long highest() {
        return rows.isEmpty() ? 0 : rows.getLast().after() - 1;
    }

    List<Object> events() {
        var all = new ArrayList<>();
        for (Row row : rows) all.addAll(row.events);
        return all;
    }

    /** @param from lowest number; @param to highest; @param most events to read */
    void read(long from, long to, long most, Journals.Disk disk, Consumer<PersistentRepr> reader) {
        var wanted = new ArrayList<PersistentRepr>();
        for (Row row : rows) {
            int begin = Math.clamp(from - row.first, 0, row.events.size());
            for (int i = begin; i < row.events.size() && row.first + i <= to && wanted.size() < most; i++)
                wanted.add(row.at(i, disk.reread(row.events.get(i))));
        }
        wanted.forEach(reader);
    }

    /** Forgets the events up to that number. */
    void delete(long to) {
        var left = new ArrayList<Row>();
        for (Row row : rows) {
            int gone = Math.clamp(to + 1 - row.first, 0, row.events.size());
            if (gone < row.events.size())
                left.add(new Row(row.persistenceId, row.writer, row.manifest, row.first + gone,
                        new ArrayList<>(row.events.subList(gone, row.events.size()))));
        }
        rows.clear();
        rows.addAll(left);
    }
}
