package fulgurite.simulator.world;

import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.Transport;
import fulgurite.protocol.units.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** The network as one life of a node sees it: behind the fence nothing is heard and nothing goes out. */
final class FencedTransport implements Transport {
    private final Transport transport;
    private final Fence fence;

    FencedTransport(Transport transport, Fence fence) {
        this.transport = transport;
        this.fence = fence;
    }

    @Override
    public CompletionStage<PeerAddress> listen(Function<Line, Consumer<LineEvent>> acceptor) {
        if (fence.isClosed()) return new CompletableFuture<>();
        return transport.listen(line -> fence.isClosed() ? event -> {} : heard(acceptor.apply(new FencedLine(line))));
    }

    @Override
    public void dial(PeerAddress address, Consumer<LineEvent> events) {
        if (!fence.isClosed()) transport.dial(address, heard(events));
    }

    @Override
    public CompletionStage<Void> stop() {
        return fence.isClosed() ? new CompletableFuture<>() : transport.stop();
    }

    private Consumer<LineEvent> heard(Consumer<LineEvent> events) {
        return event -> {
            if (event instanceof LineEvent.Opened(Line line)) opened(line, events);
            else if (!fence.isClosed()) events.accept(event);
        };
    }

    private void opened(Line line, Consumer<LineEvent> events) {
        // Who dialled is dead: the other side is told as by any system whose process has ended.
        if (fence.isClosed()) line.close();
        else events.accept(new LineEvent.Opened(new FencedLine(line)));
    }

    private final class FencedLine implements Line {
        private final Line line;

        private FencedLine(Line line) {
            this.line = line;
        }

        @Override
        public void send(Bytes bytes) {
            if (fence.pass(CrashPoint.BEFORE_SEND)) line.send(bytes);
        }

        @Override
        public void release(int bytes) {
            line.release(bytes);
        }

        @Override
        public void close() {
            if (!fence.isClosed()) line.close();
        }

        @Override
        public String description() {
            return line.description();
        }
    }
}
