package fulgurite.node.transport;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Connection;
import akka.http.javadsl.model.ws.WebSocketRequest;
import akka.http.javadsl.model.ws.WebSocketUpgradeResponse;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.KillSwitches;
import akka.stream.Materializer;
import akka.stream.SharedKillSwitch;
import akka.stream.SystemMaterializer;
import akka.stream.TLSProtocol.SessionBytes;
import akka.stream.TLSProtocol.SslTlsInbound;
import akka.stream.TLSProtocol.SslTlsOutbound;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.TLSPlacebo;
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lines over WebSocket, served and dialled by Akka HTTP. Any path is served, without TLS: BOLT 8 encrypts above.
 * What a stranger may cost is bounded by {@link TransportLimits}; whoever breaks a bound is cut off alone.
 */
public final class WebSocketTransport implements Transport {
    private static final int BACKLOG = 100;
    private final ActorSystem<?> system;
    private final Materializer materializer;
    private final String bindHost;
    private final int bindPort;
    private final Optional<PeerAddress> announced;
    private final TransportLimits limits;
    private final AtomicInteger incoming = new AtomicInteger();
    private final AtomicLong nextLine = new AtomicLong();
    private final Map<Long, WebSocketLine> lines = new ConcurrentSkipListMap<>();
    private final AtomicReference<Tcp.@Nullable ServerBinding> binding = new AtomicReference<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * @param bindHost an interface's address; loopback unless the operator chose to be reachable
     * @param bindPort 0 for any free one
     * @param announced what {@link #listen} gives to others, if not the bound address
     */
    public WebSocketTransport(ActorSystem<?> system, String bindHost, int bindPort, Optional<PeerAddress> announced,
            TransportLimits limits) {
        this.system = system;
        this.materializer = SystemMaterializer.get(system).materializer();
        this.bindHost = bindHost;
        this.bindPort = bindPort;
        this.announced = announced;
        this.limits = limits;
    }

    /** On 127.0.0.1, with the default limits. @param bindPort 0 for any free one */
    public static WebSocketTransport onLoopback(ActorSystem<?> system, int bindPort) {
        return new WebSocketTransport(system, "127.0.0.1", bindPort, Optional.empty(), TransportLimits.DEFAULT);
    }

    @Override
    public CompletionStage<PeerAddress> listen(Function<Line, Consumer<LineEvent>> acceptor) {
        return Tcp.get(Adapter.toClassic(system))
                .bind(bindHost, bindPort, BACKLOG, List.of(), false, Optional.of(limits.idle()))
                .toMat(Sink.foreach(connection -> serve(connection, acceptor)), Keep.left())
                .run(materializer)
                .handle((bound, failure) -> {
                    if (failure != null)
                        throw new CompletionException(new IllegalStateException("cannot listen on "
                                + bindHost + ":" + bindPort + " (" + WebSocketLine.text(failure)
                                + "); choose another port or stop what holds it", failure));
                    binding.set(bound);
                    return announced.orElseGet(() -> new PeerAddress(bindHost, bound.localAddress().getPort()));
                });
    }

    /** HTTP over the plain socket, which {@code socket} can cut at any moment. */
    private void serve(Tcp.IncomingConnection connection, Function<Line, Consumer<LineEvent>> acceptor) {
        if (incoming.incrementAndGet() > limits.connections() || stopped.get()) {
            incoming.decrementAndGet();
            connection.handleWith(Flow.fromSinkAndSource(Sink.cancelled(), Source.empty()), materializer);
            return;
        }
        SharedKillSwitch socket = KillSwitches.shared("socket");
        var upgraded = new AtomicBoolean();
        after(limits.opening(), () -> {
            if (!upgraded.get()) socket.shutdown();
        });
        Flow<ByteString, ByteString, NotUsed> bytes = Flow.of(ByteString.class)
                .via(socket.flow())
                .via(connection.flow())
                .via(socket.flow())
                .watchTermination((unused, done) -> {
                    done.whenComplete((ok, failure) -> incoming.decrementAndGet());
                    return unused;
                });
        Flow<HttpRequest, HttpResponse, NotUsed> answers = Flow.of(HttpRequest.class).map(request -> {
            Optional<WebSocketLine> line = accept(connection.remoteAddress(), request, socket);
            line.ifPresent(accepted -> {
                upgraded.set(true);
                accepted.openTo(acceptor.apply(accepted));
            });
            return respond(request, line);
        });
        httpOverPlainBytes().join(bytes).join(answers).run(materializer);
    }

    private BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> httpOverPlainBytes() {
        BidiFlow<SslTlsOutbound, SslTlsOutbound, SessionBytes, SslTlsInbound, NotUsed> widened = BidiFlow.fromFlows(Flow
                .of(SslTlsOutbound.class), Flow.of(SessionBytes.class).map(session -> (SslTlsInbound) session));
        return Http.get(system)
                .serverLayer(ServerSettings.create(Adapter.toClassic(system)))
                .atop(widened)
                .atop(TLSPlacebo.getInstance());
    }

    private Optional<WebSocketLine> accept(InetSocketAddress remote, HttpRequest request, SharedKillSwitch socket) {
        if (stopped.get() || request.getAttribute(AttributeKeys.webSocketUpgrade).isEmpty()) return Optional.empty();
        return Optional.of(newLine("from " + remote.getHostString() + ":" + remote.getPort(), socket));
    }

    private HttpResponse respond(HttpRequest request, Optional<WebSocketLine> line) {
        var upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
        if (line.isPresent() && upgrade.isPresent())
            return upgrade.orElseThrow().handleMessagesWith(line.orElseThrow().flow());
        request.discardEntityBytes(materializer);
        return HttpResponse.create()
                .withStatus(StatusCodes.UPGRADE_REQUIRED)
                .addHeader(Connection.create("close"))
                .withEntity("This port speaks the Lightning protocol (BOLT 8) inside WebSocket frames.\n");
    }

    @Override
    public void dial(PeerAddress address, Consumer<LineEvent> events) {
        if (stopped.get()) {
            events.accept(new LineEvent.Closed("this node is stopping"));
            return;
        }
        WebSocketLine line = newLine("to " + address, KillSwitches.shared("socket"));
        var decided = new AtomicBoolean();
        Consumer<String> fail = why -> {
            if (!decided.compareAndSet(false, true)) return;
            line.fault("cannot connect to " + address + ": " + why);
            line.openTo(events);
        };
        try {
            Http.get(system)
                    .singleWebSocketRequest(WebSocketRequest.create("ws://" + address + "/"), line.flow(),
                            ConnectionContext.noEncryption(), Optional.empty(), clientSettings(line),
                            akka.event.NoLogging.getInstance(), materializer)
                    .first()
                    .whenComplete((upgrade, failure) -> answered(upgrade, failure, fail, () -> {
                        if (!decided.compareAndSet(false, true)) return;
                        events.accept(new LineEvent.Opened(line));
                        line.openTo(events);
                    }));
        } catch (IllegalArgumentException e) {
            fail.accept("it is not an address (" + WebSocketLine.text(e) + ")");
            line.abandon();
        }
        after(limits.opening(), () -> fail.accept("no answer within " + limits.opening().toSeconds() + " s"));
    }

    private static void answered(@Nullable WebSocketUpgradeResponse upgrade, @Nullable Throwable failure,
            Consumer<String> fail, Runnable opened) {
        if (failure != null) fail.accept(WebSocketLine.text(failure));
        else
            if (upgrade == null || !upgrade.isValid())
                fail.accept("it is not a WebSocket listener (" + (upgrade == null ? "" : upgrade.invalidationReason())
                        + ")");
            else
                opened.run();
    }

    private ClientConnectionSettings clientSettings(WebSocketLine line) {
        ClientConnectionSettings settings = ClientConnectionSettings.create(Adapter.toClassic(system));
        return settings.withConnectingTimeout(scala(limits.opening()))
                .withIdleTimeout(scala(limits.idle()))
                .withTransport(new SpelledHeaders(line.socket()))
                .withWebsocketSettings(settings.getWebsocketSettings().withRandomFactoryFactory(ZeroMask::new));
    }

    private WebSocketLine newLine(String description, SharedKillSwitch socket) {
        var line = new WebSocketLine(system, limits, description, socket);
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
        List<WebSocketLine> open = List.copyOf(lines.values());
        open.forEach(line -> line.fault("this node is stopping"));
        return unbound.thenCompose(done -> CompletableFuture.allOf(open.stream()
                .map(line -> line.ended().toCompletableFuture())
                .toArray(CompletableFuture[]::new)));
    }

    private void after(Duration delay, Runnable action) {
        system.scheduler().scheduleOnce(delay, action, system.executionContext());
    }

    private static scala.concurrent.duration.FiniteDuration scala(Duration duration) {
        return scala.jdk.javaapi.DurationConverters.toScala(duration);
    }

    /**
     * The masking key is zero: masking guards proxies against scripts in browsers, which this is not, and Core
     * Lightning garbles a masked frame that reaches it in two reads.
     */
    private static final class ZeroMask extends Random {
        @Override
        protected int next(int bits) {
            return 0;
        }
    }
}
