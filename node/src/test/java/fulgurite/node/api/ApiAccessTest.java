package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every endpoint there is, tried without a token, with a wrong one, with each that is too weak, from a web page and under
 * another host's name. The endpoints come from the tables that serve them, so a new one is tried as soon as it is there.
 */
class ApiAccessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static ActorSystem<Void> system;
    private static ApiServer.Bound server;
    private static Path home;

    @BeforeAll
    static void serve() throws IOException {
        home = Files.createTempDirectory("api-access");
        system = ActorSystem.create(Behaviors.empty(), "api-access");
        server = ApiServer.start(system, FakeNode.desk(home, 7), ApiSettings.local()).toCompletableFuture().join();
        for (Scope scope : Scope.values()) Files.copy(tokenFile(scope), home.resolve(scope + ".kept"));
    }

    @AfterAll
    static void stop() {
        server.stop().toCompletableFuture().join();
        system.terminate();
    }

    private static Path tokenFile(Scope scope) {
        return home.resolve("tokens").resolve(scope + ".token");
    }

    private static String token(Scope scope) throws IOException {
        return Files.readString(home.resolve(scope + ".kept")).strip();
    }

    /** One way to call one thing. @param scope empty: any token will do @param rpc whether a refusal comes as JSON-RPC */
    record Endpoint(String name, String verb, String path, String body, Optional<Scope> scope, boolean rpc) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Endpoint> endpoints() {
        var all = new ArrayList<Endpoint>();
        for (RpcMethod method : RpcMethods.ALL) {
            // These would end the server, or the tokens that are tried.
            if (method.name().equals("stop") || method.name().equals("revoketoken")) continue;
            all.add(rest(method));
            all.add(rpc(method));
        }
        for (ApiServer.Place place : ApiServer.Place.values())
            all.add(new Endpoint(place.toString(), place.verb, place.path, "",
                    place.entry == ApiServer.Entry.READ ? Optional.of(Scope.READ) : Optional.empty(), false));
        return all.stream();
    }

    /** Also those that are not carried out here. */
    static Stream<Endpoint> allEndpoints() {
        return Stream.concat(endpoints(), RpcMethods.ALL.stream()
                .filter(method -> method.name().equals("stop") || method.name().equals("revoketoken"))
                .flatMap(method -> Stream.of(rest(method), rpc(method))));
    }

    private static Endpoint rest(RpcMethod method) {
        ObjectNode valid = RpcMethodsTest.valid(method);
        String path = method.rest().path();
        for (String name : method.rest().inPath()) path = path.replace("{" + name + "}", valid.remove(name).asText());
        String body = valid.isEmpty() ? "" : valid.toString();
        if (method.rest().verb() != Rest.Verb.POST) {
            var query = new ArrayList<String>();
            valid.properties()
                    .forEach(one -> query.add(one.getKey() + "="
                            + URLEncoder.encode(one.getValue().asText(), StandardCharsets.UTF_8)));
            if (!query.isEmpty()) path += "?" + String.join("&", query);
            body = "";
        }
        return new Endpoint(method.rest().verb() + " " + method.rest().path(), method.rest().verb().toString(),
                ApiServer.BASE + path, body, Optional.of(method.scope()), false);
    }

    private static Endpoint rpc(RpcMethod method) {
        ObjectNode request = JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", 1).put("method", method.name());
        request.set("params", RpcMethodsTest.valid(method));
        return new Endpoint("rpc " + method.name(), "POST", "/local", request.toString(),
                Optional.of(method.scope()), true);
    }

    @ParameterizedTest
    @MethodSource("allEndpoints")
    void without_a_token_nothing_opens_but_the_health(Endpoint endpoint) throws IOException {
        Answer answer = call(endpoint, "");
        if (endpoint.path().equals("/health") || endpoint.path().equals("/health/live"))
            assertThat(answer.body()).matches(
                    "\\{\"live\":(true|false),\"ready\":(true|false)(,\"chain\":\"(un)?reachable\")?}");
        else
            assertThat(answer.status()).isEqualTo(401);
    }

    @ParameterizedTest
    @MethodSource("allEndpoints")
    void with_a_wrong_token_nothing_opens(Endpoint endpoint) throws IOException {
        String wrong = token(Scope.ADMIN).replaceFirst("..$", "zz");
        assertThat(call(endpoint, bearer(wrong)).status()).isEqualTo(401);
        assertThat(call(endpoint, basic(wrong)).status()).isEqualTo(401);
        assertThat(call(endpoint, "Authorization: Bearer\r\n").status()).isIn(400, 401);
        assertThat(call(endpoint, "Authorization: Digest username=\"x\"\r\n").status()).isIn(400, 401);
    }

    @ParameterizedTest
    @MethodSource("allEndpoints")
    void with_a_token_that_is_too_weak_nothing_opens(Endpoint endpoint) throws IOException {
        for (Scope scope : Scope.values()) {
            if (endpoint.scope().isEmpty() || scope.includes(endpoint.scope().get())) continue;
            Answer answer = call(endpoint, bearer(token(scope)));
            assertThat(answer.isForbidden(endpoint)).as("%s with %s: %s", endpoint, scope, answer).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void with_a_token_that_is_right_it_opens(Endpoint endpoint) throws IOException {
        for (Scope scope : List.of(endpoint.scope().orElse(Scope.INVOICE), Scope.ADMIN)) {
            Answer answer = call(endpoint, bearer(token(scope)));
            assertThat(answer.status()).as("%s with %s: %s", endpoint, scope, answer).isNotIn(401, 403, 404, 405);
            assertThat(answer.isForbidden(endpoint)).as("%s with %s: %s", endpoint, scope, answer).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("allEndpoints")
    void a_web_page_gets_nothing_even_with_the_token(Endpoint endpoint) throws IOException {
        for (String origin : List.of("http://evil.example", "null", "http://127.0.0.1:" + port()))
            assertThat(call(endpoint, bearer(token(Scope.ADMIN)) + "Origin: " + origin + "\r\n").status())
                    .isEqualTo(403);
    }

    @ParameterizedTest
    @MethodSource("allEndpoints")
    void a_host_that_was_rebound_to_this_address_gets_nothing_even_with_the_token(Endpoint endpoint)
            throws IOException {
        for (String host : List.of("evil.example", "evil.example:" + port(), "127.0.0.1.evil.example"))
            assertThat(call(endpoint, bearer(token(Scope.ADMIN)), host).status()).isEqualTo(403);
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    private static String basic(String token) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(("any:" + token).getBytes(StandardCharsets.UTF_8)) + "\r\n";
    }

    record Answer(int status, String body) {
        boolean isForbidden(Endpoint endpoint) throws IOException {
            if (!endpoint.rpc()) return status == 403;
            JsonNode error = JSON.readTree(body).path("error");
            return error.path("code").asInt() == RpcException.of(
                    new NodeService.ServiceException(NodeService.Reason.FORBIDDEN, "")).code();
        }
    }

    private static int port() {
        return URI.create(server.url()).getPort();
    }

    private static Answer call(Endpoint endpoint, String headers) throws IOException {
        return call(endpoint, headers, "127.0.0.1:" + port());
    }

    /** By hand: an HTTP client does not let one choose the host. */
    private static Answer call(Endpoint endpoint, String headers, String host) throws IOException {
        try (var socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout(30_000);
            byte[] body = endpoint.body().getBytes(StandardCharsets.UTF_8);
            String head = endpoint.verb() + " " + endpoint.path() + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers
                    + "Content-Type: application/json\r\nContent-Length: " + body.length
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int split = answer.indexOf("\r\n\r\n");
            return new Answer(Integer.parseInt(answer.substring(9, 12)), answer.substring(split + 4));
        }
    }
}
