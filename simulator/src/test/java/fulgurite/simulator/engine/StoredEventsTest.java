package fulgurite.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.persistence.PersistentRepr;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredEventsTest {
    private final StoredEvents stored = new StoredEvents();

    private static PersistentRepr written(long number, Object event, String writer) {
        return PersistentRepr.apply(event, number, "id", "", false, ActorRef.noSender(), writer);
    }

    private List<PersistentRepr> read(long from, long to, long most) {
        var read = new ArrayList<PersistentRepr>();
        stored.read(from, to, most, event -> event, read::add);
        return read;
    }

    private void fill() {
        for (int i = 1; i <= 5; i++) stored.add(written(i, "first " + i, "one"));
        for (int i = 6; i <= 9; i++) stored.add(written(i, "second " + i, "two"));
    }

    @Test
    void nothing_is_stored_at_first() {
        assertThat(stored.highest()).isZero();
        assertThat(stored.events()).isEmpty();
        assertThat(read(1, Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void what_comes_back_is_what_was_written_by_whichever_life() {
        fill();

        List<PersistentRepr> all = read(1, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(all).extracting(PersistentRepr::sequenceNr).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(all).extracting(PersistentRepr::writerUuid).startsWith("one").endsWith("two");
        assertThat(all.get(4)).isEqualTo(written(5, "first 5", "one"));
        assertThat(all.get(5)).isEqualTo(written(6, "second 6", "two"));
        assertThat(stored.highest()).isEqualTo(9);
        assertThat(stored.events()).hasSize(9).startsWith("first 1").endsWith("second 9");
    }

    @Test
    void events_keep_their_identity() {
        Object event = new Object();
        stored.add(written(1, event, "one"));
        assertThat(stored.events()).singleElement().isSameAs(event);
    }

    @Test
    void a_part_is_read_across_lives_and_no_more_than_is_wanted() {
        fill();
        assertThat(read(4, 7, 10)).extracting(PersistentRepr::sequenceNr).containsExactly(4L, 5L, 6L, 7L);
        assertThat(read(4, 7, 3)).extracting(PersistentRepr::sequenceNr).containsExactly(4L, 5L, 6L);
        assertThat(read(8, 100, 10)).extracting(PersistentRepr::sequenceNr).containsExactly(8L, 9L);
        assertThat(read(10, 100, 10)).isEmpty();
        assertThat(read(1, 9, 0)).isEmpty();
    }

    @Test
    void what_is_read_is_read_through_the_disk() {
        fill();
        var read = new ArrayList<Object>();
        stored.read(5, 6, 10, event -> event + " again", one -> read.add(one.payload()));
        assertThat(read).containsExactly("first 5 again", "second 6 again");
    }

    @Test
    void what_is_deleted_is_gone_and_the_others_keep_their_numbers() {
        fill();
        stored.delete(7);
        assertThat(read(1, 100, 100)).extracting(PersistentRepr::sequenceNr).containsExactly(8L, 9L);
        stored.add(written(10, "second 10", "two"));
        assertThat(stored.events()).containsExactly("second 8", "second 9", "second 10");
        stored.delete(3);
        assertThat(stored.events()).hasSize(3);
    }
}
