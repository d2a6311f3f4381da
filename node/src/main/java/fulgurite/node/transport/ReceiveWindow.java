package fulgurite.node.transport;

import akka.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Counts the bytes that a listener has not released yet and holds reading back while they are too many. Thread-safe. */
final class ReceiveWindow {
    private static final CompletableFuture<Done> OPEN = CompletableFuture.completedFuture(Done.getInstance());
    private final int limit;
    private long unreleased;
    private boolean lifted;
    private final List<CompletableFuture<Done>> waiting = new ArrayList<>(1);

    ReceiveWindow(int limit) {
        this.limit = limit;
    }

    /** Notes {@code bytes} given to the listener; completes when reading may go on. */
    synchronized CompletionStage<Done> received(int bytes) {
        unreleased += bytes;
        if (lifted || unreleased < limit) return OPEN;
        var room = new CompletableFuture<Done>();
        waiting.add(room);
        return room;
    }

    void release(int bytes) {
        List<CompletableFuture<Done>> freed = List.of();
        synchronized (this) {
            unreleased -= bytes;
            if (unreleased < limit) freed = takeWaiting();
        }
        freed.forEach(room -> room.complete(Done.getInstance()));
    }

    /** From now on nothing is held back: what still comes is thrown away. */
    void lift() {
        List<CompletableFuture<Done>> freed;
        synchronized (this) {
            lifted = true;
            freed = takeWaiting();
        }
        freed.forEach(room -> room.complete(Done.getInstance()));
    }

    private List<CompletableFuture<Done>> takeWaiting() {
        List<CompletableFuture<Done>> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }
}
