package fulgurite.simulator.world;

import java.util.Optional;

/**
 * Around one life of a node. Once it is closed nothing of that life reaches the outside any more, whatever its actors
 * still do. It closes by itself at the crash point that it was armed for.
 *
 * <p>Not for sharing between threads: the engine's alone.
 */
final class Fence {
    /** A crash that is to come. @param where empty: at any point; @param passed points of that kind before the fatal one, 0 and up */
    record Trap(Optional<CrashPoint> where, int passed) {}

    /** Told once. */
    interface Closing {
        void closed(CrashPoint where);
    }

    private final Closing listener;
    private Optional<Trap> trap = Optional.empty();
    private boolean closed;

    Fence(Closing listener) {
        this.listener = listener;
    }

    boolean isClosed() {
        return closed;
    }

    void arm(Trap next) {
        trap = Optional.of(next);
    }

    void disarm() {
        trap = Optional.empty();
    }

    /** The node stands at that point. @return whether it goes past it */
    boolean pass(CrashPoint point) {
        if (closed) return false;
        if (trap.isEmpty() || trap.get().where().filter(where -> where != point).isPresent()) return true;
        int left = trap.get().passed();
        trap = Optional.of(new Trap(trap.get().where(), left - 1));
        if (left > 0) return true;
        closeAt(point);
        return false;
    }

    /** Closes now, for a reason of the story. */
    void closeAt(CrashPoint point) {
        close();
        listener.closed(point);
    }

    /** Closes now, and tells nobody. */
    void close() {
        closed = true;
    }
}
