package fulgurite.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.Fulgurite;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of two nodes that have paid each other: figures, health, events, logs, and no secret in any of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private Path home;
    private ProcessNetwork network;
    private NodeJvm alice;
    private NodeJvm bob;
    private JsonNode paid;

    @BeforeAll
    void build(@TempDir Path directory) throws Exception {
        home = directory;
        network = new ProcessNetwork(directory);
        var loud = Map.of("FULGURITE_LOG", "DEBUG", "FULGURITE_LOG_FORMAT", "json", "FULGURITE_API_PASSWORD",
                "tresor-of-the-api");
        alice = network.start("alice", loud);
        bob = network.start("bob", loud);
        for (NodeJvm node : List.of(alice, bob)) network.until(node.name() + " answers", node::isAlive);
        listen();
        network.fund("alice", new Satoshi(100_000_000));
        network.open("alice", "bob", new Satoshi(5_000_000), new Satoshi(1_000_000));
        network.mine(6);
        for (String name : List.of("alice", "bob")) network.until("channels of " + name, () -> network.isUsable(name));
        bob.ask("invoice", Map.of("amount_msat", 7_000_000, "description", "never paid"));
        JsonNode invoice = bob.ask("invoice", Map.of("amount_msat", 5_000_000, "description", "coffee"));
        paid = alice.ask("pay", Map.of("bolt11", invoice.path("bolt11").asText()));
        assertThat(paid.path("state").asText()).isEqualTo("succeeded");
        JsonNode failed = alice.ask("send", Map.of("destination",
                "02" + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", "amount_msat", 1000));
        assertThat(failed.path("state").asText()).isEqualTo("failed");
    }

    @AfterAll
    void leave() {
        network.close();
    }

    private void listen() throws IOException {
        http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token("read"))
                .buildAsync(URI.create(alice.api("/v1/events").replace("http", "ws")), new WebSocket.Listener() {
                    private final StringBuilder part = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket line, CharSequence data, boolean last) {
                        part.append(data);
                        if (last) {
                            events.add(part.toString());
                            part.setLength(0);
                        }
                        line.request(1);
                        return null;
                    }
                })
                .join();
    }

    private String token(String name) throws IOException {
        return Files.readString(alice.directory().resolve("tokens").resolve(name + ".token")).strip();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(alice.api(path)));
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String read(String path) throws Exception {
        HttpResponse<String> answer = get(path, "Authorization", "Bearer " + token("read"));
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    @Test
    void the_figures_tell_of_journal_channels_peers_payments_chain_and_dispatchers() throws Exception {
        SortedMap<String, Double> figures = new TreeMap<>();
        for (String line : read("/metrics").lines().filter(line -> !line.startsWith("#")).toList()) {
            int space = line.lastIndexOf(' ');
            figures.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
        }

        assertThat(figures).containsEntry("fulgurite_channels{connected=\"true\",state=\"normal\"}", 1.0)
                .containsEntry("fulgurite_peers{connected=\"true\"}", 1.0)
                .containsEntry("fulgurite_payments_seconds_count{direction=\"outgoing\",result=\"succeeded\"}", 1.0)
                .containsEntry("fulgurite_payments_seconds_count{direction=\"outgoing\",result=\"failed\"}", 1.0)
                .containsEntry("fulgurite_chain{what=\"reachable\"}", 1.0);
        long ours = alice.ask("channels").get(0).path("ours_msat").asLong();
        assertThat(figures).containsEntry("fulgurite_channels_balance_msat{side=\"ours\"}", (double) ours);
        int height = alice.ask("info").path("block_height").asInt();
        assertThat(figures).containsEntry("fulgurite_chain{what=\"height\"}", (double) height);
        assertThat(figures.get("fulgurite_journal_events_total")).isGreaterThan(10);
        assertThat(figures.get("fulgurite_journal_write_seconds_count{result=\"written\"}")).isGreaterThan(5);
        assertThat(figures.get("fulgurite_journal_write_seconds_sum{result=\"written\"}")).isPositive();
        assertThat(
                figures.get("fulgurite_dispatcher_delay_seconds_count{dispatcher=\"akka.actor.default-dispatcher\"}"))
                .isPositive();
        assertThat(figures.get("fulgurite_chain_quiet_seconds")).isNotNegative();
    }

    @Test
    void the_health_is_told_to_anybody_and_the_chain_s_state_to_who_may_read() throws Exception {
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/health").body()).isEqualTo("{\"live\":true,\"ready\":true,\"chain\":\"reachable\"}");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(read("/health")).path("chain_state").path("block_height").asInt()).isPositive();
    }

    @Test
    void the_feed_has_told_of_blocks_peers_channels_and_both_payments() {
        List<JsonNode> told = events.stream().map(OperatingTest::parsed).toList();
        assertThat(told).extracting(event -> event.path("event").asText()).contains("block", "peer", "channel");
        assertThat(told).filteredOn(event -> event.path("event").asText().equals("payment"))
                .extracting(event -> event.path("state").asText())
                .containsExactly("pending", "succeeded", "pending", "failed");
        assertThat(told).filteredOn(event -> event.path("event").asText().equals("channel"))
                .extracting(event -> event.path("channel").path("state").asText())
                .contains("awaiting confirmations", "normal");
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(text, e);
        }
    }

    @Test
    void the_log_says_which_node_peer_channel_and_payment_a_line_is_about() {
        List<JsonNode> lines = logged(alice);
        String node = alice.ask("info").path("node_id").asText();
        String peer = bob.ask("info").path("node_id").asText();

        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("formattedMessage").asText()).isEqualTo("payment made");
            assertThat(line.path("mdc").path("persistenceId").asText()).isEqualTo("payments|" + node.substring(0, 16));
            assertThat(line.path("kvpList").toString()).contains(paid.path("payment_hash").asText());
        });
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("formattedMessage").asText()).isEqualTo("the channel's state is Normal");
            assertThat(line.path("kvpList").toString()).contains(peer).contains("{\"channel\":\"0\"}");
        });
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("formattedMessage").asText()).startsWith("alice runs as " + node);
            assertThat(line.path("mdc").path("node").asText()).isEqualTo(node.substring(0, 16));
        });
    }

    /** Akka's own start is in plain text before the log is set up: what is no JSON is not of the log. */
    private static List<JsonNode> logged(NodeJvm node) {
        return node.logged().lines().filter(line -> line.startsWith("{")).map(OperatingTest::parsed).toList();
    }

    @Test
    void no_secret_is_in_a_log_an_event_a_figure_or_what_a_reader_is_answered() throws Exception {
        SortedMap<String, String> secrets = secrets();
        var seen = new TreeMap<String, String>();
        for (NodeJvm node : List.of(alice, bob)) seen.put("the log of " + node.name(), node.logged());
        seen.put("the events", String.join("\n", events));
        for (String path : List.of("/metrics", "/health", "/v1/openapi.json", "/v1/info", "/v1/help", "/v1/channels",
                "/v1/peers", "/v1/network", "/v1/balance"))
            seen.put(path, read(path));
        seen.put("the list of tokens", alice.ask("tokens").toString());

        for (var one : seen.entrySet())
            for (var secret : secrets.entrySet())
                assertThat(one.getValue().contains(secret.getValue())).as("%s is in %s", secret.getKey(), one.getKey())
                        .isFalse();
        assertThat(alice.logged()).contains("\"level\":\"DEBUG\"");
    }

    private SortedMap<String, String> secrets() throws IOException {
        var secrets = new TreeMap<String, String>();
        for (NodeJvm node : List.of(alice, bob)) {
            List<String> words = List.of(Files.readString(node.directory().resolve("seed")).strip().split("\\s+"));
            assertThat(words).hasSizeGreaterThanOrEqualTo(12);
            secrets.put("the seed of " + node.name(), String.join(" ", words));
            secrets.put("some of the seed of " + node.name(), String.join(" ", words.subList(2, 5)));
            try (Stream<Path> files = Files.list(node.directory().resolve("tokens"))) {
                for (Path file : files.toList())
                    secrets.put("token " + file.getFileName() + " of " + node.name(),
                            Files.readString(file).strip().split("_")[2]);
            }
        }
        secrets.put("the preimage", paid.path("preimage").asText());
        secrets.put("the API's password", "tresor-of-the-api");
        assertThat(secrets.values()).allSatisfy(secret -> assertThat(secret).hasSizeGreaterThan(10));
        return secrets;
    }

    @Test
    void the_shell_makes_a_token_with_the_rights_it_says_and_revokes_it() throws Exception {
        String made = cli("--json", "token", "create", "shop", "invoice", "read");
        String token = JSON.readTree(made).path("token").asText();
        assertThat(get("/v1/info", "Authorization", "Bearer " + token).statusCode()).isEqualTo(200);
        assertThat(get("/v1/backup", "Authorization", "Bearer " + token).statusCode()).isEqualTo(403);
        assertThat(cli("token", "list")).contains("shop").contains("admin").doesNotContain(token);
        cli("token", "revoke", "shop");
        assertThat(get("/v1/info", "Authorization", "Bearer " + token).statusCode()).isEqualTo(401);
    }

    private String cli(String... arguments) throws Exception {
        var command = new ArrayList<>(NodeJvm.java(Fulgurite.class));
        command.addAll(List.of("cli", "--node", "alice"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("FULGURITE_HOME", home.resolve("home").toString());
        Process running = builder.start();
        String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(running.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor()).as(errors).isZero();
        return said;
    }
}
