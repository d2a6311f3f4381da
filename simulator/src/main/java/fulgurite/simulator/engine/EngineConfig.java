package fulgurite.simulator.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** Akka's configuration under virtual time: one queue for every dispatcher, journals in memory, nothing from files. */
final class EngineConfig {
    private static final String SETTINGS = """
            fulgurite.simulator.engine {
              loop = "%s"
              dispatcher {
                type = Dispatcher
                executor = "fulgurite.simulator.engine.EngineExecutorConfigurator"
                throughput = 10
                shutdown-timeout = 1s
              }
              journal {
                class = "fulgurite.simulator.engine.EngineJournal"
                plugin-dispatcher = fulgurite.simulator.engine.dispatcher
                replay-dispatcher = fulgurite.simulator.engine.dispatcher
              }
              snapshots {
                class = "fulgurite.simulator.engine.InMemorySnapshots"
                plugin-dispatcher = fulgurite.simulator.engine.dispatcher
              }
            }
            # All nodes hear the same gossip.
            fulgurite.router.remembered-signatures = 200000
            akka {
              loggers = ["akka.event.slf4j.Slf4jLogger"]
              # A start that blocks would never end: say so soon.
              logger-startup-timeout = 5s
              logging-filter = "akka.event.slf4j.Slf4jLoggingFilter"
              log-dead-letters = off
              jvm-shutdown-hooks = off
              coordinated-shutdown.run-by-jvm-shutdown-hook = off
              scheduler.implementation = "fulgurite.simulator.engine.EngineScheduler"
              actor {
                default-dispatcher = ${fulgurite.simulator.engine.dispatcher}
                internal-dispatcher = ${fulgurite.simulator.engine.dispatcher}
                default-blocking-io-dispatcher = ${fulgurite.simulator.engine.dispatcher}
              }
              persistence {
                max-concurrent-recoveries = 100000
                dispatchers {
                  default-plugin-dispatcher = ${fulgurite.simulator.engine.dispatcher}
                  default-replay-dispatcher = ${fulgurite.simulator.engine.dispatcher}
                  default-stream-dispatcher = ${fulgurite.simulator.engine.dispatcher}
                }
                journal.plugin = "fulgurite.simulator.engine.journal"
                snapshot-store.plugin = "fulgurite.simulator.engine.snapshots"
              }
            }
            """;

    private EngineConfig() {}

    /** @param loop its name in {@link EngineRegistry} */
    static Config of(String loop) {
        return ConfigFactory.parseString(SETTINGS.formatted(loop))
                .withFallback(ConfigFactory.defaultReferenceUnresolved());
    }
}
