package fulgurite.simulator.demo;

import akka.actor.typed.javadsl.AskPattern;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.Node;
import fulgurite.node.NodeSettings;
import fulgurite.node.api.ApiCredentials;
import fulgurite.node.api.ApiServer;
import fulgurite.node.api.ApiSettings;
import fulgurite.node.api.Desk;
import fulgurite.node.api.NodeService;
import fulgurite.node.api.Tokens;
import fulgurite.node.channel.ChannelsActor;
import fulgurite.node.cli.RunningNodes;
import fulgurite.node.file.WholeFile;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.PlayedChain;
import fulgurite.simulator.chain.RegtestChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Real nodes in this process, each with its own actor system, journal, WebSocket port and API, on one chain that is kept
 * beside them. A node keeps its port in its directory, so that its peers find it after a restart.
 */
final class LocalNetwork implements DemoNetwork {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String PORT_FILE = "port";
    private final Path directory;
    private final PlayedChain chain;
    private final Map<String, Object> settings;
    private final RunningNodes running = RunningNodes.ofThisUser();
    /** All nodes by name; the value is empty while the node is stopped. */
    private final Map<String, Optional<RunningNode>> nodes = new LinkedHashMap<>();
    private final Map<String, NodeId> ids = new LinkedHashMap<>();

    private record RunningNode(Node node, PlayedChain.Access chain, ApiServer.Bound api, NodeService.Info info) {}

    private LocalNetwork(Path directory, PlayedChain chain, Map<String, Object> settings) {
        this.directory = directory;
        this.chain = chain;
        this.settings = settings;
    }

    /**
     * Opens or creates the chain and the nodes in {@code directory} and starts all of them side by side.
     *
     * @param progress told what is being done
     * @throws DemoException when the directory is in use, or a node does not start
     */
    static LocalNetwork start(Path directory, List<String> names, Consumer<String> progress) {
        return start(directory, names, Map.of(), progress);
    }

    /** As above. @param settings of all nodes, beside those that they need here */
    static LocalNetwork start(Path directory, List<String> names, Map<String, Object> settings,
            Consumer<String> progress) {
        RegtestChain chain;
        try {
            chain = RegtestChain.open(directory.resolve("chain"), ChainSettings.DEFAULT);
        } catch (IllegalStateException e) {
            throw new DemoException(
                    "another demo uses " + directory + ": choose another --data (" + e.getMessage() + ")");
        } catch (UncheckedIOException e) {
            throw new DemoException(e.getMessage() + "; choose another --data");
        }
        return start(directory, chain, names, settings, progress);
    }

    /** As {@link #start(Path, List, Consumer)}, on a chain that is there already. It is closed with the network. */
    static LocalNetwork start(Path directory, PlayedChain chain, List<String> names, Consumer<String> progress) {
        return start(directory, chain, names, Map.of(), progress);
    }

    private static LocalNetwork start(Path directory, PlayedChain chain, List<String> names,
            Map<String, Object> settings, Consumer<String> progress) {
        var network = new LocalNetwork(directory, chain, settings);
        try {
            var starting = new LinkedHashMap<String, Starting>();
            for (String name : names) {
                network.nodes.put(name, Optional.empty());
                starting.put(name, network.begin(name));
            }
            for (var one : starting.entrySet()) {
                network.finish(one.getKey(), one.getValue());
                progress.accept(one.getKey() + " is up");
            }
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private record Starting(CompletionStage<Node> node, PlayedChain.Access chain, Tokens tokens) {}

    private Starting begin(String name) {
        Path home = directory.resolve(name);
        var settings = NodeSettings.of(ConfigFactory.parseMap(Map.of("alias", name, "data", home.toString(),
                "listen.port", portOf(home), "api.port", 0))
                .withFallback(ConfigFactory.parseMap(this.settings)));
        PlayedChain.Access access = chain.connect();
        return new Starting(Node.start(settings, access.backend()), access,
                Tokens.open(home, Node::random, InstantSource.system()));
    }

    private void finish(String name, Starting starting) {
        Node node = Waiting.await(starting.node(), PATIENCE, name + " does not start");
        ApiServer.Bound api = Waiting.await(
                ApiServer.start(node.system(), new Desk(node.service(), starting.tokens()), ApiSettings.local()),
                PATIENCE,
                name + "'s API does not start");
        NodeService.Info info = Waiting.await(node.service().info(), PATIENCE, name + " does not answer");
        running.announce(new RunningNodes.RunningNode(name, api.url(),
                new ApiCredentials("fulgurite", starting.tokens().ofOwner()), Optional.empty()));
        ids.put(name, info.nodeId());
        nodes.put(name, Optional.of(new RunningNode(node, starting.chain(), api, info)));
    }

    @Override
    public List<String> names() {
        return List.copyOf(nodes.keySet());
    }

    /** What a running node's channels hold, by their index: the live states themselves. */
    SortedMap<Long, ChannelState> states(String name) {
        Node node = nodes.get(name).orElseThrow().node();
        var asked = AskPattern.<ChannelsActor.Command, ChannelsActor.Channels>ask(node.running().channels(),
                ChannelsActor.GetChannels::new, PATIENCE, node.system().scheduler());
        var states = new TreeMap<Long, ChannelState>();
        Waiting.await(asked, PATIENCE, "the channels of " + name)
                .channels()
                .forEach(channel -> states.put(channel.index(), channel.state()));
        return states;
    }

    @Override
    public NodeService node(String name) {
        return find(name).node().service();
    }

    private RunningNode find(String name) {
        Optional<RunningNode> found = nodes.get(name);
        if (found == null) throw new DemoException("there is no node '" + name + "'");
        return found
                .orElseThrow(() -> new DemoException(name + " is stopped; '" + name + " start' brings the node back"));
    }

    @Override
    public boolean isRunning(String name) {
        return nodes.getOrDefault(name, Optional.empty()).isPresent();
    }

    @Override
    public void start(String name) {
        if (!isRunning(name)) finish(name, begin(name));
    }

    @Override
    public void stop(String name) {
        RunningNode node = find(name);
        nodes.put(name, Optional.empty());
        running.withdraw(name, node.api().url());
        Waiting.await(node.api().stop(), PATIENCE, name + "'s API does not stop");
        Waiting.await(node.node().service().stop(), PATIENCE, name + " does not stop");
        node.chain().leave().run();
    }

    @Override
    public String uri(String name) {
        return find(name).info().uri().orElseThrow(() -> new DemoException(name + " does not listen"));
    }

    /** Where the node's API answers. */
    String apiUrl(String name) {
        return find(name).api().url();
    }

    Path homeOf(String name) {
        return directory.resolve(name);
    }

    @Override
    public NodeId nodeId(String name) {
        NodeId id = ids.get(name);
        if (id == null) throw new DemoException("there is no node '" + name + "'");
        return id;
    }

    @Override
    public Optional<String> nameOf(NodeId id) {
        return ids.entrySet().stream().filter(entry -> entry.getValue().equals(id)).map(Map.Entry::getKey).findFirst();
    }

    @Override
    public void fund(String name, Satoshi amount) {
        String address = Waiting.await(node(name).newAddress(), PATIENCE, name + "'s address");
        Bytes script = Address.parse(address, BitcoinNetwork.REGTEST).script();
        chain.faucet(script, amount);
    }

    @Override
    public void mineBlock() {
        chain.mine(1);
    }

    @Override
    public BlockHeight height() {
        return chain.tip().height();
    }

    @Override
    public int mempoolSize() {
        return chain.mempool().size();
    }

    @Override
    public void close() {
        var broken = new ArrayList<DemoException>();
        for (String name : names()) try {
            if (isRunning(name)) stop(name);
        } catch (DemoException e) {
            broken.add(e);
        }
        chain.close();
        if (!broken.isEmpty()) throw broken.getFirst();
    }

    private static int portOf(Path home) {
        Path file = home.resolve(PORT_FILE);
        try {
            if (Files.exists(file)) return Integer.parseInt(Files.readString(file).strip());
            Files.createDirectories(home);
            try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                WholeFile.replace(file, Integer.toString(free.getLocalPort()));
                return free.getLocalPort();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + file, e);
        }
    }
}
