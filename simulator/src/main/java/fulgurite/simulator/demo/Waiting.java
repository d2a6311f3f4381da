package fulgurite.simulator.demo;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How the person's thread waits for the nodes. */
final class Waiting {
    private static final Duration POLL = Duration.ofMillis(20);

    private Waiting() {}

    /** The stage's value. @throws DemoException with the failure's message, or when {@code limit} passes */
    static <T> T await(CompletionStage<T> stage, Duration limit, String what) {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new DemoException(what + ": " + messageOf(e));
        } catch (TimeoutException e) {
            throw new DemoException(what + ": no answer within " + limit.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException(what + ": interrupted");
        }
    }

    /** Asks again and again until it holds. @throws DemoException when {@code limit} passes first */
    static void until(BooleanSupplier condition, Duration limit, String what) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end)
                throw new DemoException(what + " did not happen within " + limit.toSeconds() + " s");
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static String messageOf(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null)
            cause = cause.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
