package fulgurite.simulator.chain;

import fulgurite.node.chain.ChainBackend.ChainEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Tells what happens on a chain, in order, to the listeners in the order in which they came. What a listener causes is
 * told after what is being told. Not for sharing between threads.
 */
public final class Telling {
    private final List<Listener> listeners = new ArrayList<>();
    private final Queue<ChainEvent> untold = new ArrayDeque<>();
    private boolean telling;

    private record Listener(Consumer<ChainEvent> consumer) {}

    /** @return ends it */
    public Runnable to(Consumer<ChainEvent> listener) {
        var added = new Listener(listener);
        listeners.add(added);
        return () -> listeners.removeIf(each -> each == added);
    }

    /** It has happened, and is told by {@link #tellAll}. */
    public void add(ChainEvent event) {
        untold.add(event);
    }

    /** What has not been told is told to nobody. */
    void forget() {
        untold.clear();
    }

    public void tellAll() {
        if (telling) return;
        telling = true;
        try {
            for (ChainEvent event = untold.poll(); event != null; event = untold.poll())
                for (Listener listener : List.copyOf(listeners)) listener.consumer().accept(event);
        } finally {
            telling = false;
        }
    }
}
