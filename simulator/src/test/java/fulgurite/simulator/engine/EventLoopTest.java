package fulgurite.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private final EventLoop loop = new EventLoop(TaskOrder.FIRST_COME, 0);
    private final List<String> log = new ArrayList<>();

    @Test
    void timers_fire_by_time_and_at_one_time_in_the_order_in_which_they_were_set() {
        at(30, "late");
        at(10, "first of two");
        at(20, "middle");
        at(10, "second of two");

        loop.runFor(Duration.ofMillis(25));
        assertThat(log).containsExactly("first of two at 10", "second of two at 10", "middle at 20");

        loop.runFor(Duration.ofMillis(25));
        assertThat(log).endsWith("late at 30");
        assertThat(loop.now()).isEqualTo(Duration.ofMillis(50).toNanos());
    }

    @Test
    void time_stands_still_while_anything_is_ready() {
        loop.schedule(Duration.ofMillis(10), () -> {
            note("timer");
            loop.execute(() -> {
                note("task");
                loop.execute(() -> note("task of a task"));
            });
        });
        at(11, "next timer");

        loop.runFor(Duration.ofSeconds(1));

        assertThat(log).containsExactly("timer at 10", "task at 10", "task of a task at 10", "next timer at 11");
    }

    @Test
    void a_cancelled_timer_does_not_fire() {
        EventLoop.Timer timer = loop.schedule(Duration.ofMillis(5), () -> note("never"));
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        EventLoop.Timer fired = loop.schedule(Duration.ofMillis(5), () -> note("fired"));

        loop.runFor(Duration.ofSeconds(1));

        assertThat(log).containsExactly("fired at 5");
        assertThat(fired.cancel()).isFalse();
        assertThat(fired.isCancelled()).isFalse();
    }

    @Test
    void a_timer_cancelled_by_another_of_the_same_instant_does_not_fire() {
        var second = new EventLoop.Timer[1];
        loop.schedule(Duration.ofMillis(5), () -> second[0].cancel());
        second[0] = loop.schedule(Duration.ofMillis(5), () -> note("never"));
        loop.runFor(Duration.ofSeconds(1));
        assertThat(log).isEmpty();
    }

    @Test
    void a_run_stops_where_its_condition_holds() {
        at(10, "a");
        at(20, "b");
        assertThat(loop.runUntil(() -> log.size() == 1, Duration.ofSeconds(1))).isTrue();
        assertThat(loop.now()).isEqualTo(Duration.ofMillis(10).toNanos());
        assertThat(loop.runUntil(() -> log.size() == 3, Duration.ofSeconds(1))).isFalse();
        assertThat(loop.now()).isEqualTo(Duration.ofMillis(1010).toNanos());
    }

    @Test
    void what_a_task_throws_ends_the_run() {
        var fault = new IllegalStateException("broken");
        loop.schedule(Duration.ofMillis(7), () -> {
            throw fault;
        });
        assertThatThrownBy(() -> loop.runFor(Duration.ofSeconds(1))).isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("PT0.007S")
                .hasCause(fault);
    }

    @Test
    void work_from_another_thread_is_a_fault() throws InterruptedException {
        var stranger = new Thread(() -> loop.execute(() -> note("foreign")), "stranger");
        stranger.start();
        stranger.join();
        assertThatThrownBy(() -> loop.runFor(Duration.ofSeconds(1))).hasMessageContaining("the thread stranger");
        assertThat(log).isEmpty();
        loop.runReady();
        assertThat(log).containsExactly("foreign at 0");
    }

    @Test
    void admitted_work_from_another_thread_comes_after_what_is_ready() throws InterruptedException {
        loop.admitForeignWork();
        var stranger = new Thread(() -> {
            loop.execute(() -> note("foreign"));
            loop.schedule(Duration.ofMillis(3), () -> note("foreign timer"));
        }, "stranger");
        stranger.start();
        stranger.join();
        loop.execute(() -> note("own"));
        loop.runFor(Duration.ofSeconds(1));
        assertThat(log).containsExactly("own at 0", "foreign at 0", "foreign timer at 3");
    }

    @Test
    void another_thread_cannot_run_the_loop() throws InterruptedException {
        var thrown = new ArrayList<Throwable>();
        var stranger = new Thread(() -> loop.runFor(Duration.ZERO));
        stranger.setUncaughtExceptionHandler((thread, failure) -> thrown.add(failure));
        stranger.start();
        stranger.join();
        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_seeded_order_is_the_same_for_a_seed_and_another_for_another() {
        List<Integer> sorted = IntStream.range(0, 50).boxed().toList();
        assertThat(order(1)).isEqualTo(order(1)).isNotEqualTo(sorted).containsExactlyInAnyOrderElementsOf(sorted);
        assertThat(order(2)).isNotEqualTo(order(1)).containsExactlyInAnyOrderElementsOf(sorted);
    }

    private static List<Integer> order(long seed) {
        var seeded = new EventLoop(TaskOrder.SEEDED, seed);
        var ran = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            seeded.execute(() -> ran.add(number));
        }
        seeded.runReady();
        return ran;
    }

    private void at(long millis, String what) {
        loop.schedule(Duration.ofMillis(millis), () -> note(what));
    }

    private void note(String what) {
        log.add(what + " at " + Duration.ofNanos(loop.now()).toMillis());
    }
}
