package fulgurite.simulator.world;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Scheduler;
import fulgurite.node.Entropy;
import fulgurite.node.NodeKeys;
import fulgurite.node.NodeSettings;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.journal.EventSerializer;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.RegtestChain;
import fulgurite.simulator.engine.Engine;
import fulgurite.simulator.engine.Journals;
import fulgurite.simulator.engine.SeededEntropy;
import fulgurite.simulator.network.NetworkConditions;
import fulgurite.simulator.network.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * One engine, one chain, one network and a few nodes that crash and start again. The nodes are the ones that run alone
 * elsewhere; their journals, their lines and their chain stand behind a {@link Fence}.
 *
 * <p>What comes back from the journals has been through the bytes that a real journal holds.
 */
public final class CrashableWorld implements AutoCloseable {
    /** For whatever takes no longer than a few messages. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PORT = 9735;
    private static final int COINBASE_MATURITY = 100;

    private final Engine engine;
    private final WorldNetwork network;
    private final List<WorldNode> nodes = new ArrayList<>();
    private final SortedMap<CrashPoint, Integer> crashes = new TreeMap<>();
    private final Map<TxId, Offer> offers = new LinkedHashMap<>();
    private final Entropy entropy;
    private Optional<WriteListener> writes = Optional.empty();
    private Optional<Outage> outages = Optional.empty();
    private Optional<ActorSystem<?>> system = Optional.empty();

    /** One node of a world that is to be made. @param coins that its wallet is given */
    public record Plan(NodeSettings settings, List<Satoshi> coins) {
        public Plan {
            coins = List.copyOf(coins);
        }
    }

    private record Offer(WorldNode by, Tx tx) {}

    /** Hears of the journals' writes. */
    @FunctionalInterface
    public interface WriteListener {
        /**
         * @param events about to be written
         * @return how long the node is down that dies when they are stored; empty: it lives
         */
        Optional<Duration> about(WorldNode node, String persistenceId, List<Object> events);
    }

    /** A journal that does not take what is written. */
    @FunctionalInterface
    public interface Outage {
        /** @return {@code REFUSED} or {@code STORED_REFUSED}; empty: all is well */
        Optional<Journals.Fate> about(WorldNode node, String persistenceId, List<Object> events);
    }

    private CrashableWorld(Engine engine, WorldNetwork network) {
        this.engine = engine;
        this.network = network;
        this.entropy = engine.entropy("world");
    }

    /** A world in which every node runs and sees its coins. */
    public static CrashableWorld start(long seed, NetworkConditions conditions, List<Plan> plans) {
        Engine engine = Engine.create(seed);
        RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
        chain.mine(COINBASE_MATURITY + 1);
        var world = new CrashableWorld(engine, new WorldNetwork(new SimulatedNetwork(engine, conditions), chain));
        try {
            world.populate(plans);
            return world;
        } catch (RuntimeException e) {
            world.close();
            throw e;
        }
    }

    private void populate(List<Plan> plans) {
        engine.journals().guard(gate());
        engine.journals().readThrough(CrashableWorld::throughBytes);
        chain().subscribe(this::trace);
        ActorSystem<Guardian.Command> guardian = engine.start(Guardian.create());
        system = Optional.of(guardian);
        var parts = new WorldNode.Parts(engine, guardian, network, this::crashed,
                (node, tx) -> offers.putIfAbsent(tx.txid(), new Offer(node, tx)));
        var coins = new ArrayList<TxOutput>();
        for (Plan plan : plans) {
            String name = plan.settings().alias();
            // The same keys in every world: they are no part of what a seed is to vary, and deriving them is dear.
            NodeKeys keys = NodeKeys.fromSeed(new SeededEntropy(0, name).next());
            nodes.add(new WorldNode(parts, name, plan.settings(), keys, new PeerAddress(name, PORT)));
            WalletKeys wallet = WalletKeys.of(keys.master(), plan.settings().network());
            for (int i = 0; i < plan.coins().size(); i++)
                coins.add(new TxOutput(plan.coins().get(i), wallet.address(new WalletKeys.KeyPath(
                        WalletKeys.Branch.RECEIVE, i)).script()));
        }
        if (!coins.isEmpty()) chain().faucet(coins);
        nodes.forEach(WorldNode::start);
        require("all nodes run", () -> nodes.stream().allMatch(WorldNode::isUp), PATIENCE);
    }

    private static Object throughBytes(Object event) {
        var serializer = new EventSerializer();
        return serializer.fromBinary(serializer.toBinary(event), serializer.manifest(event));
    }

    private Journals.Gate gate() {
        return new Journals.Gate() {
            @Override
            public Journals.Fate judge(String persistenceId, List<Object> events) {
                WorldNode node = writer(persistenceId);
                Fence fence = node.fence().orElseThrow();
                if (!fence.pass(CrashPoint.BEFORE_PERSIST)) return Journals.Fate.LOST;
                writes.flatMap(listener -> listener.about(node, persistenceId, events)).ifPresent(node::dieFor);
                if (fence.isClosed()) return Journals.Fate.STORED_UNANSWERED;
                Optional<Journals.Fate> outage = outages.flatMap(one -> one.about(node, persistenceId, events));
                if (outage.isPresent()) return outage.get();
                return fence.pass(CrashPoint.AFTER_PERSIST)
                        ? Journals.Fate.STORED
                        : Journals.Fate.STORED_UNANSWERED;
            }

            @Override
            public void recovering(String persistenceId) {
                writer(persistenceId).fence().ifPresent(fence -> fence.pass(CrashPoint.WHILE_RECOVERING));
            }
        };
    }

    private WorldNode writer(String persistenceId) {
        String shortName = persistenceId.split("\\|")[1];
        return nodes.stream()
                .filter(node -> node.shortName().equals(shortName))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a journal of nobody: " + persistenceId));
    }

    private void trace(ChainEvent event) {
        engine.trace().record(switch (event) {
            case ChainEvent.BlockConnected(var block) -> "block " + block.height() + " " + block.hash();
            case ChainEvent.BlockDisconnected(var block) -> "no block " + block.height() + " " + block.hash();
            case ChainEvent.MempoolAccepted(var tx) -> "mempool " + tx.txid();
        });
    }

    private void crashed(WorldNode node, CrashPoint where) {
        crashes.merge(where, 1, Integer::sum);
        engine.trace().record(node + " crashed " + where);
    }

    public Engine engine() {
        return engine;
    }

    public RegtestChain chain() {
        return network.chain();
    }

    /** For secrets of the story's own. */
    public Entropy entropy() {
        return entropy;
    }

    /** Whom an answer may be sent to that nobody waits for. */
    public <T> ActorRef<T> nobody() {
        return system.orElseThrow().ignoreRef();
    }

    /** For questions to the nodes' actors. */
    public Scheduler scheduler() {
        return system.orElseThrow().scheduler();
    }

    public SimulatedNetwork lines() {
        return network.lines();
    }

    public List<WorldNode> nodes() {
        return List.copyOf(nodes);
    }

    public WorldNode node(int number) {
        return nodes.get(number);
    }

    /** Crashes so far, by where. */
    public SortedMap<CrashPoint, Integer> crashes() {
        return new TreeMap<>(crashes);
    }

    /** The node that published a transaction first; empty when none of them did. */
    public Optional<WorldNode> publisher(TxId txid) {
        return Optional.ofNullable(offers.get(txid)).map(Offer::by);
    }

    /** Everything that nodes ever offered to the chain, taken or not, in order. */
    public List<Tx> offered() {
        return offers.values().stream().map(Offer::tx).toList();
    }

    /** From now on the listener hears of every write, and may let the writer die just after it. */
    public void listenToWrites(WriteListener listener) {
        writes = Optional.of(listener);
    }

    /** From now on this may fail writes, without that anybody dies. */
    public void failWrites(Outage outage) {
        outages = Optional.of(outage);
    }

    /** The events that a node has written, of all its journals. */
    public List<Object> eventsOf(WorldNode node) {
        var events = new ArrayList<Object>();
        for (String id : engine.journals().ids())
            if (writer(id) == node) events.addAll(engine.journals().events(id));
        return events;
    }

    public void runFor(Duration time) {
        engine.runFor(time);
    }

    /** @throws WorldFailedException when it is not so within {@code limit} of virtual time */
    public void require(String what, BooleanSupplier condition, Duration limit) {
        if (!engine.runUntil(condition, limit))
            throw new WorldFailedException("not within " + limit + ": " + what);
    }

    public <T> T await(CompletionStage<T> stage) {
        return engine.await(stage, PATIENCE);
    }

    @Override
    public void close() {
        engine.close();
    }
}
