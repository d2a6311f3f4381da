package fulgurite.node;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.api.NodeService;
import fulgurite.node.backup.BackupException;
import fulgurite.node.backup.BackupFile;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.channel.BackupPort;
import fulgurite.node.journal.EventSerializer;
import fulgurite.node.journal.JournalLease;
import fulgurite.node.journal.JournalPlace;
import fulgurite.node.journal.JournalStore;
import fulgurite.node.payment.IncomingGate;
import fulgurite.node.seed.Passphrase;
import fulgurite.node.seed.Seed;
import fulgurite.node.seed.SeedFile;
import fulgurite.node.transport.SocketTransport;
import fulgurite.node.transport.Transport;
import fulgurite.node.wallet.LabelFile;
import fulgurite.node.wallet.Labels;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.graph.search.PathFinders;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One real node that runs: its own actor system, its own journal, its own identity.
 *
 * @param service what it does for its user
 * @param system for what else is to run beside it, such as its API's server; ends with the node
 */
public record Node(NodeService service, ActorSystem<NodeActor.Command> system, NodeActor.Running running) {
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    /** The configuration of an actor system that runs nodes on that journal. @param journal its own part */
    public static Config config(Config journal) {
        return journal
                .withFallback(EventSerializer.bindings())
                .withFallback(ConfigFactory.parseResources("fulgurite/threads.conf"))
                .withFallback(ConfigFactory.parseResources("fulgurite/node.conf"))
                .withFallback(ConfigFactory.load());
    }

    /**
     * Starts a node whose journal is where its settings say, and whose peers speak TCP or WebSocket.
     *
     * @return the running node; the stage fails with a {@link NodeStartException} or a
     *     {@link JournalStore.JournalUnavailableException}
     */
    public static CompletionStage<Node> start(NodeSettings settings, ChainBackend chain) {
        return start(settings, chain, Passphrase.NONE, said -> {});
    }

    /** As above. @param passphrase of the seed; @param progress told from time to time how far a start is that takes long */
    public static CompletionStage<Node> start(NodeSettings settings, ChainBackend chain, Passphrase passphrase,
            Consumer<String> progress) {
        Seed seed = NodeKeys.seedOf(settings.dataDirectory(), Node::random, passphrase);
        return Wallets.require(settings, chain)
                .thenCompose(there -> born(settings, seed, chain, passphrase))
                .thenCompose(keys -> Wallets.begin(settings, keys, chain, progress).thenApply(there -> keys))
                .thenCompose(keys -> start(settings, keys, settings.journal().store(settings.dataDirectory()), chain,
                        system -> sockets(settings, system), Node::random, InstantSource.system(), progress));
    }

    /** Starts a node with other ports than the usual ones. @param transport made once the actor system is there */
    public static CompletionStage<Node> start(NodeSettings settings, JournalStore journal, ChainBackend chain,
            Function<ActorSystem<?>, Transport> transport, Entropy entropy, InstantSource clock) {
        return start(settings, NodeKeys.of(NodeKeys.seedOf(settings.dataDirectory(), entropy, Passphrase.NONE)),
                journal, chain, transport, entropy, clock, said -> {});
    }

    /** A seed that has just been made has no coins below the chain's tip, and says so from now on; on regtest blocks are few. */
    private static CompletionStage<NodeKeys> born(NodeSettings settings, Seed seed, ChainBackend chain,
            Passphrase passphrase) {
        boolean isKnown = seed.birth() instanceof Seed.Birth.At;
        if (isKnown || settings.network() == BitcoinNetwork.REGTEST)
            return CompletableFuture.completedStage(NodeKeys.of(seed));
        return chain.tip().thenApply(tip -> {
            Seed born = seed.bornAt(tip.height());
            SeedFile file = SeedFile.in(settings.dataDirectory());
            file.replace(born, file.isSealed() ? passphrase.toOpen() : Optional.empty(), random());
            return NodeKeys.of(born);
        });
    }

    private static CompletionStage<Node> start(NodeSettings settings, NodeKeys seed, JournalStore journal,
            ChainBackend chain, Function<ActorSystem<?>, Transport> transport, Entropy entropy, InstantSource clock,
            Consumer<String> progress) {
        journal.prepare();
        NodeKeys keys = seed.with(settings.conformance());
        BackupPort backup = backup(settings, keys, entropy);
        Labels labels = new LabelFile(settings.dataDirectory().resolve(LabelFile.NAME));
        var world = new CompletableFuture<NodeActor.World>();
        Behavior<NodeActor.Command> guardian = Behaviors.setup(context -> {
            var made = new NodeActor.World(chain, transport.apply(context.getSystem()), entropy, clock,
                    IncomingGate.OPEN, backup,
                    PathFinders.named(settings.pathFinder(), new SearchSpace()).orElseThrow(), labels,
                    Wallets.scans(settings, keys), Wallets.ofBitcoind(settings, chain));
            world.complete(made);
            return NodeActor.create(settings, keys, made);
        });
        JournalLease lease = JournalLease.take(journal, NodeActor.shortName(keys.nodeId()));
        ActorSystem<NodeActor.Command> system = leased(lease, () -> {
            JournalPlace.keep(settings.dataDirectory(), journal);
            return ActorSystem.create(guardian, "fulgurite", config(lease.config()));
        });
        var startup = new Startup(system, chain, LOOK, START_PATIENCE, progress);
        return startup.started().thenApply(answer -> switch (answer) {
            case NodeActor.Running running -> node(settings, keys, world.join(), system, running);
            case NodeActor.NotRunning(String reason) -> {
                system.terminate();
                throw new NodeStartException(settings.alias() + " does not start: " + reason);
            }
        });
    }

    /** The lease lasts as long as the system, and the system no longer than the lease. */
    private static <T> ActorSystem<T> leased(JournalLease lease, Supplier<ActorSystem<T>> start) {
        try {
            ActorSystem<T> system = start.get();
            lease.onLost(reason -> system.terminate());
            system.getWhenTerminated().thenRun(lease::close);
            return system;
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private static BackupPort backup(NodeSettings settings, NodeKeys keys, Entropy entropy) {
        try {
            return BackupFile.of(settings.dataDirectory(), keys.backupKey(), entropy);
        } catch (BackupException e) {
            throw new NodeStartException(e.getMessage() + "; move " + BackupFile.NAME + " out of "
                    + settings.dataDirectory() + " if it is not this node's, and start again");
        }
    }

    private static Node node(NodeSettings settings, NodeKeys keys, NodeActor.World world,
            ActorSystem<NodeActor.Command> system, NodeActor.Running running) {
        return new Node(new ActorNodeService(system, settings, keys, world, running,
                () -> stop(system, world.transport())), system, running);
    }

    private static CompletionStage<Void> stop(ActorSystem<NodeActor.Command> system, Transport transport) {
        return transport.stop().thenCompose(closed -> {
            system.tell(new NodeActor.Stop());
            return system.getWhenTerminated().thenApply(done -> null);
        });
    }

    private static Transport sockets(NodeSettings settings, ActorSystem<?> system) {
        NodeSettings.Endpoint at = settings.listen().orElse(new NodeSettings.Endpoint("127.0.0.1", 0));
        return new SocketTransport(system, at.host(), at.port(), settings.lines().limits(), settings.lines().proxy(),
                System::nanoTime);
    }

    /** From the system's source of randomness. */
    public static Bytes32 random() {
        byte[] drawn = new byte[Bytes32.SIZE];
        SYSTEM_RANDOM.nextBytes(drawn);
        return new Bytes32(Bytes.ofOwned(drawn));
    }

    private static final SecureRandom SYSTEM_RANDOM = new SecureRandom();
}
