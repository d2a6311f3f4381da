package fulgurite.simulator.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.api.ApiCredentials;
import fulgurite.node.cli.RpcClient;
import fulgurite.node.cli.RunningNodes;
import fulgurite.simulator.Fulgurite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A node in a JVM of its own, which may be killed and started again on the same data directory. */
public final class NodeJvm {
    private static final Duration CALL = Duration.ofSeconds(60);
    private final String name;
    private final Path directory;
    private final List<String> options;
    private final int apiPort;
    private final Map<String, String> environment;
    private final Machine machine;
    private Optional<Process> process = Optional.empty();

    /** How much a node's JVM may spend: {@link #SMALL} starts fast, {@link #FULL} is as {@code ./fulgurite} starts one. */
    public enum Machine {
        SMALL("-Xmx256m", "-XX:TieredStopAtLevel=1"), FULL("-Xmx1g", "-XX:MaxInlineLevel=9", "-XX:FreqInlineSize=150",
                "-XX:InlineSmallCode=1200");

        private final List<String> options;

        Machine(String... options) {
            this.options = List.of(options);
        }
    }

    /** @param home in which the nodes' data directories lie @param options after alias, data and API port @param environment beside that of this process */
    NodeJvm(String name, Path home, int apiPort, List<String> options, Map<String, String> environment,
            Machine machine) {
        this.environment = environment;
        this.machine = machine;
        this.name = name;
        this.directory = home.resolve(name);
        this.options = options;
        this.apiPort = apiPort;
    }

    public String name() {
        return name;
    }

    public Path directory() {
        return directory;
    }

    /** Does not wait for the node to answer. */
    public void start() {
        var command = new ArrayList<>(java(Fulgurite.class, machine));
        command.addAll(List.of("node", "--alias", name, "--data", directory.toString(), "--api-port",
                Integer.toString(apiPort)));
        command.addAll(options);
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().put("FULGURITE_HOME", directory.resolveSibling("home").toString());
        builder.environment().putAll(environment);
        try {
            process = Optional.of(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command that runs a main class with this JVM's class path. */
    public static List<String> java(Class<?> main) {
        return java(main, Machine.SMALL);
    }

    private static List<String> java(Class<?> main, Machine machine) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(machine.options);
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=logback.xml", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        return command;
    }

    /** Where its API is. */
    public String api(String path) {
        return "http://127.0.0.1:" + apiPort + path;
    }

    public Path log() {
        return directory.resolveSibling(name + ".log");
    }

    /** As {@code kill -9} does it: the process does nothing more. */
    public void kill() {
        process.ifPresent(running -> running.destroyForcibly().onExit().join());
        process = Optional.empty();
    }

    /** As {@code kill} does it. @return the exit code; empty when it has not ended in time */
    public Optional<Integer> terminate() {
        Process running = process.orElseThrow();
        running.destroy();
        return end(running);
    }

    /** Tells it to stop by its API. @return the exit code; empty when it has not ended in time */
    public Optional<Integer> stop() throws RpcClient.CallFailed {
        call("stop", Map.of());
        return end(process.orElseThrow());
    }

    private Optional<Integer> end(Process running) {
        try {
            boolean ended = running.waitFor(30, TimeUnit.SECONDS);
            process = Optional.empty();
            return ended ? Optional.of(running.exitValue()) : Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            running.destroyForcibly();
        }
    }

    public boolean isAlive() {
        try {
            return call("alive", Map.of()).asBoolean();
        } catch (RpcClient.CallFailed e) {
            if (process.isEmpty() || !process.get().isAlive())
                throw new IllegalStateException(name + " has ended:\n" + logged());
            return false;
        }
    }

    public String logged() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the node says of its peers and channels, for a report of a failure. */
    public String standing() {
        var said = new StringBuilder();
        for (String method : List.of("peers", "channels", "getcommitmenttransactions")) {
            try {
                said.append(method).append(": ").append(call(method, Map.of()).toPrettyString()).append('\n');
            } catch (RpcClient.CallFailed e) {
                said.append(method).append(": ").append(e.getMessage()).append('\n');
            }
        }
        return said.toString();
    }

    /** Calls the node's API. */
    public JsonNode call(String method, Map<String, ?> params) throws RpcClient.CallFailed {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        params.forEach((key, value) -> object.put(key, value.toString()));
        return client().call(method, object);
    }

    /** For many calls, one after another. */
    public RpcClient client() {
        Optional<ApiCredentials> credentials = new RunningNodes(directory).find("api")
                .map(RunningNodes.RunningNode::credentials);
        var at = new RunningNodes.RunningNode(name, api("/local"),
                credentials.orElse(new ApiCredentials("nobody", "yet")), Optional.empty());
        return new RpcClient(at, CALL);
    }

    /** What its process has used of all processors since it began. */
    public Duration cpu() {
        return process.flatMap(running -> running.toHandle().info().totalCpuDuration()).orElse(Duration.ZERO);
    }

    /** Calls the node's API, of which an answer is expected. */
    public JsonNode ask(String method, Map<String, ?> params) {
        try {
            return call(method, params);
        } catch (RpcClient.CallFailed e) {
            throw new IllegalStateException(name + ", " + method + ": " + e.getMessage() + "\n" + logged());
        }
    }

    public JsonNode ask(String method) {
        return ask(method, Map.of());
    }
}
