package fulgurite.simulator.engine;

import com.typesafe.config.Config;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the classes that Akka makes from its configuration find their loop: a configuration holds text only, so it names
 * the loop and this table knows it. Entries live as long as their engine.
 */
final class EngineRegistry {
    static final String KEY = "fulgurite.simulator.engine.loop";
    private static final ConcurrentHashMap<String, EventLoop> LOOPS = new ConcurrentHashMap<>();
    private static final AtomicLong NAMES = new AtomicLong();

    private EngineRegistry() {}

    /** @return the name to put under {@link #KEY} */
    static String add(EventLoop loop) {
        String name = Long.toString(NAMES.incrementAndGet());
        LOOPS.put(name, loop);
        return name;
    }

    static void remove(String name) {
        LOOPS.remove(name);
    }

    static EventLoop loopOf(Config config) {
        String name = config.getString(KEY);
        EventLoop loop = LOOPS.get(name);
        if (loop == null) throw new IllegalStateException("the engine " + name + " is closed");
        return loop;
    }
}
