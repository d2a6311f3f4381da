package fulgurite.simulator.engine;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** Akka's scheduler under virtual time. Akka makes it by reflection, from its configuration. */
public final class EngineScheduler extends AbstractScheduler {
    private final EventLoop loop;

    public EngineScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
        loop = EngineRegistry.loopOf(config);
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        return new Once(loop.scheduleNanos(delay.toNanos(), () -> executor.execute(task)));
    }

    @Override
    public Cancellable scheduleOnce(Duration delay, Runnable task, ExecutionContext executor) {
        return new Once(loop.scheduleNanos(delay.toNanos(), () -> executor.execute(task)));
    }

    @Override
    @SuppressWarnings("deprecation")
    public Cancellable schedule(
            FiniteDuration initialDelay,
            FiniteDuration interval,
            Runnable task,
            ExecutionContext executor) {
        var repeated = new Repeated(interval.toNanos(), task, executor);
        repeated.next(initialDelay.toNanos());
        return repeated;
    }

    @Override
    @SuppressWarnings("deprecation")
    public Cancellable schedule(Duration initialDelay, Duration interval, Runnable task, ExecutionContext executor) {
        var repeated = new Repeated(interval.toNanos(), task, executor);
        repeated.next(initialDelay.toNanos());
        return repeated;
    }

    @Override
    public double maxFrequency() {
        return 1e9;
    }

    private record Once(EventLoop.Timer timer) implements Cancellable {
        @Override
        public boolean cancel() {
            return timer.cancel();
        }

        @Override
        public boolean isCancelled() {
            return timer.isCancelled();
        }
    }

    /** A timer that starts its successor at the moment it fires, so that the rate is fixed in virtual time. */
    private final class Repeated implements Cancellable {
        private final long interval;
        private final Runnable task;
        private final ExecutionContext executor;
        private volatile boolean cancelled;

        private Repeated(long interval, Runnable task, ExecutionContext executor) {
            if (interval <= 0) throw new IllegalArgumentException("a timer repeats at an interval above zero");
            this.interval = interval;
            this.task = task;
            this.executor = executor;
        }

        private void next(long delay) {
            loop.scheduleNanos(delay, () -> {
                if (cancelled) return;
                next(interval);
                executor.execute(task);
            });
        }

        @Override
        public boolean cancel() {
            boolean wasActive = !cancelled;
            cancelled = true;
            return wasActive;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
