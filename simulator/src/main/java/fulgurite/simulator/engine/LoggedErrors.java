package fulgurite.simulator.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of actors that crash. Akka catches what an actor throws and logs it as an error with its cause; in a simulation
 * that must end the run. So the engine listens to the log of its own thread.
 */
final class LoggedErrors extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Thread owner = Thread.currentThread();
    private Optional<TaskFailedException> first = Optional.empty();

    static LoggedErrors listen() {
        var errors = new LoggedErrors();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            errors.setContext(context);
            errors.setName("simulation");
            errors.start();
            context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(errors);
        }
        return errors;
    }

    /** @throws TaskFailedException with the first error that was logged since the last call */
    void rethrow() {
        Optional<TaskFailedException> failed = first;
        first = Optional.empty();
        if (failed.isPresent()) throw failed.get();
    }

    boolean isEmpty() {
        return first.isEmpty();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (Thread.currentThread() != owner || first.isPresent() || !event.getLevel().isGreaterOrEqual(Level.ERROR))
            return;
        if (event.getThrowableProxy() instanceof ThrowableProxy proxy)
            first = Optional.of(new TaskFailedException(event.getFormattedMessage(), proxy.getThrowable()));
    }

    @Override
    public void close() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context)
            context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
        stop();
    }
}
