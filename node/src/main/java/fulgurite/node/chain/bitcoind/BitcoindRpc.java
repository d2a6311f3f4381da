package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Calls of bitcoind's JSON-RPC. A call that bitcoind answers with an error fails with {@link RpcErrorException}; one that it does not answer, with {@link ChainUnavailableException}. */
public final class BitcoindRpc implements AutoCloseable {
    /** Amounts are decimal numbers of bitcoin: they must not pass through binary fractions. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final int WARMING_UP = -28;
    /** Says bitcoind of a call that it has not begun: too many wait. Pauses double, for three seconds in all. */
    private static final int BUSY = 503;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LAST_PAUSE = Duration.ofMillis(1_600);

    private final URI url;
    private final RpcCredentials credentials;
    private final Duration timeout;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param timeout of a call */
    public BitcoindRpc(URI url, RpcCredentials credentials, Duration timeout) {
        this.url = url;
        this.credentials = credentials;
        this.timeout = timeout;
    }

    /** bitcoind understood the call and said no. @see <a href="https://github.com/bitcoin/bitcoin/blob/master/src/rpc/protocol.h">the codes</a> */
    public static final class RpcErrorException extends RuntimeException {
        private final int code;

        RpcErrorException(int code, String message) {
            super(message);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** @param parameters strings, numbers, booleans or JSON nodes */
    public CompletionStage<JsonNode> call(String method, Object... parameters) {
        ObjectNode call = JSON.createObjectNode().put("jsonrpc", "1.0").put("id", "fulgurite").put("method", method);
        call.set("params", JSON.valueToTree(parameters));
        try {
            HttpRequest request = HttpRequest.newBuilder(url)
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .header("Authorization", credentials.authorization())
                    .POST(HttpRequest.BodyPublishers.ofString(call.toString()))
                    .build();
            return send(request, FIRST_PAUSE);
        } catch (ChainUnavailableException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private CompletionStage<JsonNode> send(HttpRequest request, Duration pause) {
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((response, failure) -> {
            boolean again = failure == null && response.statusCode() == BUSY && pause.compareTo(LAST_PAUSE) <= 0;
            return again ? sendAfter(request, pause) : read(response, failure);
        }).thenCompose(stage -> stage);
    }

    private CompletionStage<JsonNode> sendAfter(HttpRequest request, Duration pause) {
        return CompletableFuture
                .supplyAsync(() -> send(request, pause.multipliedBy(2)),
                        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS))
                .thenCompose(stage -> stage);
    }

    private CompletionStage<JsonNode> read(HttpResponse<String> response, Throwable failure) {
        if (failure != null) return unavailable(whyNotReached(failure));
        return switch (response.statusCode()) {
            case 401 -> unavailable("bitcoind at " + url + " refuses the sign-in: " + credentials.advice());
            case 403 -> unavailable("bitcoind at " + url + " refuses this machine: see rpcallowip in bitcoin.conf");
            case BUSY -> unavailable("bitcoind at " + url + " is too busy to answer: see rpcworkqueue in bitcoin.conf");
            default -> read(response);
        };
    }

    private CompletionStage<JsonNode> read(HttpResponse<String> response) {
        JsonNode answer;
        try {
            answer = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            return unavailable("what answers at " + url + " is not bitcoind (HTTP " + response.statusCode() + ")");
        }
        JsonNode error = answer.path("error");
        if (error.isObject()) {
            int code = error.path("code").asInt();
            String message = error.path("message").asText();
            return code == WARMING_UP
                    ? unavailable("bitcoind at " + url + " is starting: " + message)
                    : CompletableFuture.failedStage(new RpcErrorException(code, message));
        }
        if (!answer.has("result"))
            return unavailable("what answers at " + url + " is not bitcoind (HTTP " + response.statusCode() + ")");
        return CompletableFuture.completedStage(answer.path("result"));
    }

    private String whyNotReached(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return switch (cause) {
            case ConnectException e ->
                "nothing listens at " + url + ": start bitcoind with server=1, or correct the URL";
            case HttpTimeoutException e ->
                "bitcoind at " + url + " does not answer within " + timeout.toMillis() + " ms";
            case IOException e -> "bitcoind at " + url + " broke the connection off: is it stopping?";
            default -> "bitcoind at " + url + " cannot be reached: " + cause.getClass().getSimpleName();
        };
    }

    private static CompletionStage<JsonNode> unavailable(String why) {
        return CompletableFuture.failedStage(new ChainUnavailableException(why));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
