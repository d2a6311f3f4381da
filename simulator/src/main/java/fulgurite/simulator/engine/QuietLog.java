package fulgurite.simulator.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors only, until it ends: what many simulated nodes warn of is what their scenario intends. The environment
 * variable {@code FULGURITE_LOG} keeps everything.
 */
public final class QuietLog {
    private final @Nullable Level before;

    private QuietLog(@Nullable Level before) {
        this.before = before;
    }

    public static QuietLog begin() {
        Optional<ch.qos.logback.classic.Logger> root = root();
        var quiet = new QuietLog(root.map(ch.qos.logback.classic.Logger::getLevel).orElse(null));
        root.ifPresent(logger -> logger.setLevel(Level.ERROR));
        return quiet;
    }

    public static <T> T during(Supplier<T> work) {
        QuietLog quiet = begin();
        try {
            return work.get();
        } finally {
            quiet.end();
        }
    }

    private static Optional<ch.qos.logback.classic.Logger> root() {
        return System.getenv("FULGURITE_LOG") == null
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                        ? Optional.of(context.getLogger(Logger.ROOT_LOGGER_NAME))
                        : Optional.empty();
    }

    public void end() {
        if (before != null) root().ifPresent(logger -> logger.setLevel(before));
    }
}
