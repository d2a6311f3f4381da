package fulgurite.node.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ErrandsTest {
    private final List<String> begun = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<CompletableFuture<String>> open = new ArrayList<>();
    private final Errands<String> errands = new Errands<>((work, failed) -> work
            .whenComplete((result, failure) -> told.add(failure == null ? result : failed.apply("no"))));

    private void add(String name) {
        errands.add(() -> {
            begun.add(name);
            var done = new CompletableFuture<String>();
            open.add(done);
            return done;
        }, reason -> name + ": " + reason);
    }

    @Test
    void they_are_done_one_after_another_in_their_order() {
        add("first");
        add("second");
        assertThat(begun).containsExactly("first");
        open.getFirst().complete("first done");
        errands.done();
        errands.next();

        assertThat(told).containsExactly("first done");
        assertThat(begun).containsExactly("first", "second");
    }

    @Test
    void what_the_end_of_one_asks_for_begins_no_second_one_at_once() {
        add("first");
        add("second");
        add("third");
        open.getFirst().complete("first done");
        errands.done();
        add("asked for by the first");
        errands.next();
        assertThat(begun).containsExactly("first", "second");
    }

    @Test
    void one_that_fails_is_told_and_the_next_one_begins() {
        add("first");
        add("second");
        open.getFirst().completeExceptionally(new IllegalStateException());
        errands.done();
        errands.next();

        assertThat(told).containsExactly("first: no");
        assertThat(begun).containsExactly("first", "second");
    }
}
