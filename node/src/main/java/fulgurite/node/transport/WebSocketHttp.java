package fulgurite.node.transport;

import akka.Done;
import akka.NotUsed;
import akka.actor.ActorSystem;
import akka.http.javadsl.ClientTransport;
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
import akka.stream.Materializer;
import akka.stream.TLSProtocol.SessionBytes;
import akka.stream.TLSProtocol.SslTlsInbound;
import akka.stream.TLSProtocol.SslTlsOutbound;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.TLSPlacebo;
import akka.util.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The HTTP around lines over WebSocket, by Akka HTTP. Any path is served, without TLS: BOLT 8 encrypts above. */
final class WebSocketHttp {
    private final ActorSystem system;
    private final Materializer materializer;
    private final TransportLimits limits;

    WebSocketHttp(ActorSystem system, Materializer materializer, TransportLimits limits) {
        this.system = system;
        this.materializer = materializer;
        this.limits = limits;
    }

    /** Serves one connection. @param accepted makes the line when WebSocket is asked for */
    Flow<ByteString, ByteString, NotUsed> serve(Supplier<StreamLine> accepted) {
        BidiFlow<SslTlsOutbound, SslTlsOutbound, SessionBytes, SslTlsInbound, NotUsed> widened = BidiFlow.fromFlows(Flow
                .of(SslTlsOutbound.class), Flow.of(SessionBytes.class).map(session -> (SslTlsInbound) session));
        return Http.get(system)
                .serverLayer(ServerSettings.create(system))
                .atop(widened)
                .atop(TLSPlacebo.getInstance())
                .reversed()
                .join(Flow.of(HttpRequest.class).map(request -> respond(request, accepted)));
    }

    private HttpResponse respond(HttpRequest request, Supplier<StreamLine> accepted) {
        var upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
        if (upgrade.isPresent())
            return upgrade.get().handleMessagesWith(WebSocketFrames.around(accepted.get(), limits.frame()));
        request.discardEntityBytes(materializer);
        return HttpResponse.create()
                .withStatus(StatusCodes.UPGRADE_REQUIRED)
                .addHeader(Connection.create("close"))
                .withEntity("This port speaks the Lightning protocol (BOLT 8), bare or inside WebSocket frames.\n");
    }

    /** Dials, for {@code line}; completes when it can be spoken on. @throws IllegalArgumentException for a bad address */
    CompletionStage<Done> dial(PeerAddress to, ClientTransport beneath, StreamLine line) {
        ClientConnectionSettings usual = ClientConnectionSettings.create(system);
        ClientConnectionSettings settings = usual.withConnectingTimeout(scala(limits.opening()))
                .withIdleTimeout(scala(limits.idle()))
                .withTransport(new SpelledHeaders(beneath, line.socket()))
                .withWebsocketSettings(usual.getWebsocketSettings().withRandomFactoryFactory(ZeroMask::new));
        return Http.get(system)
                .singleWebSocketRequest(WebSocketRequest.create(to + "/"),
                        WebSocketFrames.around(line, limits.frame()), ConnectionContext.noEncryption(),
                        Optional.empty(),
                        settings, akka.event.NoLogging.getInstance(), materializer)
                .first()
                .thenApplyAsync(WebSocketHttp::valid, system.dispatcher());
    }

    private static Done valid(WebSocketUpgradeResponse upgrade) {
        if (upgrade.isValid()) return Done.getInstance();
        throw new CompletionException(new IOException("it is not a WebSocket listener ("
                + upgrade.invalidationReason() + ")"));
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
