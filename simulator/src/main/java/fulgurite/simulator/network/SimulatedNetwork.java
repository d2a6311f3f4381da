package fulgurite.simulator.network;

import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.Transport;
import fulgurite.node.transport.Transport.Line;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.simulator.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Connects nodes by host and port inside one engine. Each message takes a seeded latency; what a line carries arrives
 * in order or, when the line is cut, not at all. Every opening, delivery and cut goes into the engine's trace. Listeners
 * are called from the engine's tasks, one at a time.
 */
public final class SimulatedNetwork {
    private final Engine engine;
    private final NetworkConditions conditions;
    private final SplittableRandom random;
    private final Map<PeerAddress, Function<Line, Consumer<LineEvent>>> listeners = new LinkedHashMap<>();
    private final Set<Between> partitions = new LinkedHashSet<>();
    private final List<SimulatedConnection> connections = new ArrayList<>();
    private Duration delay = Duration.ZERO;
    private long connectionsMade;

    /** Two places, in either order. */
    private record Between(PeerAddress one, PeerAddress other) {
        boolean joins(PeerAddress a, PeerAddress b) {
            return one.equals(a) && other.equals(b) || one.equals(b) && other.equals(a);
        }
    }

    public SimulatedNetwork(Engine engine, NetworkConditions conditions) {
        this.engine = engine;
        this.conditions = conditions;
        this.random = engine.random("network");
    }

    /** The transport of the node that lives at {@code home}: it listens there and dials from there. */
    public Transport transport(PeerAddress home) {
        return new SimulatedTransport(home);
    }

    /** Cuts every line between two places, and lets none be dialled until {@link #heal}. */
    public void partition(PeerAddress one, PeerAddress other) {
        partitions.add(new Between(one, other));
        disconnect(one, other);
    }

    public void heal(PeerAddress one, PeerAddress other) {
        partitions.removeIf(between -> between.joins(one, other));
    }

    public void healAll() {
        partitions.clear();
    }

    /** Cuts the lines between two places; they may be dialled again at once. What was under way is lost. */
    public void disconnect(PeerAddress one, PeerAddress other) {
        cut(connection -> new Between(one, other).joins(connection.dialler(), connection.listener()));
    }

    /** Cuts every line of one place, as when its node crashes. It goes on listening. */
    public void disconnect(PeerAddress place) {
        cut(connection -> connection.dialler().equals(place) || connection.listener().equals(place));
    }

    /**
     * The end of a process: nobody listens at that place any more and its lines break.
     *
     * @param inFlightIsLost else what it sent before arrives, and the end of the line after it
     */
    public void silence(PeerAddress place, boolean inFlightIsLost) {
        listeners.remove(place);
        if (inFlightIsLost) disconnect(place);
        else for (SimulatedConnection connection : List.copyOf(connections)) connection.hangUp(place);
    }

    /**
     * Lets so many more bytes pass from one place to another on the line that they have now, and then cuts it: the last
     * message may arrive in part. Nothing when there is no line.
     */
    public void cutAfter(PeerAddress from, PeerAddress to, int bytes) {
        for (SimulatedConnection connection : List.copyOf(connections))
            if (new Between(from, to).joins(connection.dialler(), connection.listener()))
                connection.cutAfter(to, bytes);
    }

    /** From now on every message takes so much longer. */
    public void delay(Duration extra) {
        delay = extra;
    }

    /** Lines that are open now. */
    public int openLines() {
        return connections.size();
    }

    private void cut(Predicate<SimulatedConnection> which) {
        for (SimulatedConnection connection : List.copyOf(connections))
            if (which.test(connection)) connection.cut("the connection was lost");
    }

    private boolean isPartitioned(PeerAddress one, PeerAddress other) {
        return partitions.stream().anyMatch(between -> between.joins(one, other));
    }

    /** At the listener's place, one latency after the dialling. */
    private void arrive(PeerAddress from, PeerAddress to, Consumer<LineEvent> events) {
        Function<Line, Consumer<LineEvent>> acceptor = listeners.get(to);
        if (acceptor == null || isPartitioned(from, to)) {
            String reason = acceptor == null ? "nobody listens at " + to : to + " cannot be reached";
            engine.loop().schedule(latency(), () -> events.accept(new LineEvent.Closed(reason)));
            return;
        }
        var connection = new SimulatedConnection(this, ++connectionsMade, from, to, events);
        connections.add(connection);
        engine.trace().record(connection + " opened");
        connection.open(acceptor);
    }

    void forget(SimulatedConnection connection) {
        connections.remove(connection);
    }

    Engine engine() {
        return engine;
    }

    Duration latency() {
        return conditions.drawLatency(random).plus(delay);
    }

    /** Where to split a message of {@code size} bytes: 0 for not at all. */
    int drawSplit(int size) {
        if (!conditions.splitting() || size < 2 || random.nextInt(4) != 0) return 0;
        return random.nextInt(1, size);
    }

    private final class SimulatedTransport implements Transport {
        private final PeerAddress home;
        private boolean stopped;

        private SimulatedTransport(PeerAddress home) {
            this.home = home;
        }

        @Override
        public CompletionStage<PeerAddress> listen(Function<Line, Consumer<LineEvent>> acceptor) {
            if (listeners.putIfAbsent(home, acceptor) != null)
                return CompletableFuture.failedFuture(
                        new IllegalStateException("the address " + home + " is in use by another node"));
            return CompletableFuture.completedFuture(home);
        }

        @Override
        public void dial(PeerAddress address, Consumer<LineEvent> events) {
            engine.loop().schedule(latency(), () -> {
                if (stopped) events.accept(new LineEvent.Closed("this node is stopping"));
                else arrive(home, address, events);
            });
        }

        @Override
        public CompletionStage<Void> stop() {
            stopped = true;
            listeners.remove(home);
            disconnect(home);
            return CompletableFuture.completedFuture(null);
        }
    }
}
