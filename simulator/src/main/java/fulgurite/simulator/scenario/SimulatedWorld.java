package fulgurite.simulator.scenario;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.japi.function.Function;
import fulgurite.node.ActorNodeService;
import fulgurite.node.NodeActor;
import fulgurite.node.NodeKeys;
import fulgurite.node.NodeSettings;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.channel.BackupPort;
import fulgurite.node.payment.IncomingGate;
import fulgurite.node.router.RouterSettings;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.PathFinders;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.RegtestBackend;
import fulgurite.simulator.chain.RegtestChain;
import fulgurite.simulator.engine.Engine;
import fulgurite.simulator.network.NetworkConditions;
import fulgurite.simulator.network.SimulatedNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One engine, one chain, one network and the nodes that live on them: the same nodes that run alone elsewhere. */
final class SimulatedWorld implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PORT = 9735;
    private static final int COINBASE_MATURITY = 100;

    private final Engine engine;
    private final RegtestChain chain;
    private final ActorSystem<Void> system;
    private final List<SimulatedNode> nodes;

    private SimulatedWorld(Engine engine, RegtestChain chain, ActorSystem<Void> system, List<SimulatedNode> nodes) {
        this.engine = engine;
        this.chain = chain;
        this.system = system;
        this.nodes = List.copyOf(nodes);
    }

    /** What a node is made of, before it runs. */
    private record Made(NodeSettings settings, NodeKeys keys, NodeActor.World world) {}

    /** Starts {@code count} nodes and returns when all run. @param routers which the nodes take in turn */
    static SimulatedWorld start(long seed, int count, List<String> routers) {
        var space = new SearchSpace();
        Engine engine = Engine.create(seed);
        RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
        chain.mine(COINBASE_MATURITY + 1);
        traceBlocks(engine, chain);
        var network = new SimulatedNetwork(engine, NetworkConditions.ORDINARY);
        var made = new ArrayList<Made>();
        for (int number = 0; number < count; number++) {
            PathFinder finder = PathFinders.named(routers.get(number % routers.size()), space).orElseThrow();
            made.add(make(engine, chain, network, finder, number));
        }
        var actors = new ArrayList<ActorRef<NodeActor.Command>>();
        Behavior<Void> guardian = Behaviors.setup(context -> {
            for (int number = 0; number < count; number++) {
                Made one = made.get(number);
                actors.add(context.spawn(NodeActor.create(one.settings(), one.keys(), one.world()),
                        SimulatedNode.name(number)));
            }
            return Behaviors.empty();
        });
        ActorSystem<Void> system = engine.start(guardian);
        engine.runUntil(() -> actors.size() == count, PATIENCE);
        var nodes = new ArrayList<SimulatedNode>();
        for (int number = 0; number < count; number++) {
            Made one = made.get(number);
            NodeActor.Running running = running(engine.await(AskPattern.<NodeActor.Command, NodeActor.Started>ask(
                    actors.get(number), NodeActor.GetRunning::new, PATIENCE, system.scheduler()), PATIENCE));
            nodes.add(new SimulatedNode(number, SimulatedNode.name(number), new ActorNodeService(system,
                    one.settings(), one.keys(), one.world(), running,
                    () -> CompletableFuture.failedStage(new IllegalStateException("nodes end with their engine"))),
                    running));
        }
        return new SimulatedWorld(engine, chain, system, nodes);
    }

    private static NodeActor.Running running(NodeActor.Started started) {
        return switch (started) {
            case NodeActor.Running running -> running;
            case NodeActor.NotRunning(String reason) -> throw new SimulationFailedException(
                    "a node does not start: " + reason);
        };
    }

    private static Made make(Engine engine, RegtestChain chain, SimulatedNetwork network, PathFinder finder,
            int number) {
        String name = SimulatedNode.name(number);
        NodeSettings usual = NodeSettings.regtest(name, Path.of("nowhere"));
        var settings = new NodeSettings(usual.alias(), usual.network(), usual.dataDirectory(), usual.listen(),
                usual.lines(),
                usual.api(), relay(engine.random("terms of " + name)), usual.channels(), usual.features(),
                usual.reserve(), usual.bitcoindWallet(), true, usual.zeroConfPeers(), gossip(usual.gossip()),
                finder.name(),
                usual.journal(), usual.conformance());
        NodeKeys keys = NodeKeys.fromSeed(engine.entropy("seed of " + name).next());
        var world = new NodeActor.World(new RegtestBackend(chain), network.transport(new PeerAddress(name, PORT)),
                engine.entropy(name), engine.clock(), IncomingGate.OPEN, BackupPort.NONE, finder);
        return new Made(settings, keys, world);
    }

    /** As slow as everywhere: here time costs nothing. */
    private static RouterSettings.Gossip gossip(RouterSettings.Gossip usual) {
        return new RouterSettings.Gossip(RouterSettings.Gossip.FLUSH, usual.askedAtOnce(), usual.askAgain(),
                usual.pace());
    }

    /** Some nodes forward for nearly nothing, others want more. */
    private static NodeSettings.Relay relay(SplittableRandom random) {
        return new NodeSettings.Relay(new MilliSatoshi(random.nextInt(0, 2_001)), random.nextInt(1, 1_001),
                new CltvDelta(random.nextInt(20, 61)), new MilliSatoshi(1));
    }

    private static void traceBlocks(Engine engine, RegtestChain chain) {
        chain.subscribe(event -> engine.trace().record(switch (event) {
            case ChainEvent.BlockConnected(var block) -> "block " + block.height()
                    + " " + block.hash();
            case ChainEvent.BlockDisconnected(var block) -> "no block "
                    + block.height() + " " + block.hash();
            case ChainEvent.MempoolAccepted(var tx) -> "mempool " + tx.txid();
        }));
    }

    Engine engine() {
        return engine;
    }

    RegtestChain chain() {
        return chain;
    }

    List<SimulatedNode> nodes() {
        return nodes;
    }

    SimulatedNode node(int number) {
        return nodes.get(number);
    }

    /** The answer of an actor of one of the nodes. */
    <C, R> R ask(ActorRef<C> actor, Function<ActorRef<R>, C> question) {
        return engine.await(AskPattern.<C, R>ask(actor, question, PATIENCE, system.scheduler()), PATIENCE);
    }

    <T> T await(CompletionStage<T> stage) {
        return engine.await(stage, PATIENCE);
    }

    @Override
    public void close() {
        engine.close();
    }
}
