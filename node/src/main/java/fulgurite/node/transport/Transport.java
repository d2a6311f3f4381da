package fulgurite.node.transport;

import fulgurite.protocol.units.Bytes;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The port that carries bytes between two nodes: an ordered, reliable stream each way, without borders between
 * messages and without encryption (BOLT 8 runs above it).
 */
public interface Transport {
    /**
     * Serves incoming connections. For each, {@code acceptor} is given the line to send on and returns where its
     * events go. Completes with the address to give to others, once bound.
     */
    CompletionStage<PeerAddress> listen(Function<Line, Consumer<LineEvent>> acceptor);

    /** Dials. {@code events} gets {@link LineEvent.Opened} or {@link LineEvent.Closed} first; never both before any bytes. */
    void dial(PeerAddress address, Consumer<LineEvent> events);

    /** One connection's sending half. Calls are thread-safe, never block, and are ignored after it is closed. */
    interface Line {
        void send(Bytes bytes);

        void close();

        /** Where the other side is, for logs. */
        String description();
    }

    /** What happens on a line; a listener is called by one thread at a time and must be quick (it tells an actor). */
    sealed interface LineEvent {
        record Opened(Line line) implements LineEvent {}

        record Received(Bytes bytes) implements LineEvent {}

        /** The last event of a line. @param reason for a person */
        record Closed(String reason) implements LineEvent {}
    }
}
