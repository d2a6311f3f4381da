package fulgurite.node.meter;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The figures of one actor system, which is one real node. Simulated nodes, many in one system, have none. */
public final class Meters implements Extension {
    private static final Id ID = new Id();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Meters() {}

    public static Meters of(ActorSystem<?> system) {
        return ID.apply(system);
    }

    public PrometheusMeterRegistry registry() {
        return registry;
    }

    private static final class Id extends ExtensionId<Meters> {
        @Override
        public Meters createExtension(ActorSystem<?> system) {
            return new Meters();
        }
    }
}
