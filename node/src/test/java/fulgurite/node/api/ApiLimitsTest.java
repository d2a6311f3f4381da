package fulgurite.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whoever takes more than its share of the API's time or room is cut, and others are served all the while. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiLimitsTest {
    private static final ApiServer.Limits SMALL = new ApiServer.Limits(10_000, Duration.ofSeconds(1),
            Duration.ofSeconds(1), Duration.ofSeconds(2), 6, 6);
    private static final int PATIENCE_MILLIS = 60_000;
    private final AtomicBoolean hangs = new AtomicBoolean();
    private ActorSystem<Void> system;
    private ApiServer.Bound server;
    private String token = "";

    @BeforeAll
    void serve(@TempDir Path home) {
        system = ActorSystem.create(Behaviors.empty(), "limits");
        Desk fake = FakeNode.desk(home, 1);
        token = fake.tokens().ofOwner();
        var node = (NodeService) java.lang.reflect.Proxy.newProxyInstance(NodeService.class.getClassLoader(),
                new Class<?>[]{NodeService.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("peers") && hangs.get()) return new CompletableFuture<>();
                    return method.invoke(fake.node(), arguments);
                });
        server = ApiServer.start(system, new Desk(node, fake.tokens()), ApiSettings.local(), SMALL)
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    void stop() {
        server.stop().toCompletableFuture().join();
        system.terminate();
    }

    @AfterEach
    void others_are_served() throws IOException {
        assertThat(answer(get("/v1/alive"))).startsWith("HTTP/1.1 200").endsWith("true");
    }

    private Socket connect() throws IOException {
        URI at = URI.create(server.url());
        var socket = new Socket(at.getHost(), at.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nConnection: close\r\n\r\n";
    }

    private String answer(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return rest(socket);
        }
    }

    /** What is left to read until the server hangs up. */
    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException reset) {
            return "";
        }
    }

    /** Sends one byte after the other, with pauses in which it listens, until the server hangs up. @return what it said */
    private static String drip(Socket socket, String text) throws IOException {
        socket.setSoTimeout(50);
        OutputStream out = socket.getOutputStream();
        long deadline = System.nanoTime() + Duration.ofMillis(PATIENCE_MILLIS).toNanos();
        for (int i = 0; System.nanoTime() < deadline; i++) {
            try {
                out.write(text.charAt(i % text.length()));
                int heard = socket.getInputStream().read();
                return heard < 0 ? "" : (char) heard + rest(socket);
            } catch (SocketTimeoutException quiet) {
                // It listens still.
            } catch (SocketException gone) {
                return "";
            }
        }
        throw new AssertionError("it was never hung up on");
    }

    @Test
    void one_who_says_nothing_is_hung_up_on() throws IOException {
        try (Socket socket = connect()) {
            assertThat(rest(socket)).isEmpty();
        }
    }

    @Test
    void one_who_drips_headers_is_hung_up_on() throws IOException {
        try (Socket socket = connect()) {
            assertThat(drip(socket, "GET /v1/alive HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(10_000)))
                    .doesNotContain(" 200 ");
        }
    }

    @Test
    void one_who_drips_a_body_is_told_and_hung_up_on() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(("POST /local HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(drip(socket, " ")).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() throws IOException {
        String head = "POST /local HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\n";
        assertThat(answer(head + "Content-Length: 10001\r\n\r\n" + " ".repeat(10_001))).startsWith("HTTP/1.1 413");
        String chunk = "fa0\r\n" + " ".repeat(4000) + "\r\n";
        assertThat(answer(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(3) + "0\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void headers_and_addresses_that_are_too_long_are_refused() throws IOException {
        assertThat(answer(get("/v1/" + "x".repeat(100_000)))).startsWith("HTTP/1.1 414");
        assertThat(answer(get("/v1/alive").replace("Connection", "X-Long: " + "x".repeat(100_000) + "\r\nConnection")))
                .startsWith("HTTP/1.1 431");
        assertThat(answer(get("/v1/alive").replace("Connection", "X: y\r\n".repeat(1000) + "Connection")))
                .startsWith("HTTP/1.1 4");
    }

    @Test
    void what_is_no_http_is_hung_up_on() throws IOException {
        assertThat(answer("\u0016\u0003\u0001 hello \u0000\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void who_is_refused_has_no_connection_left() throws IOException {
        try (Socket socket = connect()) {
            String request = "GET /v1/alive HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.repeat(3).getBytes(StandardCharsets.UTF_8));
            String said = rest(socket);
            assertThat(said).startsWith("HTTP/1.1 401");
            assertThat(said.split("HTTP/1.1", -1)).hasSize(2);
        }
    }

    @Test
    void a_call_that_takes_too_long_is_given_up() throws IOException {
        hangs.set(true);
        try {
            assertThat(answer(get("/v1/peers"))).startsWith("HTTP/1.1 503");
        } finally {
            hangs.set(false);
        }
    }

    @Test
    void strangers_who_may_stay_long_take_no_place_that_others_need(@TempDir Path home) throws IOException {
        var patient = new ApiServer.Limits(10_000, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1), 6, 3);
        Desk desk = FakeNode.desk(home, 2);
        ApiServer.Bound other = ApiServer.start(system, desk, ApiSettings.local(), patient)
                .toCompletableFuture()
                .join();
        List<Socket> held = new ArrayList<>();
        try {
            URI at = URI.create(other.url());
            for (int i = 0; i < 20; i++) held.add(new Socket(at.getHost(), at.getPort()));
            try (Socket socket = new Socket(at.getHost(), at.getPort())) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream()
                        .write(get("/v1/alive").replace(token, desk.tokens().ofOwner())
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(rest(socket)).startsWith("HTTP/1.1 200").endsWith("true");
            }
            // The first of them was hung up on, the last one waits still.
            held.getFirst().setSoTimeout(PATIENCE_MILLIS);
            assertThat(rest(held.getFirst())).isEmpty();
        } finally {
            for (Socket socket : held) socket.close();
            other.stop().toCompletableFuture().join();
        }
    }

    @Test
    void who_shows_no_token_gets_one_answer_about_the_health_and_is_hung_up_on() throws IOException {
        try (Socket socket = connect()) {
            String request = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.repeat(2).getBytes(StandardCharsets.UTF_8));
            String said = rest(socket);
            assertThat(said).startsWith("HTTP/1.1 200");
            assertThat(said.split("HTTP/1.1", -1)).hasSize(2);
        }
    }

    @Test
    void who_takes_all_connections_and_says_nothing_holds_others_up_for_a_moment_only() throws IOException {
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * SMALL.connections(); i++) held.add(connect());
            others_are_served();
        } finally {
            for (Socket socket : held) socket.close();
        }
    }
}
