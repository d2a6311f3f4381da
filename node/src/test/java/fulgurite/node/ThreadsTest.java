package fulgurite.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorSystem;
import com.typesafe.config.Config;
import fulgurite.node.journal.JournalStore;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private final Config config = Node.config(new JournalStore.InMemory().config());

    @Test
    void actors_have_no_more_threads_than_processors_but_two_at_least() {
        for (String name : new String[]{"default", "internal"}) {
            Config pool = config.getConfig("akka.actor." + name + "-dispatcher.fork-join-executor");
            assertThat(pool.getInt("parallelism-min")).isEqualTo(2);
            assertThat(pool.getDouble("parallelism-factor")).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void names_are_looked_up_where_threads_may_block() {
        String dispatcher = config.getString("akka.io.dns.dispatcher");
        assertThat(config.getString(dispatcher + ".executor")).isEqualTo("thread-pool-executor");
        ActorSystem system = ActorSystem.create("threads", config);
        try {
            assertThat(system.dispatchers().hasDispatcher(dispatcher)).isTrue();
        } finally {
            system.terminate();
        }
    }
}
