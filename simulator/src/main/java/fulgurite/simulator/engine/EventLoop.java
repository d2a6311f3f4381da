package fulgurite.simulator.engine;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Virtual time: tasks that are ready now, and timers ordered by (time, sequence). Time stands still while a task is
 * ready; when none is, it jumps to the earliest timer. Tasks run on the thread that made the loop, inside its
 * {@code run} functions, one after the other.
 *
 * <p>Order is a function of the seed only while that thread alone hands in work. Work from another thread is therefore a
 * failure of the run, unless {@link #admitForeignWork} was called: then it is taken in when nothing else is ready, and
 * the run is no longer repeatable.
 */
public final class EventLoop implements Executor {
    /** Tasks at one instant after which the simulation is taken to be caught in a circle. */
    private static final long MAX_TASKS_PER_INSTANT = 20_000_000;

    private record Foreign(Runnable task, IllegalStateException origin) {}

    private final Thread owner = Thread.currentThread();
    private final ReadyTasks ready;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Queue<Foreign> foreign = new ConcurrentLinkedQueue<>();
    private volatile long now;
    private volatile boolean foreignWorkAdmitted;
    private long sequence;
    private long tasksRun;
    private long timersFired;
    private long tasksThisInstant;

    /** A task for later. */
    public static final class Timer implements Comparable<Timer> {
        private final long at;
        private final long sequence;
        private final Runnable task;
        private volatile State state = State.WAITING;

        private enum State {
            WAITING, FIRED, CANCELLED
        }

        private Timer(long at, long sequence, Runnable task) {
            this.at = at;
            this.sequence = sequence;
            this.task = task;
        }

        /** Whether it had still been waiting. */
        public boolean cancel() {
            if (state != State.WAITING) return false;
            state = State.CANCELLED;
            return true;
        }

        public boolean isCancelled() {
            return state == State.CANCELLED;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    public EventLoop(TaskOrder order, long seed) {
        ready = ReadyTasks.of(order, seed);
    }

    /** Nanoseconds of virtual time since the loop was made. */
    public long now() {
        return now;
    }

    /** Tasks run so far, without the firing of timers. */
    public long tasksRun() {
        return tasksRun;
    }

    public long timersFired() {
        return timersFired;
    }

    /** Lets other threads hand in work, at the price of repeatability: for people who watch a simulation live. */
    public void admitForeignWork() {
        foreignWorkAdmitted = true;
    }

    /** Makes {@code task} ready at this instant. */
    @Override
    public void execute(Runnable task) {
        if (Thread.currentThread() == owner) ready.add(task);
        else foreign.add(new Foreign(task, foreignOrigin()));
    }

    /** Runs {@code task} when virtual time has advanced by {@code delay}; a negative delay is none. */
    public Timer schedule(Duration delay, Runnable task) {
        return scheduleNanos(delay.toNanos(), task);
    }

    Timer scheduleNanos(long delay, Runnable task) {
        if (Thread.currentThread() != owner) return scheduleForeign(delay, task);
        var timer = new Timer(Math.addExact(now, Math.max(0, delay)), sequence++, task);
        timers.add(timer);
        return timer;
    }

    /** The timer that the caller holds starts when the loop has taken it in. */
    private Timer scheduleForeign(long delay, Runnable task) {
        var handle = new Timer(now, -1, task);
        execute(() -> scheduleNanos(delay, () -> {
            if (handle.state == Timer.State.WAITING) fire(handle);
        }));
        return handle;
    }

    /** Runs everything that is due within {@code duration}, and leaves the clock at its end. */
    public void runFor(Duration duration) {
        runUntil(() -> false, duration);
    }

    /** Runs what is ready at this instant; time stands still. */
    public void runReady() {
        requireOwner();
        drain();
    }

    /**
     * Runs until {@code condition} holds, which is asked whenever nothing is ready, before time moves on.
     *
     * @param limit the most virtual time to spend; the clock is left there when the condition never held
     * @return whether it held
     * @throws TaskFailedException when a task throws; the rest stays queued
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        requireOwner();
        long end = Math.addExact(now, limit.toNanos());
        while (true) {
            drain();
            if (condition.getAsBoolean()) return true;
            Timer next = timers.peek();
            if (next == null || next.at > end) {
                advanceTo(end);
                return condition.getAsBoolean();
            }
            timers.remove();
            if (next.isCancelled()) continue;
            advanceTo(next.at);
            fire(next);
        }
    }

    private void advanceTo(long instant) {
        if (instant != now) tasksThisInstant = 0;
        now = instant;
    }

    private void fire(Timer timer) {
        timer.state = Timer.State.FIRED;
        timersFired++;
        run(timer.task);
    }

    private void drain() {
        do {
            while (!ready.isEmpty()) {
                tasksRun++;
                run(ready.take());
            }
        } while (takeForeign());
    }

    private void run(Runnable task) {
        if (++tasksThisInstant > MAX_TASKS_PER_INSTANT)
            throw new IllegalStateException("virtual time stands still: " + MAX_TASKS_PER_INSTANT
                    + " tasks ran at " + Duration.ofNanos(now));
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            throw new TaskFailedException("a task failed at virtual time " + Duration.ofNanos(now), e);
        }
    }

    private boolean takeForeign() {
        Foreign handed = foreign.poll();
        if (handed == null) return false;
        // Kept all the same: an actor whose turn were lost could not even be stopped.
        ready.add(handed.task());
        if (!foreignWorkAdmitted) throw handed.origin();
        return true;
    }

    private IllegalStateException foreignOrigin() {
        return new IllegalStateException("the thread " + Thread.currentThread().getName()
                + " handed in work: this run is no function of its seed");
    }

    private void requireOwner() {
        if (Thread.currentThread() != owner)
            throw new IllegalStateException("an event loop runs on the thread that made it, " + owner.getName());
    }
}
