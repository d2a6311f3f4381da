package fulgurite.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import fulgurite.node.NodeStartException;
import fulgurite.node.api.NodeService;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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
        "", "What an option sets goes before the file of --conf, and that before the built-in settings.conf."})
public final class NodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--alias", paramLabel = "NAME", description = "The node's name among people, and for 'fulgurite cli --node' (default: fulgurite).")
    private @Nullable String alias;

    @Option(names = "--data", paramLabel = "DIR", description = "Directory of its seed and journal (default: fulgurite-data).")
    private @Nullable String data;

    @Option(names = "--network", paramLabel = "NAME", description = "mainnet, testnet, signet or regtest (default: regtest).")
    private @Nullable String network;

    @Option(names = "--chain", paramLabel = "URL", description = "The JSON-RPC of bitcoind, such as http://127.0.0.1:18443.")
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

    @Override
    public Integer call() {
        NodeProcess process;
        try {
            process = NodeProcess.start(settings(), RunningNodes.ofThisUser());
        } catch (RuntimeException e) {
            Optional<String> reason = NodeProcess.reason(e);
            if (reason.isEmpty()) throw e;
            spec.commandLine().getErr().println("error: " + reason.get());
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::stop, "stop"));
        announce(process);
        process.awaitEnd();
        return 0;
    }

    private void announce(NodeProcess process) {
        NodeService.Info info = process.node().service().info().toCompletableFuture().join();
        PrintWriter out = spec.commandLine().getOut();
        out.println("node   " + info.nodeId() + " (" + info.alias() + ", " + info.network() + ", height "
                + info.blockHeight() + ")");
        out.println("uri    " + info.uri().orElse("none: it does not listen"));
        out.println("api    " + process.api().url() + ", user and password in api.json of the data directory");
        out.println("call   fulgurite cli --node " + info.alias() + " help");
        out.flush();
    }

    /** What the options and the file say, without the built-in values. */
    private Config settings() {
        var given = new TreeMap<String, Object>();
        put(given, "alias", alias);
        put(given, "data", data);
        put(given, "network", network);
        put(given, "chain.url", chain);
        put(given, "chain.cookie", chainCookie);
        put(given, "chain.user", chainUser);
        put(given, "chain.password-file", chainPasswordFile);
        put(given, "api.port", apiPort);
        if (listen != null) putEndpoint(given, listen);
        Config file = conf == null
                ? ConfigFactory.empty()
                : ConfigFactory.parseFile(conf.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        return ConfigFactory.parseMap(given).withFallback(file).resolve();
    }

    private static void put(Map<String, Object> given, String name, @Nullable Object value) {
        if (value != null) given.put(name, value);
    }

    private static void putEndpoint(Map<String, Object> given, String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        if (colon < 1 || !hostAndPort.substring(colon + 1).matches("[0-9]{1,5}"))
            throw new NodeStartException("--listen takes HOST:PORT, such as 127.0.0.1:9735; got '" + hostAndPort + "'");
        given.put("listen.host", hostAndPort.substring(0, colon));
        given.put("listen.port", Integer.parseInt(hostAndPort.substring(colon + 1)));
        given.put("listen.enabled", true);
    }
}
