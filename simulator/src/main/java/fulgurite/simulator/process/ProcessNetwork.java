package fulgurite.simulator.process;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.Satoshi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Nodes in JVMs of their own on one regtest chain. */
public final class ProcessNetwork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private final Path home;
    private final SharedChain chain;
    private final Map<String, NodeJvm> nodes = new LinkedHashMap<>();

    /** On a chain of its own. */
    public ProcessNetwork(Path home) throws IOException {
        this(home, new ServedRegtest(home));
    }

    /** @param chain which is closed with the network */
    public ProcessNetwork(Path home, SharedChain chain) {
        this.home = home;
        this.chain = chain;
    }

    public List<String> chainOptions() {
        return chain.options();
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
        chain.fund(Address.parse(address, BitcoinNetwork.REGTEST), amount);
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
            int height = chain.mine();
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
        chain.close();
    }
}
