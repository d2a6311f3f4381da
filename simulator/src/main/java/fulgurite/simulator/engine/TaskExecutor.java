package fulgurite.simulator.engine;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** An executor in the shape that an Akka dispatcher wants; it owns no thread, so that there is nothing to wait for. */
final class TaskExecutor extends AbstractExecutorService {
    private final Executor tasks;
    private volatile boolean shutDown;

    TaskExecutor(Executor tasks) {
        this.tasks = tasks;
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
    }

    @Override
    public void shutdown() {
        shutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutDown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        return shutDown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
