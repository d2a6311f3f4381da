package fulgurite.node.transport;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.stream.KillSwitches;
import akka.stream.Materializer;
import akka.stream.SharedKillSwitch;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lines over TCP, and over WebSocket on the same port: who connects shows by its first byte which it speaks, for BOLT 8
 * begins with a zero and a request for WebSocket with a G; whatever else comes is cut off. Both are dialled, through a
 * proxy where one is set. What a stranger may cost is bounded by {@link TransportLimits}; whoever breaks a bound is cut
 * off alone.
 *
 * @bolt 8, Act One
 */
public final class SocketTransport implements Transport {
    private static final int BACKLOG = 100;
    private static final byte FIRST_OF_BOLT_8 = 0;
    /** Of {@code GET}: nothing else asks for WebSocket. */
    private static final byte FIRST_OF_HTTP = 'G';
    private final ActorSystem<?> system;
    private final Materializer materializer;
    private final String bindHost;
    private final int bindPort;
    private final TransportLimits limits;
    private final Admission admission;
    private final Outbound outbound;
    private final WebSocketHttp http;
    private final AtomicLong nextLine = new AtomicLong();
    private final Map<Long, StreamLine> lines = new ConcurrentSkipListMap<>();
    private final AtomicReference<Tcp.@Nullable ServerBinding> binding = new AtomicReference<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * @param bindHost an interface's address; loopback unless the operator chose to be reachable
     * @param bindPort 0 for any free one
     * @param nanoTime a clock that never goes back, to which rates are held
     */
    public SocketTransport(ActorSystem<?> system, String bindHost, int bindPort, TransportLimits limits,
            Optional<ProxySettings> proxy, LongSupplier nanoTime) {
        this.system = system;
        this.materializer = SystemMaterializer.get(system).materializer();
        this.bindHost = bindHost;
        this.bindPort = bindPort;
        this.limits = limits;
        this.admission = new Admission(limits, nanoTime);
        this.outbound = new Outbound(Adapter.toClassic(system), limits, proxy);
        this.http = new WebSocketHttp(Adapter.toClassic(system), materializer, limits);
    }

    /** On 127.0.0.1, with the default limits, no proxy and no rates. @param bindPort 0 for any free one */
    public static SocketTransport onLoopback(ActorSystem<?> system, int bindPort) {
        return new SocketTransport(system, "127.0.0.1", bindPort, TransportLimits.DEFAULT, Optional.empty(),
                () -> 0);
    }

    @Override
    public CompletionStage<PeerAddress> listen(Function<Line, Consumer<LineEvent>> acceptor) {
        return Tcp.get(Adapter.toClassic(system))
                .bind(bindHost, bindPort, BACKLOG, List.of(), false, Optional.of(limits.idle()))
                .toMat(Sink.foreach(connection -> serve(connection, acceptor)), Keep.left())
                .run(materializer)
                .handleAsync((bound, failure) -> {
                    if (failure != null)
                        throw new CompletionException(new IllegalStateException("cannot listen on "
                                + bindHost + ":" + bindPort + " (" + StreamLine.text(failure)
                                + "); choose another port or stop what holds it", failure));
                    binding.set(bound);
                    return new PeerAddress(bindHost, bound.localAddress().getPort());
                }, system.executionContext());
    }

    /** Until its first byte has come, a connection costs a socket and a timer. */
    private void serve(Tcp.IncomingConnection connection, Function<Line, Consumer<LineEvent>> acceptor) {
        InetSocketAddress from = connection.remoteAddress();
        if (stopped.get() || !admission.enter(from.getAddress())) {
            connection.handleWith(Flow.fromSinkAndSource(Sink.cancelled(), Source.empty()), materializer);
            return;
        }
        SharedKillSwitch socket = KillSwitches.shared("socket");
        var opened = new AtomicBoolean();
        after(limits.opening(), () -> {
            if (!opened.get()) socket.shutdown();
        });
        Function<PeerAddress, StreamLine> accept = address -> {
            StreamLine line = newLine("from " + address, socket);
            opened.set(true);
            line.openTo(acceptor.apply(line));
            return line;
        };
        Flow.of(ByteString.class)
                .via(socket.flow())
                .via(connection.flow())
                .via(socket.flow())
                .watchTermination((unused, done) -> {
                    done.whenCompleteAsync((ok, failure) -> admission.leave(from.getAddress()),
                            system.executionContext());
                    return unused;
                })
                .join(Flow.of(ByteString.class).flatMapPrefix(1, first -> speak(first, from, accept)))
                .run(materializer);
    }

    private Flow<ByteString, ByteString, NotUsed> speak(Iterable<ByteString> first, InetSocketAddress from,
            Function<PeerAddress, StreamLine> accept) {
        Iterator<ByteString> begun = first.iterator();
        if (stopped.get() || !begun.hasNext()) return Flow.fromSinkAndSource(Sink.cancelled(), Source.empty());
        ByteString beginning = begun.next();
        String host = from.getAddress().getHostAddress();
        Flow<ByteString, ByteString, NotUsed> spoken = switch (beginning.head()) {
            case FIRST_OF_BOLT_8 -> accept.apply(new PeerAddress(host, from.getPort())).flow();
            case FIRST_OF_HTTP -> http.serve(() -> accept.apply(PeerAddress.webSocket(host, from.getPort())));
            default -> Flow.fromSinkAndSource(Sink.cancelled(), Source.empty());
        };
        return Flow.of(ByteString.class).prepend(Source.single(beginning)).via(spoken);
    }

    @Override
    public void dial(PeerAddress address, Consumer<LineEvent> events) {
        if (stopped.get()) {
            events.accept(new LineEvent.Closed("this node is stopping"));
            return;
        }
        StreamLine line = newLine("to " + address, KillSwitches.shared("socket"));
        var decided = new AtomicBoolean();
        Consumer<String> fail = why -> {
            if (!decided.compareAndSet(false, true)) return;
            line.fault("cannot connect to " + address + ": " + why);
            line.openTo(events);
        };
        try {
            connect(address, line).whenCompleteAsync((done, failure) -> {
                if (failure != null) {
                    fail.accept(StreamLine.text(failure));
                    return;
                }
                if (!decided.compareAndSet(false, true)) return;
                events.accept(new LineEvent.Opened(line));
                line.openTo(events);
            }, system.executionContext());
        } catch (IllegalArgumentException e) {
            fail.accept(StreamLine.text(e));
            line.abandon();
        }
        after(limits.opening(), () -> fail.accept("no answer within " + limits.opening().toSeconds() + " s"));
    }

    private CompletionStage<Done> connect(PeerAddress address, StreamLine line) {
        if (address.isWebSocket()) return http.dial(address, outbound.http(address), line);
        SharedKillSwitch socket = line.socket();
        return Flow.of(ByteString.class)
                .via(socket.flow())
                .viaMat(outbound.tcp(address), Keep.right())
                .via(socket.flow())
                .join(line.flow())
                .run(materializer);
    }

    private StreamLine newLine(String description, SharedKillSwitch socket) {
        var line = new StreamLine(system, limits, description, socket);
        long number = nextLine.incrementAndGet();
        lines.put(number, line);
        line.ended().whenComplete((done, failure) -> lines.remove(number));
        return line;
    }

    @Override
    public CompletionStage<Void> stop() {
        stopped.set(true);
        Tcp.@Nullable ServerBinding bound = binding.get();
        CompletionStage<?> unbound = bound == null ? CompletableFuture.completedFuture(null) : bound.unbind();
        List<StreamLine> open = List.copyOf(lines.values());
        open.forEach(line -> line.fault("this node is stopping"));
        return unbound.thenComposeAsync(done -> CompletableFuture.allOf(open.stream()
                .map(line -> line.ended().toCompletableFuture())
                .toArray(CompletableFuture[]::new)), system.executionContext());
    }

    private void after(Duration delay, Runnable action) {
        system.scheduler().scheduleOnce(delay, action, system.executionContext());
    }
}
