package fulgurite.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import fulgurite.node.NodeSettings;
import fulgurite.node.NodeStartException;
import fulgurite.node.api.NodeService;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fulgurite node}: one node in a process of its own, until it is interrupted or told to stop. */
@Command(name = "node", mixinStandardHelpOptions = true, description = "Runs one node against a bitcoind, or against 'fulgurite chain'.", footer = {
        "", "Examples:",
        "  fulgurite node --alias alice --data alice-data --chain http://127.0.0.1:18443 --chain-cookie chain-data/.cookie",
        "  fulgurite node --conf alice.conf",
        "  fulgurite node --conf alice.conf --print-config",
        "  fulgurite node --conf alice.conf --daemon",
        "",
        "What an option sets goes before the environment (FULGURITE_LISTEN_PORT is listen.port), that before the file of",
        "--conf (or FULGURITE_CONF), and that before the built-in settings.conf. docs/operating.md tells the rest."})
public final class NodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--alias", paramLabel = "NAME", description = "The node's name among people, and for 'fulgurite cli --node' (default: fulgurite).")
    private @Nullable String alias;

    @Option(names = "--data", paramLabel = "DIR", description = "Directory of its seed and journal (default: fulgurite-data).")
    private @Nullable String data;

    @Option(names = "--network", paramLabel = "NAME", description = "mainnet (with allow-mainnet), testnet4, signet or regtest (default: regtest).")
    private @Nullable String network;

    @Option(names = "--chain", paramLabel = "URL", description = "The JSON-RPC of bitcoind, such as http://127.0.0.1:18443 (default: the network's usual port here).")
    private @Nullable String chain;

    @Option(names = "--chain-cookie", paramLabel = "FILE", description = "bitcoind's cookie (default: that of its usual directory).")
    private @Nullable String chainCookie;

    @Option(names = "--chain-user", paramLabel = "NAME", description = "bitcoind's rpcuser, in place of the cookie.")
    private @Nullable String chainUser;

    @Option(names = "--chain-password-file", paramLabel = "FILE", description = "A file with that user's password.")
    private @Nullable String chainPasswordFile;

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where peers may dial the node; port 0 for any free one (default: 127.0.0.1:9735).")
    private @Nullable String listen;

    @Option(names = "--api-port", paramLabel = "PORT", description = "Port of the API on loopback; 0 for any free one (default: 9835).")
    private @Nullable Integer apiPort;

    @Option(names = "--conf", paramLabel = "FILE", description = "Settings in HOCON, over those of settings.conf.")
    private @Nullable Path conf;

    @Option(names = "--print-config", description = "Print every setting as it would be in force, where it comes from, and no secret; then end.")
    private boolean printConfig;

    @Option(names = "--daemon", description = "Run in the background; return once the node is up. It writes node.log and fulgurite.pid into the data directory.")
    private boolean daemon;

    @Option(names = "--pid-file", paramLabel = "FILE", description = "Write the process number there while the node runs.")
    private @Nullable Path pidFile;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            Config given = SettingSources.given(options(), Optional.ofNullable(conf), System.getenv());
            SettingSources.warnings(System.getenv()).forEach(err::println);
            NodeSettings settings = NodeSettings.of(given);
            if (printConfig) out.print(SettingSources.print(given));
            else if (daemon) out.print(inBackground(settings));
            else run(given);
            out.flush();
            return 0;
        } catch (RuntimeException e) {
            Optional<String> reason = NodeProcess.reason(e);
            if (reason.isEmpty()) throw e;
            err.println("error: " + reason.get());
            return 1;
        }
    }

    private void run(Config given) {
        NodeProcess process = NodeProcess.start(given, RunningNodes.ofThisUser());
        Optional<PidFile> pid = Optional.ofNullable(pidFile).map(PidFile::new);
        var ended = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (ended.get()) return;
            boolean gracefully = process.stop();
            pid.ifPresent(PidFile::remove);
            // Else the JVM would tell the signal that ends it as a failure.
            Runtime.getRuntime().halt(gracefully ? 0 : 1);
        }, "stop"));
        announce(process);
        pid.ifPresent(PidFile::write);
        process.awaitEnd();
        pid.ifPresent(PidFile::remove);
        ended.set(true);
    }

    private String inBackground(NodeSettings settings) {
        Path pid = pidFile == null ? settings.dataDirectory().resolve("fulgurite.pid") : pidFile;
        var arguments = new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
        arguments.removeIf("--daemon"::equals);
        if (pidFile == null) arguments.addAll(List.of("--pid-file", pid.toString()));
        return Daemon.start(arguments, new PidFile(pid), settings.dataDirectory().resolve("node.log"));
    }

    private void announce(NodeProcess process) {
        NodeService.Info info = process.node().service().info().toCompletableFuture().join();
        PrintWriter out = spec.commandLine().getOut();
        out.println("node   " + info.nodeId() + " (" + info.alias() + ", " + info.network() + ", height "
                + info.blockHeight() + ")");
        out.println("uri    " + info.uri().map(NodeCommand::dialable).orElse("none: it does not listen"));
        out.println("api    " + process.api().url() + ", tokens in tokens/ of the data directory");
        out.println("call   fulgurite cli --node " + info.alias() + " help");
        out.flush();
    }

    /** Who listens on every address cannot be dialled on that. */
    private static String dialable(String uri) {
        boolean everywhere = uri.contains("@0.0.0.0:") || uri.contains("@[::]:");
        return everywhere ? uri + " (peers put an address of this machine behind the @)" : uri;
    }

    /** What the options set. */
    private Map<String, ConfigValue> options() {
        var given = new TreeMap<String, ConfigValue>();
        put(given, "alias", "--alias", alias);
        put(given, "data", "--data", data);
        put(given, "network", "--network", network);
        put(given, "chain.url", "--chain", chain);
        put(given, "chain.cookie", "--chain-cookie", chainCookie);
        put(given, "chain.user", "--chain-user", chainUser);
        put(given, "chain.password-file", "--chain-password-file", chainPasswordFile);
        put(given, "api.port", "--api-port", apiPort);
        if (listen != null) putEndpoint(given, listen);
        return given;
    }

    private static void put(Map<String, ConfigValue> given, String name, String option, @Nullable Object value) {
        if (value != null) given.put(name, SettingSources.option(option, value));
    }

    private static void putEndpoint(Map<String, ConfigValue> given, String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        if (colon < 1 || !hostAndPort.substring(colon + 1).matches("[0-9]{1,5}"))
            throw new NodeStartException("--listen takes HOST:PORT, such as 127.0.0.1:9735; got '" + hostAndPort + "'");
        put(given, "listen.host", "--listen", hostAndPort.substring(0, colon));
        put(given, "listen.port", "--listen", Integer.parseInt(hostAndPort.substring(colon + 1)));
        put(given, "listen.enabled", "--listen", true);
    }
}
