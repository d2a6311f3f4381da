package fulgurite.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.typesafe.config.ConfigFactory;
import fulgurite.node.Node;
import fulgurite.node.NodeSettings;
import fulgurite.node.api.NodeService;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.RegtestBackend;
import fulgurite.simulator.chain.RegtestChain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Real nodes with file journals and WebSockets on one regtest chain. */
public final class Village implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final Path directory;
    private final RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, Node> nodes = new LinkedHashMap<>();

    public Village(Path directory) {
        this.directory = directory;
    }

    /** Where its peers dial it. */
    public int port(String name) {
        return ports.get(name);
    }

    public RegtestChain chain() {
        return chain;
    }

    public void start(String name) {
        start(name, Map.of());
    }

    /** @param more settings of the node */
    public void start(String name, Map<String, ?> more) {
        // Once bound, a node keeps its port: its peers dial it there again.
        NodeSettings settings = NodeSettings.of(ConfigFactory
                .parseMap(Map.of("listen.port", ports.getOrDefault(name, 0)))
                .withFallback(ConfigFactory.parseMap(more))
                .withFallback(ConfigFactory.parseMap(
                        Map.of("alias", name, "data", directory.resolve(name).toString()))));
        Node node = await(Node.start(settings, new RegtestBackend(chain)));
        nodes.put(name, node);
        node.running().listening().ifPresent(address -> ports.put(name, address.port()));
    }

    public void stop(String name) {
        await(nodes.remove(name).service().stop());
    }

    public NodeService node(String name) {
        return nodes.get(name).service();
    }

    public NodeId id(String name) {
        return nodes.get(name).running().nodeId();
    }

    /** Gives the node coins, and waits until it has seen them. */
    public void fund(String name, Satoshi amount) {
        String address = await(node(name).newAddress());
        chain.faucet(Address.parse(address, BitcoinNetwork.REGTEST).script(), amount);
        until(name + " sees its coins",
                () -> await(node(name).balance()).onChainConfirmed().equals(amount));
    }

    /** Connects, opens an announced channel and confirms it, until both sides may use it. */
    public NodeService.Channel open(String from, String to, Satoshi funding, Satoshi push) {
        String uri = await(node(to).info()).uri().orElseThrow();
        await(node(from).connect(uri));
        NodeService.Channel opened = await(node(from).create(
                new NodeService.Create(id(to), funding, push, true, true, Optional.empty())));
        mine(6);
        for (String side : new String[]{from, to})
            until(side + " may use the channel of " + from + " and " + to, () -> channel(side, opened).isPresent()
                    && channel(side, opened).get().state().equals("normal")
                    && channel(side, opened).get().connected());
        return opened;
    }

    public Optional<NodeService.Channel> channel(String name, NodeService.Channel channel) {
        return await(node(name).channels()).stream()
                .filter(one -> one.channelId().equals(channel.channelId()))
                .findFirst();
    }

    /** Mines blocks one by one, each when all nodes have seen the last. */
    public void mine(int blocks) {
        for (int i = 0; i < blocks; i++) {
            chain.mine(1);
            int height = chain.tip().height().height();
            for (String name : nodes.keySet())
                until(name + " sees block " + height,
                        () -> await(node(name).info()).blockHeight().height() >= height);
        }
    }

    /** Mines until it is so: what follows a block may reach the chain only after the next. */
    public void mineUntil(String what, BooleanSupplier condition) {
        until(what, () -> {
            if (condition.getAsBoolean()) return true;
            mine(1);
            return false;
        });
    }

    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds() * 4, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until gossip has told the payer of a way with all its terms. */
    public void awaitWay(String payer, String payee, MilliSatoshi amount) {
        until(payer + " knows the way to " + payee,
                () -> await(node(payer).route(id(payee), amount).handle((route, failure) -> failure == null)));
    }

    /** Asks again and again until it is so. */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) fail("not in time: " + what);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Override
    public void close() {
        for (Node node : nodes.values()) await(node.service().stop());
        nodes.clear();
    }
}
