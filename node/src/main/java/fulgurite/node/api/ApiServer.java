package fulgurite.node.api;

import static java.util.concurrent.CompletableFuture.completedStage;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.BasicHttpCredentials;
import akka.http.javadsl.model.headers.HttpCredentials;
import akka.http.javadsl.model.headers.RawHeader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/**
 * Serves {@link JsonRpc} at {@code POST /local} with Basic authentication. A page in a browser gets nowhere: a request
 * with an {@code Origin} is refused (cross-site requests), and so is one whose {@code Host} is not this server's
 * (DNS rebinding).
 */
public final class ApiServer {
    private static final long MAX_BODY_BYTES = 1 << 20;
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);
    private final ActorSystem<?> system;
    private final JsonRpc rpc;
    private final ApiCredentials credentials;
    private final Set<String> hosts;

    private ApiServer(ActorSystem<?> system, NodeService node, ApiCredentials credentials, String host) {
        this.system = system;
        this.rpc = new JsonRpc(node);
        this.credentials = credentials;
        this.hosts = new TreeSet<>(List.of("127.0.0.1", "localhost", "::1", host));
    }

    /**
     * Binds and serves until the binding is closed.
     *
     * @param port 0 for any free one
     * @return the bound server; the stage fails when the address cannot be bound
     */
    public static CompletionStage<Bound> start(ActorSystem<?> system, NodeService node, ApiCredentials credentials,
            String host, int port) {
        var server = new ApiServer(system, node, credentials, host);
        return Http.get(system).newServerAt(host, port).bind(server::serve).thenApply(Bound::new);
    }

    /** A server that is listening. */
    public record Bound(ServerBinding binding) {
        public String url() {
            InetSocketAddress address = binding.localAddress();
            return "http://" + address.getHostString() + ":" + address.getPort() + "/local";
        }

        public CompletionStage<?> stop() {
            return binding.terminate(Duration.ofSeconds(3));
        }
    }

    private CompletionStage<HttpResponse> serve(HttpRequest request) {
        Optional<HttpResponse> refusal = refusal(request);
        if (refusal.isPresent()) {
            request.discardEntityBytes(system);
            return completedStage(refusal.get());
        }
        return request.entity()
                .withSizeLimit(MAX_BODY_BYTES)
                .toStrict(BODY_TIMEOUT.toMillis(), system)
                .handle((body, failure) -> failure == null
                        ? rpc.answer(body.getData().utf8String()).thenApply(ApiServer::json)
                        : completedStage(plain(413, "the body must arrive within " + BODY_TIMEOUT.toSeconds()
                                + " s and have at most " + MAX_BODY_BYTES + " bytes")))
                .thenCompose(stage -> stage);
    }

    private Optional<HttpResponse> refusal(HttpRequest request) {
        String host = request.getUri().getHost().address().replaceAll("[\\[\\]]", "");
        if (!hosts.contains(host)) return Optional.of(plain(403, "this server does not answer for host " + host));
        if (request.getHeader("Origin").isPresent())
            return Optional.of(plain(403, "requests from web pages are not served"));
        if (!authorised(request))
            return Optional.of(plain(401, "a user and a password are needed (Basic authentication); the node's data"
                    + " directory has them in api.json").addHeader(
                            RawHeader.create("WWW-Authenticate", "Basic realm=\"fulgurite\"")));
        if (!request.getUri().path().equals("/local"))
            return Optional.of(plain(404, "there is only /local, for JSON-RPC 2.0 by POST"));
        if (!request.method().equals(HttpMethods.POST))
            return Optional.of(plain(405, "call /local by POST, with a JSON-RPC 2.0 request such as "
                    + "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"help\"}"));
        return Optional.empty();
    }

    private boolean authorised(HttpRequest request) {
        return request.getHeader(akka.http.javadsl.model.headers.Authorization.class)
                .map(akka.http.javadsl.model.headers.Authorization::credentials)
                .filter(this::matches)
                .isPresent();
    }

    private boolean matches(HttpCredentials given) {
        return given instanceof BasicHttpCredentials basic && credentials.matches(basic.username(), basic.password());
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
