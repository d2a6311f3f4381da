package fulgurite.simulator.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.bitcoind.BitcoindRpc.RpcErrorException;
import fulgurite.node.chain.bitcoind.BitcoindRpc;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A bitcoind of this machine as a process of its own: on regtest, unless it is said otherwise, in a directory of its own, on free ports of the loopback,
 * without peers. Its fees are those of Bitcoin Core 28 whatever its version (1 sat/vB to relay and to replace), so
 * that tests say the same of each. It ends with {@link #close}, at the latest with this JVM.
 */
public final class Bitcoind implements AutoCloseable {
    /** Why a test is skipped without it. */
    public static final String HOW = "needs bitcoind, Bitcoin Core 28 or later: on the PATH, or named by the environment"
            + " variable BITCOIND";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofMillis(10);
    private static final int STARTS = 3;

    private final Path program;
    private final BitcoinNetwork network;
    private final Path directory;
    private final Thread end = new Thread(this::kill, "end of bitcoind");
    private int rpcPort;
    private int blocksPort;
    private int transactionsPort;
    private List<String> options;
    private Optional<Process> process = Optional.empty();
    private BitcoindRpc rpc;

    private Bitcoind(Path program, BitcoinNetwork network, Path directory, List<String> options) {
        this.program = program;
        this.network = network;
        this.directory = directory;
        this.options = options;
        choosePorts();
        rpc = new BitcoindRpc(url(), credentials(), PATIENCE);
    }

    /** The program that {@code BITCOIND} names, or the first of that name on the PATH. */
    public static Optional<Path> find() {
        String named = System.getenv("BITCOIND");
        if (named != null && !named.isBlank()) return Optional.of(Path.of(named)).filter(Files::isExecutable);
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .map(each -> Path.of(each).resolve("bitcoind"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts one and waits until it answers. @param options beside the usual ones, such as {@code -prune=1} */
    public static Bitcoind start(Path directory, String... options) {
        return startOn(BitcoinNetwork.REGTEST, directory, options);
    }

    /** One of another network, which knows nothing but its genesis block: it has no peers. */
    public static Bitcoind startOn(BitcoinNetwork network, Path directory, String... options) {
        var started = new Bitcoind(find().orElseThrow(), network, directory, List.of(options));
        Runtime.getRuntime().addShutdownHook(started.end);
        started.start();
        return started;
    }

    /** Where its JSON-RPC is. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + rpcPort);
    }

    /** The password of its options, if they have one, else its cookie. */
    public RpcCredentials credentials() {
        return option("-rpcpassword=")
                .<RpcCredentials>map(password -> new RpcCredentials.Password(option("-rpcuser=").orElse(""), password))
                .orElseGet(() -> new RpcCredentials.Cookie(home().resolve(".cookie")));
    }

    private Optional<String> option(String begin) {
        return options.stream()
                .filter(each -> each.startsWith(begin))
                .map(each -> each.substring(begin.length()))
                .findFirst();
    }

    private Path home() {
        return network.isMainnet() ? directory : directory.resolve(network.bitcoindName());
    }

    /** Where it publishes {@code rawblock} and {@code hashblock}. */
    public String blocksEndpoint() {
        return "tcp://127.0.0.1:" + blocksPort;
    }

    /** Where it publishes {@code rawtx}. */
    public String transactionsEndpoint() {
        return "tcp://127.0.0.1:" + transactionsPort;
    }

    /** Calls a method that must succeed. */
    public JsonNode call(String method, Object... parameters) {
        try {
            return rpc.call(method, parameters).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RpcErrorException refused)
                throw new IllegalArgumentException(method + ": " + refused.getMessage(), refused);
            throw new IllegalStateException(method + ": " + e.getCause() + "\n" + log(), e);
        }
    }

    /** Calls a method of one of its wallets. */
    public JsonNode callWallet(String wallet, String method, Object... parameters) {
        try (var walletRpc = new BitcoindRpc(url().resolve("/wallet/" + wallet), credentials(), PATIENCE)) {
            return walletRpc.call(method, parameters).toCompletableFuture().join();
        }
    }

    /** Starts a stopped one again, with the ports and the data of before. @param options instead of those of before */
    public void startAgain(String... options) {
        this.options = List.of(options);
        start();
    }

    /** Ends it as an operator does, its mempool written. */
    public void stop() {
        if (process.isEmpty()) return;
        call("stop");
        awaitEnd();
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        process.ifPresent(running -> running.destroyForcibly().onExit().join());
        process = Optional.empty();
    }

    @Override
    public void close() {
        kill();
        rpc.close();
    }

    private void start() {
        for (int attempt = 1; !begin(); attempt++) {
            if (attempt == STARTS) throw new IllegalStateException("bitcoind does not start:\n" + log());
            // Another program may have taken a port in the meantime.
            choosePorts();
            rpc.close();
            rpc = new BitcoindRpc(url(), credentials(), PATIENCE);
        }
    }

    /** @return whether it answers; false when it has ended by itself */
    private boolean begin() {
        var command = new ArrayList<>(
                List.of(program.toString(), "-chain=" + network.bitcoindName(), "-datadir=" + directory, "-server",
                        "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", "-rpcport=" + rpcPort, "-listen=0", "-connect=0",
                        "-dnsseed=0",
                        "-fixedseeds=0", "-printtoconsole=0", "-acceptnonstdtxn=0", "-minrelaytxfee=0.00001000",
                        "-incrementalrelayfee=0.00001000",
                        "-zmqpubrawblock=" + blocksEndpoint(), "-zmqpubhashblock=" + blocksEndpoint(),
                        "-zmqpubrawtx=" + transactionsEndpoint()));
        command.addAll(options);
        try {
            Files.createDirectories(directory);
            Process started = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("said.log").toFile())
                    .start();
            process = Optional.of(started);
            return await(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean await(Process started) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (!started.isAlive()) return false;
            try {
                JsonNode mempool = rpc.call("getmempoolinfo").toCompletableFuture().join();
                if (mempool.path("loaded").asBoolean()) return true;
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof ChainUnavailableException)) throw e;
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
        throw new IllegalStateException("bitcoind does not answer in time:\n" + log());
    }

    private void awaitEnd() {
        Process running = process.orElseThrow();
        try {
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                throw new IllegalStateException("bitcoind does not stop");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        process = Optional.empty();
    }

    private void choosePorts() {
        rpcPort = freePort();
        blocksPort = freePort();
        transactionsPort = freePort();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has said last, for a report of a failure. */
    private String log() {
        Path log = home().resolve("debug.log");
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            return Files.readString(directory.resolve("said.log"))
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
