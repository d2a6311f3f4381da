package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ApiSettings SETTINGS = new ApiSettings("127.0.0.1", 0, List.of(),
            Optional.of(new ApiCredentials("fulgurite", "correct horse")), Optional.empty());
    private static ActorSystem<Void> system;
    private static ApiServer.Bound server;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void serve(@TempDir Path home) {
        system = ActorSystem.create(Behaviors.empty(), "api-test");
        server = ApiServer.start(system, new Desk(fakeNode(), FakeNode.tokens(home)), SETTINGS)
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    static void stop() {
        server.stop().toCompletableFuture().join();
        system.terminate();
    }

    /** Answers balance; fails on everything else in a way that nobody foresaw. */
    private static NodeService fakeNode() {
        return (NodeService) Proxy.newProxyInstance(NodeService.class.getClassLoader(),
                new Class<?>[]{NodeService.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "balance" -> CompletableFuture.completedStage(new NodeService.Balance(new Satoshi(5),
                            new Satoshi(6), new MilliSatoshi(7001), MilliSatoshi.ZERO,
                            new Satoshi(4), Optional.empty()));
                    case "subscribe" -> (AutoCloseable) () -> {};
                    case "send" -> CompletableFuture.failedStage(
                            new NodeService.ServiceException(NodeService.Reason.NO_ROUTE, "no route: open a channel"));
                    default -> CompletableFuture.failedStage(new IllegalStateException("secret detail"));
                });
    }

    @Test
    void answers_a_call_with_amounts_that_state_their_unit() throws Exception {
        JsonNode result = call("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getbalance\"}").path("result");

        assertThat(result.toString()).isEqualTo("{\"on_chain_confirmed_sat\":5,\"on_chain_unconfirmed_sat\":6,"
                + "\"in_channels_msat\":7001,\"pending_msat\":0,\"reserve_sat\":4}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
            "nonsense | -32700 | not JSON",
            "{} trailing | -32700 | not JSON",
            "[] | -32600 | a batch has 1 to 100 requests",
            "5 | -32600 | a request is a JSON object",
            "{\"id\":1,\"method\":\"alive\"} | -32600 | \"jsonrpc\"",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7} | -32600 | \"method\", a string",
            "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"alive\"} | -32600 | an id is",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"fly\"} | -32601 | there is no method 'fly'; there are alive",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"alive\",\"params\":7} | -32602 | an object or an array",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"alive\",\"params\":[1]} | -32602 | at most 0",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"send\",\"params\":{\"too\":1}} | -32602 | unknown parameter 'too'",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"send\",\"params\":[\"xyz\",1]} | -32602 | a node id",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"invoice\",\"params\":[99999999999999999999]} | -32602 | whole number",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"invoice\",\"params\":[1.5]} | -32602 | whole number",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"invoice\",\"params\":[-1]} | -32602 | whole number",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"close\",\"params\":[]} | -32602 | 'channel_id' is missing",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"info\"} | -32603 | its log says why"})
    void tells_what_is_wrong_with_a_bad_request(String request, int code, String message) throws Exception {
        JsonNode error = call(request).path("error");

        assertThat(error.path("code").asInt()).isEqualTo(code);
        assertThat(error.path("message").asText()).contains(message).doesNotContain("secret");
    }

    @Test
    void passes_on_why_a_node_could_not_do_it() throws Exception {
        String id = "02" + "11".repeat(32);
        JsonNode error = call("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"send\",\"params\":[\"" + id + "\",1000]}")
                .path("error");

        assertThat(error.path("message").asText()).isEqualTo("no route: open a channel");
        assertThat(error.path("code").asInt()).isLessThanOrEqualTo(-32001);
    }

    @Test
    void answers_a_batch_in_order_and_notifications_not_at_all() throws Exception {
        JsonNode answers = call("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"alive\"},"
                + "{\"jsonrpc\":\"2.0\",\"method\":\"alive\"},{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"alive\"}]");

        assertThat(answers).hasSize(2);
        assertThat(answers.get(1).path("id").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"fulgurite,wrong", "someone,correct horse", "fulgurite,''"})
    void refuses_wrong_credentials(String user, String password) throws Exception {
        assertThat(post("{}", user, password, "X-Nothing", "").statusCode()).isEqualTo(401);
    }

    @Test
    void refuses_a_call_without_credentials() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.url())).POST(HttpRequest.BodyPublishers.ofString("{}"));

        assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }

    @Test
    void refuses_a_web_page_even_with_credentials() throws Exception {
        assertThat(post("{}", "fulgurite", "correct horse", "Origin", "http://evil.example").statusCode())
                .isEqualTo(403);
    }

    @Test
    void refuses_a_host_name_that_was_rebound_to_this_address() throws Exception {
        assertThat(raw("POST /local HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void refuses_a_body_that_is_too_large() throws Exception {
        assertThat(post(" ".repeat((1 << 20) + 1), "fulgurite", "correct horse", "X-Nothing", "").statusCode())
                .isEqualTo(413);
    }

    @Test
    void survives_deeply_nested_json() throws Exception {
        assertThat(call("[".repeat(100_000)).path("error").path("code").asInt()).isEqualTo(-32700);
    }

    private JsonNode call(String body) throws Exception {
        HttpResponse<String> response = post(body, "fulgurite", "correct horse", "X-Nothing", "");
        assertThat(response.statusCode()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> post(String body, String user, String password, String header, String value)
            throws Exception {
        String pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(URI.create(server.url()))
                .header("Authorization", "Basic " + pair)
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String raw(String request) throws IOException {
        URI address = URI.create(server.url());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            byte[] start = socket.getInputStream().readNBytes(12);
            return new String(start, StandardCharsets.UTF_8);
        }
    }
}
