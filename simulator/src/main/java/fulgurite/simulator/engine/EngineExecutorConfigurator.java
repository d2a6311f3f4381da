package fulgurite.simulator.engine;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;

/** Puts every task of a dispatcher on the engine's queue. Akka makes it by reflection, from its configuration. */
public final class EngineExecutorConfigurator extends ExecutorServiceConfigurator {
    private final EventLoop loop;

    public EngineExecutorConfigurator(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        loop = EngineRegistry.loopOf(prerequisites.settings().config());
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        return () -> new TaskExecutor(loop);
    }
}
