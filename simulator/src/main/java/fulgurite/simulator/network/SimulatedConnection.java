package fulgurite.simulator.network;

import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;

/** One connection: two directions, each of which keeps its order, whatever latency each message draws. */
final class SimulatedConnection {
    private final SimulatedNetwork network;
    private final long number;
    private final PeerAddress dialler;
    private final PeerAddress listener;
    private final Direction toDialler;
    private final Direction toListener;
    private boolean over;

    SimulatedConnection(
            SimulatedNetwork network,
            long number,
            PeerAddress dialler,
            PeerAddress listener,
            Consumer<LineEvent> diallersEvents) {
        this.network = network;
        this.number = number;
        this.dialler = dialler;
        this.listener = listener;
        this.toDialler = new Direction(dialler);
        this.toListener = new Direction(listener);
        toDialler.events = diallersEvents;
    }

    PeerAddress dialler() {
        return dialler;
    }

    PeerAddress listener() {
        return listener;
    }

    void open(Function<Line, Consumer<LineEvent>> acceptor) {
        // First on its direction, so that nothing that the acceptor sends can overtake it.
        toDialler.enqueue(new LineEvent.Opened(new End(toListener, toDialler, listener)));
        toListener.events = acceptor.apply(new End(toDialler, toListener, dialler));
    }

    /** Ends both directions at once; what is under way is lost. */
    void cut(String reason) {
        if (over) return;
        network.engine().trace().record(this + " cut");
        toDialler.endNow(reason);
        toListener.endNow(reason);
    }

    /** The process at {@code place} ends: what it sent arrives, and what was on its way to it is lost. */
    void hangUp(PeerAddress place) {
        if (over || !place.equals(dialler) && !place.equals(listener)) return;
        network.engine().trace().record(this + " hung up by " + place);
        boolean byDialler = place.equals(dialler);
        (byDialler ? toDialler : toListener).endNow("this process has ended");
        (byDialler ? toListener : toDialler).enqueue(new LineEvent.Closed("the connection was lost"));
    }

    /** Cuts both directions once {@code place} has been delivered so many bytes more. */
    void cutAfter(PeerAddress place, int bytes) {
        (place.equals(dialler) ? toDialler : toListener).left = OptionalInt.of(bytes);
    }

    private void finish() {
        over = true;
        network.forget(this);
    }

    @Override
    public String toString() {
        return "line " + number + " " + dialler + " → " + listener;
    }

    /** What flows to one of the two ends. */
    private final class Direction {
        private final PeerAddress end;
        private Consumer<LineEvent> events = event -> {};
        private OptionalInt left = OptionalInt.empty();
        private long latestArrival;
        private boolean ended;

        private Direction(PeerAddress end) {
            this.end = end;
        }

        private void enqueue(LineEvent event) {
            var loop = network.engine().loop();
            latestArrival = Math.max(latestArrival, loop.now() + network.latency().toNanos());
            // Equal arrival times keep the order in which they were scheduled.
            loop.schedule(Duration.ofNanos(latestArrival - loop.now()), () -> deliver(event));
        }

        private void deliver(LineEvent event) {
            if (ended) return;
            if (left.isPresent() && event instanceof LineEvent.Received(Bytes bytes)) {
                if (bytes.size() >= left.getAsInt()) {
                    deliverLast(bytes.slice(0, left.getAsInt()));
                    return;
                }
                left = OptionalInt.of(left.getAsInt() - bytes.size());
            }
            pass(event);
        }

        private void deliverLast(Bytes part) {
            left = OptionalInt.empty();
            if (!part.isEmpty()) pass(new LineEvent.Received(part));
            cut("the connection was lost");
        }

        private void pass(LineEvent event) {
            switch (event) {
                case LineEvent.Received(Bytes bytes) -> network.engine()
                        .trace()
                        .record(SimulatedConnection.this + " at " + end + ": " + bytes.size() + " "
                                + Hashes.sha256(bytes));
                case LineEvent.Opened opened -> {}
                case LineEvent.Closed closed -> end();
            }
            events.accept(event);
        }

        /** The connection is over when both directions are. */
        private void end() {
            ended = true;
            if (toDialler.ended && toListener.ended) finish();
        }

        private void endNow(String reason) {
            if (ended) return;
            end();
            network.engine().loop().execute(() -> events.accept(new LineEvent.Closed(reason)));
        }
    }

    /** The half of the connection that one node holds. */
    private final class End implements Line {
        private final Direction outgoing;
        private final Direction incoming;
        private final PeerAddress remote;
        private boolean closed;

        private End(Direction outgoing, Direction incoming, PeerAddress remote) {
            this.outgoing = outgoing;
            this.incoming = incoming;
            this.remote = remote;
        }

        @Override
        public void send(Bytes bytes) {
            if (closed || over || bytes.isEmpty()) return;
            int split = network.drawSplit(bytes.size());
            if (split > 0) outgoing.enqueue(new LineEvent.Received(bytes.slice(0, split)));
            outgoing.enqueue(new LineEvent.Received(bytes.slice(split, bytes.size())));
        }

        @Override
        public void close() {
            if (closed || over) return;
            closed = true;
            incoming.endNow("closed by this side");
            outgoing.enqueue(new LineEvent.Closed("closed by " + (outgoing == toListener ? dialler : listener)));
        }

        @Override
        public String description() {
            return remote.toString();
        }
    }
}
