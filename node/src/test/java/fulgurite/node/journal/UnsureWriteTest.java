package fulgurite.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnsureWriteTest {
    private final UnsureWrite<String> write = new UnsureWrite<>();
    private final List<String> done = new ArrayList<>();

    @Test
    void what_was_answered_is_done_at_once_and_not_again_when_the_journal_is_read() {
        write.begin(7, done::add);

        write.written("seven");

        assertThat(done).containsExactly("seven");
        assertThat(write.recovered(7, "read")).isTrue();
        assertThat(done).hasSize(1);
    }

    @Test
    void what_is_stored_though_a_failure_was_told_is_done_once_with_the_state_that_was_read() {
        write.begin(7, done::add);

        assertThat(write.recovered(7, "read")).isTrue();
        assertThat(write.recovered(7, "read again")).isTrue();

        assertThat(done).containsExactly("read");
    }

    @Test
    void what_is_not_stored_is_never_done() {
        write.begin(7, done::add);

        assertThat(write.recovered(4, "read")).isFalse();
        // Others have written since.
        assertThat(write.recovered(9, "later")).isTrue();

        assertThat(done).isEmpty();
    }

    @Test
    void at_a_first_start_there_is_nothing_to_do() {
        assertThat(write.recovered(0, "")).isTrue();
        assertThat(done).isEmpty();
    }

    @Test
    void what_leads_to_the_next_write_begins_it() {
        write.begin(1, first -> write.begin(2, done::add));

        write.written("one");
        write.written("two");

        assertThat(done).containsExactly("two");
    }
}
