package fulgurite.node.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import fulgurite.node.Node;
import fulgurite.node.NodeSettings;
import fulgurite.node.NodeStartException;
import fulgurite.node.SettingNames;
import fulgurite.node.api.ApiCredentials;
import fulgurite.node.api.ApiServer;
import fulgurite.node.api.ApiSettings;
import fulgurite.node.api.Certificates.BadCertificateException;
import fulgurite.node.api.Certificates;
import fulgurite.node.api.Desk;
import fulgurite.node.api.NodeService;
import fulgurite.node.api.Tokens;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.cli.RunningNodes.RunningNode;
import fulgurite.node.cli.TypedPassphrase.Asking;
import fulgurite.node.journal.JournalStore.JournalUnavailableException;
import fulgurite.node.seed.Passphrase;
import fulgurite.node.seed.SeedException;
import fulgurite.node.seed.SeedFile;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node with all that a process of its own needs around it: the directory's lock, the chain, the API, its announcement. */
record NodeProcess(Node node, ApiServer.Bound api, RunningNode announced, RunningNodes running, BitcoindBackend chain,
        DirectoryLock lock) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);
    private static final Duration STOPPING = Duration.ofSeconds(15);
    /** The file of the data directory that says how to call the API; of the same form as the announcement. */
    private static final String API_FILE = "api";

    /**
     * Starts the node that {@code given} describes, over the built-in settings.
     *
     * @throws NodeStartException when it cannot start; the message says why, and what to do
     */
    static NodeProcess start(Config given, RunningNodes running) {
        NodeSettings settings = NodeSettings.of(given);
        // Also refuses an alias that cannot be a file's name.
        running.find(settings.alias());
        Config chain = given.withFallback(SettingNames.builtIn())
                .resolve()
                .getConfig("chain");
        var chainSettings = ChainAccess.settings(chain, settings.network());
        Passphrase passphrase = passphrase(given);
        DirectoryLock lock = DirectoryLock.take(settings.dataDirectory());
        try {
            return start(settings, passphrase, ChainAccess.connect(chainSettings), running, lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Where money has a worth, a seed is made by a person who writes its words down. */
    private static void requireSeed(NodeSettings settings) {
        SeedFile file = SeedFile.in(settings.dataDirectory());
        if (settings.network() == BitcoinNetwork.REGTEST) return;
        if (!file.exists())
            throw new NodeStartException("there is no seed in " + settings.dataDirectory() + ": 'fulgurite wallet"
                    + " create --data " + settings.dataDirectory() + "' makes one and shows its words, 'fulgurite"
                    + " wallet restore' or 'fulgurite restore' brings one back");
        if (!file.isSealed())
            LOG.warn("the seed in {} is in clear: 'fulgurite wallet passphrase' encrypts it", file.path());
        if (file.isOpenToOthers())
            LOG.warn("others than its owner may read {}: chmod 600 forbids it", file.path());
    }

    private static Passphrase passphrase(Config given) {
        String file = given.withFallback(SettingNames.builtIn())
                .resolve()
                .getString("seed.passphrase-file");
        return TypedPassphrase.of(file.isEmpty() ? null : Path.of(file), Asking.TO_OPEN);
    }

    private static NodeProcess start(NodeSettings settings, Passphrase passphrase, BitcoindBackend chain,
            RunningNodes running, DirectoryLock lock) {
        try {
            requireSeed(settings);
            Node node = join(Node.start(settings, chain, passphrase,
                    said -> System.err.println(settings.alias() + ": " + said)));
            try {
                var tokens = Tokens.open(settings.dataDirectory(), Node::random, InstantSource.system());
                Optional<Certificates> certificates = certificates(settings);
                ApiServer.Bound api = serve(settings, node, tokens, certificates);
                var announced = new RunningNode(settings.alias(), api.url(),
                        new ApiCredentials(settings.api().user(), tokens.ofOwner()),
                        certificates.map(Certificates::certificate));
                new RunningNodes(settings.dataDirectory()).announce(new RunningNode(API_FILE, api.url(),
                        announced.credentials(), announced.certificate()));
                running.announce(announced);
                return new NodeProcess(node, api, announced, running, chain, lock);
            } catch (RuntimeException e) {
                join(node.service().stop());
                throw e;
            }
        } catch (RuntimeException e) {
            chain.close();
            throw e;
        }
    }

    private static ApiServer.Bound serve(NodeSettings settings, Node node, Tokens tokens,
            Optional<Certificates> certificates) {
        NodeSettings.Api api = settings.api();
        var served = new ApiSettings(api.endpoint().host(), api.endpoint().port(), api.hosts(),
                api.password().map(password -> new ApiCredentials(api.user(), password)),
                certificates.map(Certificates::toServe));
        try {
            return join(ApiServer.start(node.system(), new Desk(node.service(), tokens), served));
        } catch (CompletionException e) {
            throw new NodeStartException("cannot serve the API at " + api.endpoint()
                    + ": another program listens there, or the address is not this machine's; choose another port by"
                    + " --api-port");
        }
    }

    /** Those of the settings, else the node's own; empty without TLS. */
    private static Optional<Certificates> certificates(NodeSettings settings) {
        return settings.api()
                .tls()
                .map(tls -> tls.files()
                        .map(files -> new Certificates(files.certificate(), files.key()))
                        .orElseGet(() -> Certificates.own(settings.dataDirectory(), names(settings.api()),
                                InstantSource.system())));
    }

    private static List<String> names(NodeSettings.Api api) {
        var names = new TreeSet<>(List.of("localhost", "127.0.0.1", "::1"));
        names.addAll(api.hosts());
        names.add(api.endpoint().host());
        return List.copyOf(names);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** Waits until the node has stopped, by whatever way, and leaves nothing behind that says it runs. */
    void awaitEnd() {
        join(node.system().getWhenTerminated());
        running.withdraw(announced.name(), announced.url());
        chain.close();
        lock.close();
    }

    /**
     * Ends the node gracefully, and waits for that a while: what is not written by then is as after a crash.
     *
     * @return whether it has ended in time
     */
    boolean stop() {
        try {
            api.stop()
                    .handle((done, failure) -> node.service())
                    .thenCompose(NodeService::stop)
                    .toCompletableFuture()
                    .get(STOPPING.toMillis(), TimeUnit.MILLISECONDS);
            running.withdraw(announced.name(), announced.url());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("the node did not stop gracefully: " + e.getMessage());
            return false;
        }
    }

    /** What a failure to start says to a person; empty when it is none that anybody foresaw. */
    static Optional<String> reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) cause = cause.getCause();
        return cause instanceof NodeStartException || cause instanceof JournalUnavailableException
                || cause instanceof ChainUnavailableException
                || cause instanceof ConfigException || cause instanceof SeedException
                || cause instanceof IllegalArgumentException || cause instanceof BadCertificateException
                        ? Optional.of(cause.getMessage())
                        : Optional.empty();
    }
}
