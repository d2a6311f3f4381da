package fulgurite.node.transport;

import fulgurite.protocol.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Transports that reach each other within the JVM, without delay or loss, until {@link #cut}. */
public final class InMemoryNetwork {
    private final Map<Integer, Function<Transport.Line, Consumer<Transport.LineEvent>>> listening = new ConcurrentSkipListMap<>();
    private final List<Pair> pairs = new ArrayList<>();
    private final AtomicInteger dials = new AtomicInteger();

    public Transport at(int port) {
        return new InMemory(port);
    }

    public static PeerAddress address(int port) {
        return new PeerAddress("memory", port);
    }

    /** Attempts so far, successful or not. */
    public int dials() {
        return dials.get();
    }

    /** Breaks every line. */
    public void cut() {
        List<Pair> all;
        synchronized (pairs) {
            all = List.copyOf(pairs);
            pairs.clear();
        }
        all.forEach(pair -> pair.end("the network broke", "the network broke"));
    }

    private final class InMemory implements Transport {
        private final int port;

        InMemory(int port) {
            this.port = port;
        }

        @Override
        public CompletionStage<PeerAddress> listen(Function<Line, Consumer<LineEvent>> acceptor) {
            if (listening.putIfAbsent(port, acceptor) != null)
                return CompletableFuture.failedFuture(new IllegalStateException("port " + port + " is taken"));
            return CompletableFuture.completedFuture(address(port));
        }

        @Override
        public void dial(PeerAddress to, Consumer<LineEvent> events) {
            dials.incrementAndGet();
            var acceptor = listening.get(to.port());
            if (acceptor == null) {
                events.accept(new LineEvent.Closed("cannot connect to " + to));
                return;
            }
            var pair = new Pair(events);
            synchronized (pairs) {
                pairs.add(pair);
            }
            pair.open(acceptor);
        }

        @Override
        public CompletionStage<Void> stop() {
            listening.remove(port);
            cut();
            return CompletableFuture.completedFuture(null);
        }
    }

    private static final class Pair {
        private final Consumer<Transport.LineEvent> dialler;
        private Optional<Consumer<Transport.LineEvent>> acceptor = Optional.empty();
        private boolean ended;

        Pair(Consumer<Transport.LineEvent> dialler) {
            this.dialler = dialler;
        }

        synchronized void open(Function<Transport.Line, Consumer<Transport.LineEvent>> accept) {
            // The dialler hears first, whatever the acceptor sends at once.
            dialler.accept(new Transport.LineEvent.Opened(new End(this, false)));
            acceptor = Optional.of(accept.apply(new End(this, true)));
        }

        synchronized void pass(boolean toDialler, Bytes bytes) {
            if (!ended) to(toDialler).accept(new Transport.LineEvent.Received(bytes));
        }

        synchronized void end(String toDialler, String toAcceptor) {
            if (ended) return;
            ended = true;
            to(true).accept(new Transport.LineEvent.Closed(toDialler));
            to(false).accept(new Transport.LineEvent.Closed(toAcceptor));
        }

        private Consumer<Transport.LineEvent> to(boolean toDialler) {
            return toDialler ? dialler : acceptor.orElseThrow();
        }
    }

    /** @param serves whether this is the end of the side that listens */
    private record End(Pair pair, boolean serves) implements Transport.Line {
        @Override
        public void send(Bytes bytes) {
            pair.pass(serves, bytes);
        }

        @Override
        public void close() {
            String ours = "we closed it";
            String theirs = "the other side closed it";
            pair.end(serves ? theirs : ours, serves ? ours : theirs);
        }

        @Override
        public String description() {
            return "in memory";
        }
    }
}
