package fulgurite.node.api;

import static java.util.concurrent.CompletableFuture.completedStage;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.ServerBuilder;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Connection;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.InitialTimeoutException;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import scala.jdk.javaapi.DurationConverters;

/**
 * Serves the calls of a {@link Desk}: JSON-RPC at {@code /local}, REST and the event feed below {@code /v1}, and beside
 * them {@code /metrics} and {@code /health}. Each request passes {@link Doorkeeper} first; a refused one ends its connection.
 *
 * <p>What a stranger can take is bounded by {@link Limits}.
 */
public final class ApiServer {
    /** Where REST begins. */
    static final String BASE = "/v1";
    /** Whoever sends nonsense shall not fill the log with it. */
    private static final Config QUIET = ConfigFactory.parseString(
            "akka.http.server.parsing.error-logging-verbosity = off, akka.http.parsing.error-logging-verbosity = off");

    /**
     * @param body bytes of a request's body, at most @param bodyTime in which it must come
     * @param firstRequest in which a connection must have asked for something
     * @param answer that a call may take: a payment may take 90 s to end
     * @param connections at a time; more wait to be accepted
     * @param strangers of them that have shown no token: see {@link Lobby}
     */
    record Limits(long body, Duration bodyTime, Duration firstRequest, Duration answer, int connections,
            int strangers) {
        static final Limits USUAL = new Limits(1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(120), 256, 128);
    }

    private final Limits limits;
    private final ActorSystem<?> system;
    private final Doorkeeper doorkeeper;
    private final JsonRpc rpc;
    private final RestApi rest;
    private final EventFeed events;
    private final NodeService node;
    private final NodeMetrics metrics;
    private final Lobby lobby;

    private ApiServer(ActorSystem<?> system, Desk desk, ApiSettings settings, Limits limits) {
        this.limits = limits;
        this.lobby = new Lobby(limits.strangers());
        var calls = new Calls(desk);
        this.system = system;
        this.doorkeeper = new Doorkeeper(desk.tokens(), settings);
        this.rpc = new JsonRpc(calls);
        this.rest = new RestApi(calls);
        this.events = new EventFeed(system, desk);
        this.node = desk.node();
        this.metrics = NodeMetrics.of(system, desk.node());
    }

    /**
     * Binds and serves until the binding is closed.
     *
     * @return the bound server; the stage fails when the address cannot be bound
     */
    public static CompletionStage<Bound> start(ActorSystem<?> system, Desk desk, ApiSettings settings) {
        return start(system, desk, settings, Limits.USUAL);
    }

    static CompletionStage<Bound> start(ActorSystem<?> system, Desk desk, ApiSettings settings, Limits limits) {
        var server = new ApiServer(system, desk, settings, limits);
        ServerBuilder builder = Http.get(system)
                .newServerAt(settings.host(), settings.port())
                .withSettings(server.settings(ServerSettings.create(QUIET.withFallback(system.settings().config()))));
        if (settings.tls().isPresent())
            builder = builder.enableHttps(ConnectionContext.httpsServer(settings.tls().get()));
        String scheme = settings.tls().isPresent() ? "https" : "http";
        // Made anew for each connection.
        Flow<HttpRequest, HttpResponse, ?> flow = Flow.fromMaterializer((materializer, attributes) -> server
                .connection(server.lobby.enter()));
        return builder.bindFlow(flow).thenApply(binding -> new Bound(binding, scheme));
    }

    private Flow<HttpRequest, HttpResponse, NotUsed> connection(Lobby.Guest guest) {
        return Flow.of(HttpRequest.class)
                .via(guest.line().<HttpRequest>flow())
                .initialTimeout(limits.firstRequest())
                .mapAsync(1, request -> serve(request, guest))
                // The connection ends without a word, and the log has none of it either.
                .recoverWithRetries(1, InitialTimeoutException.class, Source::empty)
                .watchTermination((before, end) -> {
                    end.whenComplete((done, failure) -> guest.leave());
                    return NotUsed.getInstance();
                });
    }

    private ServerSettings settings(ServerSettings usual) {
        Duration idle = limits.answer().plusSeconds(10);
        return usual.withMaxConnections(limits.connections())
                .withTimeouts(usual.getTimeouts()
                        .withRequestTimeout(DurationConverters.toScala(limits.answer()))
                        .withIdleTimeout(DurationConverters.toScala(idle)));
    }

    /** A server that is listening. */
    public record Bound(ServerBinding binding, String scheme) {
        /** Where JSON-RPC is. */
        public String url() {
            return at("/local");
        }

        /** The address of a path, such as {@code /v1/info}. */
        public String at(String path) {
            InetSocketAddress address = binding.localAddress();
            String host = address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString();
            return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + path;
        }

        public CompletionStage<?> stop() {
            return binding.terminate(Duration.ofSeconds(3));
        }
    }

    /** Who may ask for a {@link Place}. */
    enum Entry {
        ANYBODY, ANY_TOKEN, READ
    }

    /** What there is beside the calls below {@link #BASE}. */
    enum Place {
        LOCAL("POST", "/local", Entry.ANY_TOKEN), EVENTS("GET", BASE + "/events", Entry.READ), OPENAPI("GET",
                BASE + "/openapi.json", Entry.ANY_TOKEN), METRICS("GET", "/metrics", Entry.READ), HEALTH("GET",
                        "/health", Entry.ANYBODY), LIVE("GET", "/health/live", Entry.ANYBODY);

        final String verb;
        final String path;
        final Entry entry;

        Place(String verb, String path, Entry entry) {
            this.verb = verb;
            this.path = path;
            this.entry = entry;
        }

        static Optional<Place> at(String path) {
            return Arrays.stream(values()).filter(place -> place.path.equals(path)).findFirst();
        }
    }

    private CompletionStage<HttpResponse> serve(HttpRequest request, Lobby.Guest guest) {
        Optional<Place> place = Place.at(request.getUri().path());
        boolean open = place.filter(one -> one.entry == Entry.ANYBODY).isPresent();
        return switch (doorkeeper.judge(request, open)) {
            case Doorkeeper.Refused(int status, String why) -> {
                request.discardEntityBytes(system);
                HttpResponse response = plain(status, why).addHeader(Connection.create("close"));
                yield completedStage(status == 401
                        ? response.addHeader(RawHeader.create("WWW-Authenticate",
                                "Bearer realm=\"fulgurite\", Basic realm=\"fulgurite\""))
                        : response);
            }
            case Doorkeeper.Admitted(Caller caller) when caller.equals(Caller.NOBODY) ->
                // Who needs no token gets one answer: it may not stay.
                serve(caller, request, place.orElseThrow())
                        .thenApply(response -> response.addHeader(Connection.create("close")));
            case Doorkeeper.Admitted(Caller caller) -> {
                guest.leave();
                yield place.map(one -> serve(caller, request, one)).orElseGet(() -> serve(caller, request));
            }
        };
    }

    private CompletionStage<HttpResponse> serve(Caller caller, HttpRequest request) {
        String path = request.getUri().path();
        if (path.startsWith(BASE + "/")) return withBody(request, body -> rest(caller, request, body));
        request.discardEntityBytes(system);
        return completedStage(plain(404,
                "there are /local, for JSON-RPC 2.0 by POST, and what " + Place.OPENAPI.path + " describes"));
    }

    private CompletionStage<HttpResponse> serve(Caller caller, HttpRequest request, Place place) {
        if (!request.method().value().equals(place.verb)) {
            request.discardEntityBytes(system);
            return completedStage(plain(405, "call " + place.path + " by " + place.verb));
        }
        if (place.entry == Entry.READ && !caller.may(Scope.READ)) {
            request.discardEntityBytes(system);
            return completedStage(plain(403, place.path + " needs a token with the right 'read'"));
        }
        return switch (place) {
            case LOCAL -> withBody(request, body -> rpc.answer(caller, body).thenApply(ApiServer::json));
            case OPENAPI -> withBody(request,
                    body -> completedStage(json(Optional.of(OpenApi.describe(BASE).toString()))));
            case EVENTS -> completedStage(feed(caller, request));
            case METRICS -> withBody(request, body -> metrics.scrape().thenApply(ApiServer::prometheus));
            case HEALTH -> withBody(request, body -> Health.of(node, caller)
                    .thenApply(health -> json(health).withStatus(StatusCodes.get(health.ready() ? 200 : 503))));
            case LIVE -> withBody(request, body -> Health.of(node, caller)
                    .thenApply(health -> json(health).withStatus(StatusCodes.get(health.live() ? 200 : 503))));
        };
    }

    private static HttpResponse json(Health health) {
        return json(Optional.of(health.shown().toString()));
    }

    /** @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">its formats</a> */
    private static HttpResponse prometheus(String figures) {
        return HttpResponse.create()
                .withEntity(HttpEntities.create(ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8"),
                        figures.getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse feed(Caller caller, HttpRequest request) {
        var upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
        if (upgrade.isPresent()) return upgrade.get().handleMessagesWith(events.flow(caller));
        request.discardEntityBytes(system);
        return plain(426, Place.EVENTS.path + " is a WebSocket").addHeader(RawHeader.create("Upgrade", "websocket"));
    }

    private CompletionStage<HttpResponse> rest(Caller caller, HttpRequest request, String body) {
        var query = new ArrayList<Map.Entry<String, String>>();
        request.getUri().query().toList().forEach(pair -> query.add(Map.entry(pair.first(), pair.second())));
        return rest.answer(caller, request.method().value(), request.getUri().path().substring(BASE.length()), query,
                body)
                .thenApply(answer -> json(Optional.of(answer.body())).withStatus(StatusCodes.get(answer.status())));
    }

    private CompletionStage<HttpResponse> withBody(HttpRequest request,
            java.util.function.Function<String, CompletionStage<HttpResponse>> serve) {
        BiFunction<akka.http.javadsl.model.HttpEntity.Strict, Throwable, CompletionStage<HttpResponse>> next = (body,
                failure) -> failure == null
                        ? serve.apply(body.getData().utf8String())
                        : completedStage(plain(413, "the body must arrive within " + limits.bodyTime().toSeconds()
                                + " s and have at most " + limits.body() + " bytes")
                                .addHeader(Connection.create("close")));
        // On this system's own threads: Scala's stage would continue on the JVM's common pool.
        return request.entity()
                .withSizeLimit(limits.body())
                .toStrict(limits.bodyTime().toMillis(), system)
                .handleAsync(next, system.executionContext())
                .thenCompose(stage -> stage);
    }

    private static HttpResponse json(Optional<String> answer) {
        return answer
                .map(text -> HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, text)))
                .orElseGet(() -> HttpResponse.create().withStatus(StatusCodes.NO_CONTENT));
    }

    private static HttpResponse plain(int status, String message) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, message + "\n"));
    }
}
