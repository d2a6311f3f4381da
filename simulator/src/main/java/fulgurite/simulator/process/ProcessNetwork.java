package fulgurite.simulator.process;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.BitcoindRpcServer;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.RegtestChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A regtest chain that speaks bitcoind's JSON-RPC, and nodes in JVMs of their own that use it. */
public final class ProcessNetwork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private final Path home;
    private final RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "chain", ConfigFactory.load());
    private final BitcoindRpcServer.Bound served;
    private final Path password;
    private final Map<String, NodeJvm> nodes = new LinkedHashMap<>();

    public ProcessNetwork(Path home) throws IOException {
        this.home = home;
        this.password = Files.writeString(home.resolve("password"), "secret\n");
        this.served = BitcoindRpcServer
                .start(system, chain, new RpcCredentials.Password("chain", "secret"), "127.0.0.1", 0, () -> {})
                .toCompletableFuture()
                .join();
    }

    public List<String> chainOptions() {
        return List.of("--chain", "http://127.0.0.1:" + served.port(), "--chain-user", "chain", "--chain-password-file",
                password.toString());
    }

    /** Starts a node; it need not answer yet. */
    public NodeJvm start(String name) throws IOException {
        return start(name, Map.of());
    }

    public NodeJvm start(String name, Map<String, String> environment) throws IOException {
        return start(name, environment, NodeJvm.Machine.SMALL, List.of());
    }

    /** @param more options of the node's */
    public NodeJvm start(String name, Map<String, String> environment, NodeJvm.Machine machine, List<String> more)
            throws IOException {
        var options = new ArrayList<>(chainOptions());
        options.addAll(List.of("--listen", "127.0.0.1:" + freePort()));
        options.addAll(more);
        var node = new NodeJvm(name, home, freePort(), options, environment, machine);
        nodes.put(name, node);
        node.start();
        return node;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public NodeJvm node(String name) {
        return nodes.get(name);
    }

    public void fund(String name, Satoshi amount) {
        String address = node(name).ask("newaddress").asText();
        chain.faucet(Address.parse(address, BitcoinNetwork.REGTEST).script(), amount);
        until(name + " sees its coins",
                () -> node(name).ask("getbalance").path("on_chain_confirmed_sat").asLong() == amount.sat());
    }

    /** Opens an announced channel. It is usable some blocks later. */
    public void open(String from, String to, Satoshi ours, Satoshi theirs) {
        String uri = node(to).ask("info").path("uri").asText();
        node(from).ask("create", Map.of("peer", uri, "our_sat", ours.sat(), "their_sat", theirs.sat()));
    }

    /** Mines blocks one by one, each when all nodes have seen the last. */
    public void mine(int blocks) {
        for (int i = 0; i < blocks; i++) {
            chain.mine(1);
            int height = chain.tip().height().height();
            for (NodeJvm node : nodes.values())
                until(node.name() + " sees block " + height,
                        () -> node.ask("info").path("block_height").asInt() >= height);
        }
    }

    public boolean isUsable(String name) {
        for (JsonNode channel : node(name).ask("channels"))
            if (!channel.path("state").asText().equals("normal") || !channel.path("connected").asBoolean())
                return false;
        return !node(name).ask("channels").isEmpty();
    }

    /** Asks again and again until it is so. */
    public void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new IllegalStateException("not in time: " + what + "\n" + logs());
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    public String logs() {
        var all = new StringBuilder();
        for (NodeJvm node : nodes.values())
            all.append("--- ").append(node.name()).append('\n').append(node.logged()).append(node.standing());
        return all.toString();
    }

    @Override
    public void close() {
        nodes.values().forEach(NodeJvm::kill);
        served.stop().toCompletableFuture().join();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
