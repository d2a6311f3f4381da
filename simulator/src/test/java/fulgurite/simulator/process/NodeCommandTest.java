package fulgurite.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.cli.NodeCommand;
import fulgurite.node.cli.RunningNodes;
import fulgurite.simulator.Fulgurite;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeCommandTest {
    private Path home;
    private ProcessNetwork network;

    @BeforeAll
    void build(@TempDir Path directory) throws IOException {
        home = directory;
        network = new ProcessNetwork(directory);
    }

    @AfterAll
    void leave() {
        network.close();
    }

    /** What the command says when it refuses. */
    private String refusal(String... options) {
        var arguments = new ArrayList<>(List.of("--alias", "dora", "--data", home.resolve("dora").toString(),
                "--listen", "127.0.0.1:0", "--api-port", "0"));
        arguments.addAll(List.of(options));
        return refusalOf(arguments);
    }

    private static String refusalOf(List<String> arguments) {
        var errors = new StringWriter();
        int exit = new CommandLine(new NodeCommand()).setErr(new PrintWriter(errors, true))
                .setOverwrittenOptionsAllowed(true)
                .execute(arguments.toArray(String[]::new));
        assertThat(exit).isEqualTo(1);
        assertThat(errors.toString()).startsWith("error: ").doesNotContain("\tat ");
        return errors.toString();
    }

    private String refusalOnTheChain(String... options) {
        var all = new ArrayList<>(network.chainOptions());
        all.addAll(List.of(options));
        String said = refusal(all.toArray(String[]::new));
        assertThat(said.lines()).hasSize(1);
        return said;
    }

    @Test
    void without_a_chain_the_three_ways_to_one_are_told() {
        // A cookie that is not there: on this machine there may be a bitcoind.
        String said = refusal("--chain-cookie", home.resolve("none").toString());
        assertThat(said).contains("./fulgurite demo").contains("docker compose up").contains("--chain-cookie");
    }

    @Test
    void a_fresh_start_without_anything_tells_the_three_ways_and_makes_no_seed() throws Exception {
        Path fresh = Files.createDirectory(home.resolve("fresh"));
        var command = new ArrayList<>(NodeJvm.java(Fulgurite.class));
        command.add("node");
        var builder = new ProcessBuilder(command).directory(fresh.toFile()).redirectErrorStream(true);
        builder.environment().put("HOME", fresh.toString());
        Process node = builder.start();
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(node.waitFor()).isEqualTo(1);
        assertThat(said).contains("error: a node needs a chain")
                .contains("your own bitcoind")
                .contains("./fulgurite demo")
                .contains("docker compose up")
                .doesNotContain("\tat ");
        assertThat(fresh.resolve("fulgurite-data").resolve("seed")).doesNotExist();
        assertThat(fresh.resolve("fulgurite-data").resolve("tokens")).doesNotExist();
    }

    @Test
    void the_settings_in_force_are_printed_with_their_origins_and_without_secrets() throws IOException {
        Path conf = Files.writeString(home.resolve("print.conf"), "api.password = tresor, relay.fee-millionths = 7");
        var printed = new StringWriter();
        int exit = new CommandLine(new NodeCommand()).setOut(new PrintWriter(printed, true))
                .execute("--conf", conf.toString(), "--alias", "dora", "--print-config");

        assertThat(exit).isZero();
        assertThat(printed.toString()).contains("alias = \"dora\"  # option --alias\n")
                .contains("relay.fee-millionths = 7  # " + conf + ": 1\n")
                .contains("relay.fee-base-msat = 1000  # built in\n")
                .contains("api.password = \"(hidden)\"")
                .doesNotContain("tresor");
    }

    /** The command's exit code and what it says. */
    private record Ended(int code, String said) {}

    private Ended background(Path data) throws Exception {
        var command = new ArrayList<>(NodeJvm.java(Fulgurite.class));
        command.addAll(List.of("node", "--daemon", "--alias", "frank", "--data", data.toString(), "--listen",
                "127.0.0.1:0", "--api-port", "0"));
        command.addAll(network.chainOptions());
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("FULGURITE_HOME", home.resolve("home").toString());
        Process starter = builder.start();
        String said = new String(starter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(starter.waitFor(), said);
    }

    @Test
    void a_node_in_the_background_is_up_when_the_command_ends_and_stops_by_its_pid_file() throws Exception {
        Path data = home.resolve("frank");
        Ended started = background(data);

        assertThat(started.code()).as(started.said()).isZero();
        assertThat(started.said()).contains("cli --node frank");
        Path pidFile = data.resolve("fulgurite.pid");
        ProcessHandle node = ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).orElseThrow();
        assertThat(node.isAlive()).isTrue();
        Ended second = background(data);
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.said()).contains("error: another node runs on");
        node.destroy();
        node.onExit().get(30, TimeUnit.SECONDS);
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void a_chain_that_does_not_answer_is_told_with_the_ways_to_one() throws IOException {
        Path password = Files.writeString(home.resolve("any"), "any");
        String said = refusal("--chain", "http://127.0.0.1:1", "--chain-user", "u", "--chain-password-file",
                password.toString());
        assertThat(said).contains("nothing listens at http://127.0.0.1:1").contains("./fulgurite demo");
    }

    @Test
    void what_is_wrong_with_the_chain_is_one_line() throws IOException {
        Path wrong = Files.writeString(home.resolve("wrong"), "wrong");
        assertThat(refusalOnTheChain("--chain-password-file", wrong.toString())).contains("refuses the sign-in")
                .doesNotContain("wrong\"");
        assertThat(refusalOnTheChain("--network", "signet")).contains("on the network \"regtest\"");
        assertThat(refusalOnTheChain("--chain", "nonsense")).contains("not the URL");
        assertThat(refusalOnTheChain("--chain-cookie", "x")).contains("either a cookie or a user");
    }

    @Test
    void what_is_wrong_with_the_settings_is_one_line() throws IOException {
        Path conf = Files.writeString(home.resolve("dora.conf"), "relay.fee-base-msats = 1");
        assertThat(refusalOnTheChain("--conf", conf.toString())).contains("no setting relay.fee-base-msats")
                .contains("dora.conf: 1")
                .contains("did you mean relay.fee-base-msat?");
        assertThat(refusalOnTheChain("--conf", home.resolve("none.conf").toString())).contains("none.conf");
        assertThat(refusalOnTheChain("--alias", "a b")).contains("letters");
        assertThat(refusalOnTheChain("--listen", "nowhere")).contains("HOST:PORT");
    }

    @Test
    void a_port_in_use_is_one_line() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(refusalOnTheChain("--listen", "127.0.0.1:" + port)).contains("cannot listen for peers")
                    .contains("127.0.0.1:" + port);
            assertThat(refusalOnTheChain("--api-port", Integer.toString(port))).contains("cannot serve the API")
                    .contains("--api-port");
        }
    }

    @Test
    void a_node_serves_announces_itself_keeps_its_directory_and_goes_without_a_trace() throws Exception {
        NodeJvm node = network.start("erin");
        network.until("erin answers", node::isAlive);
        var running = new RunningNodes(home.resolve("home").resolve("running"));
        Path api = node.directory().resolve("api.json");
        String kept = Files.readString(api);
        assertThat(running.find("erin")).isEqualTo(new RunningNodes(node.directory()).find("api")
                .map(found -> new RunningNodes.RunningNode("erin", found.url(), found.credentials(),
                        found.certificate())));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(api))).isEqualTo("rw-------");
        String id = node.ask("info").path("node_id").asText();
        assertThat(refusalOnTheChain("--data", node.directory().toString())).contains("another node runs on");

        assertThat(node.terminate()).as("stops when told to").contains(0);
        assertThat(running.find("erin")).isEmpty();
        node.start();
        network.until("erin answers again", node::isAlive);
        assertThat(node.ask("info").path("node_id").asText()).isEqualTo(id);
        assertThat(Files.readString(api)).isEqualTo(kept);
        assertThat(node.call("stop", Map.of()).asBoolean()).isTrue();
        network.until("erin is gone", () -> running.find("erin").isEmpty());
        assertThat(node.logged()).contains("fulgurite://" + id).contains("cli --node erin").doesNotContain("\tat ");
    }
}
