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
     * events go. Completes with the address to give to others, once bound; fails with a message for a person.
     */
    CompletionStage<PeerAddress> listen(Function<Line, Consumer<LineEvent>> acceptor);

    /** Dials. {@code events} gets {@link LineEvent.Opened} first, or nothing but {@link LineEvent.Closed}. */
    void dial(PeerAddress address, Consumer<LineEvent> events);

    /** Stops listening and cuts every line; completes when the address is free again. Nothing is dialled after it. */
    CompletionStage<Void> stop();

    /** One connection's sending half. Calls are thread-safe, never block, and are ignored after it is closed. */
    interface Line {
        /** Queues {@code bytes}. A line whose other side reads too slowly to keep the queue short is closed. */
        void send(Bytes bytes);

        /**
         * Tells the transport that the listener is done with {@code bytes} of what it received, so that as many more
         * may come: a transport stops reading while too much is not released. One that holds nothing back (in memory)
         * may ignore this.
         */
        default void release(int bytes) {}

        /** Sends what is queued, then ends the line. After this call nothing more is {@link LineEvent.Received}. */
        void close();

        /** Where the other side is, for logs. */
        String description();
    }

    /** What happens on a line; a listener is called by one thread at a time and must be quick (it tells an actor). */
    sealed interface LineEvent {
        /** Only on lines that were dialled. */
        record Opened(Line line) implements LineEvent {}

        record Received(Bytes bytes) implements LineEvent {}

        /** The last event of a line. @param reason for a person */
        record Closed(String reason) implements LineEvent {}
    }
}
