package fulgurite.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EngineTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @EnumSource(TaskOrder.class)
    void a_seed_has_one_trace_and_another_seed_another(TaskOrder order) {
        String first = Chatter.run(7, order, 40, Duration.ofSeconds(30), true);
        assertThat(first).matches("trace: [0-9a-f]{64}");
        assertThat(Chatter.run(7, order, 40, Duration.ofSeconds(30), true)).isEqualTo(first);
        assertThat(Chatter.run(8, order, 40, Duration.ofSeconds(30), true)).isNotEqualTo(first);
    }

    @Test
    void the_seeded_order_of_tasks_is_another_run() {
        assertThat(Chatter.run(7, TaskOrder.SEEDED, 40, MINUTE, false))
                .isNotEqualTo(Chatter.run(7, TaskOrder.FIRST_COME, 40, MINUTE, false));
    }

    @Test
    void a_thousand_actors_live_a_minute() {
        String trace = Chatter.run(1, TaskOrder.FIRST_COME, 1000, MINUTE, false);
        assertThat(Chatter.run(1, TaskOrder.FIRST_COME, 1000, MINUTE, false)).isEqualTo(trace);
    }

    @Test
    void time_of_day_is_virtual() {
        try (Engine engine = Engine.create(1)) {
            assertThat(engine.clock().instant()).isEqualTo(Engine.BEGINNING);
            engine.runFor(Duration.ofDays(365));
            assertThat(engine.clock().instant()).isEqualTo(Engine.BEGINNING.plus(Duration.ofDays(365)));
        }
    }

    @Test
    void actors_timers_keep_virtual_time() {
        try (Engine engine = Engine.create(1)) {
            var moments = new ArrayList<Long>();
            engine.start(Behaviors.withTimers(timers -> {
                timers.startTimerAtFixedRate("tick", Duration.ofSeconds(2), Duration.ofSeconds(10));
                return Behaviors.receiveMessage(message -> {
                    moments.add(Duration.ofNanos(engine.loop().now()).toSeconds());
                    return Behaviors.same();
                });
            }));
            engine.runFor(Duration.ofSeconds(35));
            assertThat(moments).containsExactly(2L, 12L, 22L, 32L);
        }
    }

    @Test
    void an_ask_is_answered_or_times_out_in_virtual_time() {
        try (Engine engine = Engine.create(1)) {
            ActorSystem<ActorRef<String>> system = engine.start(Behaviors.receiveMessage(replyTo -> {
                replyTo.tell("here");
                return Behaviors.same();
            }));
            ActorSystem<ActorRef<String>> silent = engine.start(Behaviors.ignore());
            assertThat(engine.await(ask(system), MINUTE)).isEqualTo("here");
            assertThatThrownBy(() -> engine.await(ask(silent), MINUTE))
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> engine.await(new CompletableFuture<String>(), MINUTE))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void streams_flow_under_virtual_time() {
        try (Engine engine = Engine.create(1)) {
            ActorSystem<Object> system = engine.start(Behaviors.empty());
            var collected = Source.tick(Duration.ofSeconds(1), Duration.ofSeconds(1), "tick")
                    .take(5)
                    .mapAsync(2, CompletableFuture::completedFuture)
                    .runWith(Sink.seq(), system);
            List<String> ticks = engine.await(collected, MINUTE);
            assertThat(ticks).hasSize(5);
            assertThat(engine.loop().now()).isEqualTo(Duration.ofSeconds(5).toNanos());
        }
    }

    @Test
    void an_actor_that_crashes_ends_the_run() {
        try (Engine engine = Engine.create(1)) {
            var fault = new IllegalStateException("no such channel");
            engine.start(Behaviors.setup(context -> {
                ActorRef<String> child = context.spawn(Behaviors.receiveMessage(message -> {
                    throw fault;
                }), "child");
                context.scheduleOnce(Duration.ofSeconds(3), child, "now");
                return Behaviors.empty();
            }));
            assertThatThrownBy(() -> engine.runFor(MINUTE)).isInstanceOf(TaskFailedException.class).hasCause(fault);
        }
    }

    @Test
    void a_message_from_another_thread_ends_the_run() throws InterruptedException {
        Engine engine = Engine.create(1);
        ActorSystem<String> system = engine.start(Behaviors.ignore());
        engine.runFor(Duration.ofSeconds(1));
        var stranger = new Thread(() -> system.tell("hello"), "stranger");
        stranger.start();
        stranger.join();
        assertThatThrownBy(() -> engine.runFor(MINUTE)).hasMessageContaining("the thread stranger");
        engine.close();
        assertThat(system.getWhenTerminated()).isCompleted();
    }

    @Test
    void entropy_is_a_function_of_seed_and_label() {
        try (Engine engine = Engine.create(5)) {
            // SHA-256(SHA-256(be64(5) ‖ "alice") ‖ be64(0)), worked out beside this code.
            assertThat(engine.entropy("alice").next().toHex())
                    .isEqualTo("81b9df9a95901fec9f2c936c14829da912cfacfee1441e81e49280a2d0d5478f");
            var alice = engine.entropy("alice");
            alice.next();
            assertThat(alice.next()).isNotEqualTo(engine.entropy("alice").next());
            assertThat(engine.entropy("bob").next()).isNotEqualTo(engine.entropy("alice").next());
        }
    }

    private static CompletableFuture<String> ask(ActorSystem<ActorRef<String>> system) {
        return AskPattern
                .<ActorRef<String>, String>ask(system, replyTo -> replyTo, Duration.ofSeconds(3), system.scheduler())
                .toCompletableFuture();
    }
}
