package fulgurite.simulator.chain;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a {@link RegtestChain} to other processes by the JSON-RPC calls of Bitcoin Core 28 that a Lightning node
 * needs: the same formats, error codes, HTTP statuses and Basic authentication, batches included. {@code sendtoaddress}
 * is paid by the chain's own miner.
 */
public final class BitcoindRpcServer {
    private static final Logger LOG = LoggerFactory.getLogger(BitcoindRpcServer.class);
    private static final long MAX_BODY_BYTES = 8 << 20;
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

    private final ActorSystem<?> system;
    private final ChainRpc rpc;
    private final RpcCredentials.Password credentials;

    private BitcoindRpcServer(ActorSystem<?> system, ChainRpc rpc, RpcCredentials.Password credentials) {
        this.system = system;
        this.rpc = rpc;
        this.credentials = credentials;
    }

    /** A server that is listening. */
    public record Bound(ServerBinding binding) {
        public int port() {
            return binding.localAddress().getPort();
        }

        /** Stops listening and cuts what is connected. */
        public CompletionStage<?> stop() {
            return binding.terminate(Duration.ofSeconds(1));
        }
    }

    /**
     * Listens until the binding is stopped.
     *
     * @param port 0 for any free one
     * @param onStop what the call {@code stop} does, after it is answered or before
     * @return fails when the address cannot be bound
     */
    public static CompletionStage<Bound> start(ActorSystem<?> system, RegtestChain chain,
            RpcCredentials.Password credentials, String host, int port, Runnable onStop) {
        var server = new BitcoindRpcServer(system, new ChainRpc(chain, onStop), credentials);
        return Http.get(system).newServerAt(host, port).bind(server::serve).thenApply(Bound::new);
    }

    private CompletionStage<HttpResponse> serve(HttpRequest request) {
        if (!request.method().equals(HttpMethods.POST))
            return refuse(request, 405, "JSONRPC server handles only POST requests");
        // A browser sends an Origin with what a foreign page asks for; bitcoind's clients send none.
        if (request.getHeader("Origin").isPresent()) return refuse(request, 403, "not for browsers");
        if (!isSignedIn(request)) return refuse(request, 401, "");
        return request.entity()
                .withSizeLimit(MAX_BODY_BYTES)
                .toStrict(BODY_TIMEOUT.toMillis(), system)
                .handle((body, failure) -> failure == null
                        ? answer(body.getData().utf8String())
                        : plain(413, "the body is too large or came too slowly"));
    }

    private boolean isSignedIn(HttpRequest request) {
        byte[] expected = credentials.authorization().getBytes(StandardCharsets.UTF_8);
        return request.getHeader("Authorization")
                .filter(given -> MessageDigest.isEqual(given.value().getBytes(StandardCharsets.UTF_8), expected))
                .isPresent();
    }

    private CompletionStage<HttpResponse> refuse(HttpRequest request, int status, String why) {
        request.discardEntityBytes(system);
        HttpResponse refusal = plain(status, why);
        return CompletableFuture.completedStage(
                status == 401
                        ? refusal.addHeader(RawHeader.create("WWW-Authenticate", "Basic realm=\"jsonrpc\""))
                        : refusal);
    }

    private HttpResponse answer(String body) {
        try {
            JsonNode request = ChainJson.JSON.readTree(body);
            if (!request.isArray()) return answerOne(request);
            ArrayNode answers = ChainJson.array();
            for (JsonNode each : request) answers.add(answerTo(each).json());
            return json(200, answers);
        } catch (JsonProcessingException e) {
            return json(500, failed(NullNode.getInstance(), false,
                    new RpcErrorException(RpcErrorException.PARSE, "Parse error")).json());
        }
    }

    private HttpResponse answerOne(JsonNode request) {
        Answer answer = answerTo(request);
        return json(answer.status(), answer.json());
    }

    /** @param status of HTTP, as bitcoind chooses it for the outcome and the version of JSON-RPC */
    private record Answer(int status, ObjectNode json) {}

    private Answer answerTo(JsonNode request) {
        boolean second = request.path("jsonrpc").asText().equals("2.0");
        JsonNode id = request.has("id") ? request.get("id") : NullNode.getInstance();
        try {
            if (!request.path("method").isTextual())
                throw new RpcErrorException(RpcErrorException.INVALID_REQUEST, "Missing method");
            JsonNode parameters = request.hasNonNull("params") ? request.get("params") : ChainJson.array();
            if (!parameters.isContainerNode())
                throw new RpcErrorException(RpcErrorException.INVALID_REQUEST, "Params must be an array or object");
            JsonNode result = rpc.call(request.get("method").asText(), parameters);
            ObjectNode json = ChainJson.object();
            if (second) json.put("jsonrpc", "2.0");
            json.set("result", result);
            if (!second) json.putNull("error");
            return new Answer(200, json.set("id", id));
        } catch (RpcErrorException e) {
            return failed(id, second, e);
        } catch (RuntimeException e) {
            LOG.error("a call failed by a fault of this server", e);
            return failed(id, second, new RpcErrorException(RpcErrorException.INTERNAL, "Internal error"));
        }
    }

    private static Answer failed(JsonNode id, boolean second, RpcErrorException e) {
        ObjectNode json = ChainJson.object();
        if (second) json.put("jsonrpc", "2.0");
        else json.putNull("result");
        json.putObject("error").put("code", e.code()).put("message", e.getMessage());
        int status = switch (e.code()) {
            case RpcErrorException.INVALID_REQUEST -> 400;
            case RpcErrorException.METHOD_NOT_FOUND -> 404;
            default -> 500;
        };
        return new Answer(second ? 200 : status, json.set("id", id));
    }

    private static HttpResponse json(int status, JsonNode body) {
        // The final newline is bitcoind's too.
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, body + "\n"));
    }

    private static HttpResponse plain(int status, String text) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text));
    }
}
