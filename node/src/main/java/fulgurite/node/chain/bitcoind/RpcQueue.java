package fulgurite.node.chain.bitcoind;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Calls wait here for their turn: bitcoind works on a few at once, and refuses when too many are left for later. Those
 * that can wait (the checks of gossip come by the thousand) go after all others.
 */
final class RpcQueue {
    /** So many threads Bitcoin Core has for them (until version 28). It keeps 16 calls more for all its clients together. */
    private static final int AT_ONCE = 4;
    private final Queue<Turn<?>> urgent = new ArrayDeque<>();
    private final Queue<Turn<?>> patient = new ArrayDeque<>();
    private int running;

    /** @param canWait whether others may overtake it */
    <T> CompletionStage<T> add(boolean canWait, Supplier<CompletionStage<T>> call) {
        var turn = new Turn<>(call, new CompletableFuture<T>());
        synchronized (this) {
            if (running == AT_ONCE) {
                (canWait ? patient : urgent).add(turn);
                return turn.answer();
            }
            running++;
        }
        run(Optional.of(turn));
        return turn.answer();
    }

    /** What ends at once is followed by the next in a loop: thousands may fail so. */
    private void run(Optional<Turn<?>> first) {
        for (Optional<Turn<?>> turn = first; turn.isPresent(); turn = next()) if (!turn.get().start(this)) return;
    }

    private synchronized Optional<Turn<?>> next() {
        Optional<Turn<?>> next = Optional.ofNullable(urgent.isEmpty() ? patient.poll() : urgent.poll());
        if (next.isEmpty()) running--;
        return next;
    }

    private record Turn<T>(Supplier<CompletionStage<T>> call, CompletableFuture<T> answer) {
        /** @return whether it is over already */
        boolean start(RpcQueue queue) {
            CompletableFuture<T> called = call.get().toCompletableFuture();
            boolean isOver = called.isDone();
            called.whenComplete((found, failure) -> {
                if (failure == null) answer.complete(found);
                else answer.completeExceptionally(BitcoindBackend.cause(failure));
                if (!isOver) queue.run(queue.next());
            });
            return isOver;
        }
    }
}
