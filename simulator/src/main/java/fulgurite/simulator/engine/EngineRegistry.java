package fulgurite.simulator.engine;

import com.typesafe.config.Config;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the classes that Akka makes from its configuration find their engine's parts: a configuration holds text only,
 * so it names the engine and this table knows it. Entries live as long as their engine.
 */
final class EngineRegistry {
    static final String KEY = "fulgurite.simulator.engine.loop";
    private static final ConcurrentHashMap<String, Parts> ENGINES = new ConcurrentHashMap<>();
    private static final AtomicLong NAMES = new AtomicLong();

    private record Parts(EventLoop loop, Journals journals) {}

    private EngineRegistry() {}

    /** @return the name to put under {@link #KEY} */
    static String add(EventLoop loop, Journals journals) {
        String name = Long.toString(NAMES.incrementAndGet());
        ENGINES.put(name, new Parts(loop, journals));
        return name;
    }

    static void remove(String name) {
        ENGINES.remove(name);
    }

    static EventLoop loopOf(Config config) {
        return partsOf(config).loop();
    }

    static Journals journalsOf(Config config) {
        return partsOf(config).journals();
    }

    private static Parts partsOf(Config config) {
        String name = config.getString(KEY);
        Parts parts = ENGINES.get(name);
        if (parts == null) throw new IllegalStateException("the engine " + name + " is closed");
        return parts;
    }
}
