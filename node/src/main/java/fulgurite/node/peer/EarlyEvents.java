package fulgurite.node.peer;

import fulgurite.node.transport.Transport.LineEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps an accepted line's events until the actor for it exists, then passes them on, in order. Thread-safe. */
final class EarlyEvents implements Consumer<LineEvent> {
    private final List<LineEvent> kept = new ArrayList<>();
    private Optional<Consumer<LineEvent>> target = Optional.empty();

    @Override
    public synchronized void accept(LineEvent event) {
        if (target.isPresent()) target.get().accept(event);
        else kept.add(event);
    }

    synchronized void passTo(Consumer<LineEvent> listener) {
        kept.forEach(listener);
        kept.clear();
        target = Optional.of(listener);
    }
}
