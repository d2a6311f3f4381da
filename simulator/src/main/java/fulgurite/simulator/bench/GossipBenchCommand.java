package fulgurite.simulator.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.Node;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.journal.JournalStore;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.router.GossipPace;
import fulgurite.node.router.RouterActor;
import fulgurite.node.router.RouterSettings;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Messages;
import fulgurite.simulator.routing.SignedGossip;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fulgurite bench gossip}: a node tells another one all it knows of a network of mainnet's size. */
@Command(name = "gossip", mixinStandardHelpOptions = true, description = {
        "Has one router learn a whole network from another by asking, every signature and every funding output checked,",
        "and start again from its journal. The routers and their journals are those of nodes; the line between them is a",
        "queue of encoded messages."})
public final class GossipBenchCommand implements Callable<Integer> {
    private static final Bytes32 CHAIN = new Bytes32(Bytes.zeros(32));
    private static final Duration PATIENCE = Duration.ofMinutes(60);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private GraphOptions graph = new GraphOptions();

    @Option(names = "--json", description = "Print the result as one JSON object, and nothing else.")
    private boolean json;

    private static final Features KNOWING = Features.optional(Feature.GOSSIP_QUERIES, Feature.GOSSIP_QUERIES_EX);

    private final AtomicLong delivered = new AtomicLong();

    @Override
    public Integer call() throws IOException {
        ChannelMap map = graph.map(spec, !json);
        SignedGossip gossip = SignedGossip.of(map, CHAIN,
                new Timestamp(InstantSource.system().millis()).plusSeconds(-3_600));
        Path directory = Files.createTempDirectory("fulgurite-gossip");
        ActorSystem<Void> system = system(directory);
        try {
            ActorRef<RouterActor.Command> teller = router(system, gossip, "teller", 1);
            ActorRef<RouterActor.Command> learner = router(system, gossip, "learner", 2);
            fill(system, teller, gossip);
            double learned = sync(system, teller, learner, gossip.outputs().size());
            long messages = delivered.get();
            long inUse = heapInUse();
            restart(system, learner);
            long without = heapInUse();
            long begun = System.nanoTime();
            ActorRef<RouterActor.Command> again = router(system, gossip, "learner", 3);
            int channels = table(system, again).channels().size();
            double started = (System.nanoTime() - begun) / 1e9;
            report(channels, messages, learned, started, new Heap(inUse, (heapInUse() - without) / channels));
            return channels == gossip.outputs().size() ? 0 : 1;
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
            delete(directory);
        }
    }

    private static ActorSystem<Void> system(Path directory) {
        var store = new JournalStore.H2File(directory);
        store.prepare();
        return ActorSystem.create(Behaviors.<Void>empty(), "gossip", Node.config(store.config()));
    }

    private static ActorRef<RouterActor.Command> router(ActorSystem<Void> system, SignedGossip gossip, String name,
            int life) {
        PrivateKey secret = PrivateKey.fromHex((name.equals("teller") ? "07" : "08").repeat(32));
        var settings = new RouterSettings(name, id(secret), secret, CHAIN, Features.EMPTY, name, Bytes.EMPTY,
                new RoutingPolicy(MilliSatoshi.ZERO, 0, new CltvDelta(40), MilliSatoshi.ZERO, MilliSatoshi.ZERO),
                new RouterSettings.Gossip(RouterSettings.Gossip.FLUSH, 3, Duration.ofHours(1), GossipPace.UNLIMITED));
        ActorRef<ChainWatcher.Command> chain = system.systemActorOf(Behaviors.<ChainWatcher.Command>ignore(),
                name + "-chain-" + life, akka.actor.typed.Props.empty());
        return system.systemActorOf(RouterActor.create(settings, new RouterActor.Ports(chain,
                id -> CompletableFuture.completedFuture(gossip.output(id)), InstantSource.system(),
                system.systemActorOf(Behaviors.<PeersActor.Command>ignore(), name + "-peers-" + life,
                        akka.actor.typed.Props.empty()))),
                name + "-" + life, akka.actor.typed.Props.empty());
    }

    private static NodeId id(PrivateKey secret) {
        return new NodeId(fulgurite.protocol.crypto.Curve.publicKey(secret));
    }

    private static RoutingTable table(ActorSystem<Void> system, ActorRef<RouterActor.Command> router) {
        return AskPattern.<RouterActor.Command, RoutingTable>ask(router, RouterActor.GetTable::new, PATIENCE,
                system.scheduler()).toCompletableFuture().join();
    }

    private void fill(ActorSystem<Void> system, ActorRef<RouterActor.Command> teller, SignedGossip gossip) {
        NodeId somebody = id(PrivateKey.fromHex("09".repeat(32)));
        var source = system.systemActorOf(KnowingPeer.behavior(gossip, CHAIN, answer -> teller.tell(
                answer instanceof GossipMessage message
                        ? new RouterActor.Received(somebody, message)
                        : new RouterActor.ReceivedQuery(somebody, (GossipQuery) answer))),
                "source", akka.actor.typed.Props.empty());
        teller.tell(new RouterActor.PeerUp(somebody, KNOWING, source));
        await(system, teller, gossip.outputs().size());
        teller.tell(new RouterActor.PeerDown(somebody));
    }

    private double sync(ActorSystem<Void> system, ActorRef<RouterActor.Command> teller,
            ActorRef<RouterActor.Command> learner, int channels) {
        NodeId tellerId = id(PrivateKey.fromHex("07".repeat(32)));
        NodeId learnerId = id(PrivateKey.fromHex("08".repeat(32)));
        var toLearner = system.systemActorOf(line(learner, tellerId), "to-learner", akka.actor.typed.Props.empty());
        var toTeller = system.systemActorOf(line(teller, learnerId), "to-teller", akka.actor.typed.Props.empty());
        long begun = System.nanoTime();
        teller.tell(new RouterActor.PeerUp(learnerId, Features.EMPTY, toLearner));
        learner.tell(new RouterActor.PeerUp(tellerId, KNOWING, toTeller));
        await(system, learner, channels);
        return (System.nanoTime() - begun) / 1e9;
    }

    /** What one router sends the other hears, through the bytes that a line carries. */
    private Behavior<PeerConnectionActor.Send> line(ActorRef<RouterActor.Command> to, NodeId from) {
        return Behaviors.receiveMessage(send -> {
            send.messages().forEach(message -> hear(to, from, Messages.decode(Messages.encode(message))));
            return Behaviors.same();
        });
    }

    private void hear(ActorRef<RouterActor.Command> to, NodeId from, LightningMessage heard) {
        if (heard instanceof GossipMessage message) {
            delivered.incrementAndGet();
            to.tell(new RouterActor.Received(from, message));
        } else if (heard instanceof GossipQuery query) to.tell(new RouterActor.ReceivedQuery(from, query));
        else throw new IllegalStateException("no gossip: " + heard);
    }

    /** Until the table has all channels with both their sides, and all nodes. */
    private static void await(ActorSystem<Void> system, ActorRef<RouterActor.Command> router, int channels) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isComplete(table(system, router), channels)) {
            if (System.nanoTime() > deadline) throw new IllegalStateException("the gossip does not arrive");
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static boolean isComplete(RoutingTable table, int channels) {
        if (table.channels().size() < channels) return false;
        for (var entry : table.channels())
            if (entry.value().update1().isEmpty() || entry.value().update2().isEmpty()) return false;
        for (var entry : table.nodes()) if (entry.value().announcement().isEmpty()) return false;
        return true;
    }

    private static void restart(ActorSystem<Void> system, ActorRef<RouterActor.Command> router) {
        var gone = new CompletableFuture<Void>();
        system.systemActorOf(Behaviors.<Void>setup(context -> {
            context.watch(router);
            return Behaviors.receive(Void.class).onSignal(akka.actor.typed.Terminated.class, signal -> {
                gone.complete(null);
                return Behaviors.stopped();
            }).build();
        }), "undertaker", akka.actor.typed.Props.empty());
        akka.actor.typed.javadsl.Adapter.toClassic(system)
                .stop(akka.actor.typed.javadsl.Adapter.toClassic(router));
        gone.join();
    }

    private void report(int channels, long messages, double learned, double started, Heap heap)
            throws IOException {
        long peak = ManagementFactory.getMemoryPoolMXBeans()
                .stream()
                .filter(pool -> pool.getType() == java.lang.management.MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        double cpu = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime() / 1e9;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode all = new ObjectMapper().createObjectNode();
            all.put("channels", channels);
            all.put("messages", messages);
            all.put("seconds", learned);
            all.put("messages_per_second", messages / learned);
            all.put("start_seconds", started);
            all.put("peak_heap_bytes", peak);
            all.put("heap_in_use_bytes", heap.inUse);
            all.put("heap_bytes_per_channel", heap.perChannel);
            all.put("process_cpu_seconds", cpu);
            out.println(new ObjectMapper().writeValueAsString(all));
        } else {
            out.printf(Locale.ROOT,
                    "%d channels learned in %.1f s: %d messages, %.0f a second, every signature checked%n",
                    channels, learned, messages, messages / learned);
            out.printf(Locale.ROOT,
                    "started again from the journal in %.2f s; %d bytes of heap a channel, with its messages and nodes%n",
                    started, heap.perChannel);
            out.printf(Locale.ROOT,
                    "heap in use after it %d MB (both routers, and the network they are told), at most %d MB with"
                            + " garbage; %.0f s of CPU in all%n",
                    heap.inUse >> 20, peak >> 20, cpu);
        }
        out.flush();
    }

    /** @param inUse by both routers and what they are told; @param perChannel of one table, with its messages and nodes */
    private record Heap(long inUse, long perChannel) {}

    /** After a collection. */
    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}
