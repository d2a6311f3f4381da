package fulgurite.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.api.Certificates;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Calls a node's JSON-RPC interface, one request at a time. */
public final class RpcClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http;
    private final RunningNodes.RunningNode node;
    private final Duration timeout;

    /** @param timeout how long a single call may take; paying waits for the payment's end */
    public RpcClient(RunningNodes.RunningNode node, Duration timeout) {
        this.node = node;
        this.timeout = timeout;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5));
        node.certificate().map(Certificates::toTrust).ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** A call that did not lead to a result; the message is for the user. */
    public static final class CallFailed extends Exception {
        CallFailed(String message) {
            super(message);
        }
    }

    /** @param params an object or an array; @return the result */
    public JsonNode call(String method, JsonNode params) throws CallFailed {
        ObjectNode request = JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", 1).put("method", method).set("params", params);
        String answer = post(request.toString());
        try {
            JsonNode parsed = JSON.readTree(answer);
            if (parsed.has("error")) throw new CallFailed(parsed.path("error").path("message").asText());
            return parsed.path("result");
        } catch (IOException e) {
            throw new CallFailed("the node's answer is not JSON-RPC: " + answer.strip());
        }
    }

    private String post(String body) throws CallFailed {
        String pair = node.credentials().user() + ":" + node.credentials().password();
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url()))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) throw new CallFailed(response.body().strip());
            return response.body();
        } catch (ConnectException e) {
            throw new CallFailed("node '" + node.name() + "' does not answer at " + node.url() + "; is it running?");
        } catch (IOException e) {
            throw new CallFailed("the connection to node '" + node.name() + "' broke: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallFailed("interrupted");
        }
    }
}
