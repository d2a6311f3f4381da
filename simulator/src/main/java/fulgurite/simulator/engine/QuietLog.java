package fulgurite.simulator.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors only, until it ends: what many simulated nodes warn of is what their scenario intends. The environment
 * variable {@code FULGURITE_LOG} keeps everything.
 */
public final class QuietLog {
    /** Ours has a level of its own. */
    private static final List<String> LOGGERS = List.of(Logger.ROOT_LOGGER_NAME, "fulgurite");

    private final List<Runnable> undo;

    private QuietLog(List<Runnable> undo) {
        this.undo = undo;
    }

    public static QuietLog begin() {
        var undo = new ArrayList<Runnable>();
        if (System.getenv("FULGURITE_LOG") == null
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext context)
            for (String name : LOGGERS) undo.add(quieten(context.getLogger(name)));
        return new QuietLog(undo);
    }

    private static Runnable quieten(ch.qos.logback.classic.Logger logger) {
        Level before = logger.getLevel();
        logger.setLevel(Level.ERROR);
        return () -> logger.setLevel(before);
    }

    public static <T> T during(Supplier<T> work) {
        QuietLog quiet = begin();
        try {
            return work.get();
        } finally {
            quiet.end();
        }
    }

    public void end() {
        undo.forEach(Runnable::run);
    }
}
