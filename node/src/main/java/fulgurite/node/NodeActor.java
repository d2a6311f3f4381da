package fulgurite.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.chain.bitcoind.BitcoindWallet;
import fulgurite.node.channel.BackupPort;
import fulgurite.node.channel.ChannelEnvironment.Weather;
import fulgurite.node.channel.ChannelEnvironment;
import fulgurite.node.channel.ChannelNews;
import fulgurite.node.channel.ChannelsActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.payment.ForwarderActor;
import fulgurite.node.payment.IncomingGate;
import fulgurite.node.payment.PaymentsActor;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerSettings;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.router.RouterActor;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.Transport;
import fulgurite.node.wallet.BitcoindWalletActor;
import fulgurite.node.wallet.Labels;
import fulgurite.node.wallet.ScanStore;
import fulgurite.node.wallet.WalletActor;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.graph.Network;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.protocol.graph.search.SearchingFinder;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.NodeId;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The composition root: one node is this behaviour, and many fit in one actor system. It starts every other actor of the
 * node, and carries what one of them tells to those whom it concerns ({@link Switchboard}); it decides nothing.
 *
 * <p>The order of a start is: the chain's height and a wallet address; the channels, all recovered; the listening
 * socket, so that no peer can speak before its channels listen; the router, payments and forwarding. Whatever comes in
 * between waits.
 */
public final class NodeActor {
    /** What the node is asked; most is asked of the actors that {@link Running} names. */
    public sealed interface Command {}

    /** Answered once the node runs, or cannot. */
    public record GetRunning(ActorRef<Started> replyTo) implements Command {}

    /** The answer to {@link GetRunning}. */
    public sealed interface Started {}

    /** @param reason for a person */
    public record NotRunning(String reason) implements Started {}

    /**
     * Connects to a peer. @param replyTo told once the node's other actors know of the connection, so that a channel can
     * be opened at once
     */
    public record Connect(NodeId peer, Optional<PeerAddress> address, ActorRef<PeerActor.ConnectResult> replyTo)
            implements
            Command {}

    /** How far the wallet has scanned; answered while the node starts, too. */
    public record GetScan(ActorRef<WalletActor.Scan> replyTo) implements Command {}

    /** From now on, tells of peers, channels and blocks, until the listener ends. */
    public record Subscribe(ActorRef<News> listener) implements Command {}

    private record Unsubscribe(ActorRef<News> listener) implements Command {}

    /** What a subscriber is told. */
    public sealed interface News {
        record PeerUp(NodeId peer) implements News {}

        record PeerDown(NodeId peer, String reason) implements News {}

        record Channel(LiveChannel channel) implements News {}

        record Block(BlockHeight height) implements News {}
    }

    /** Ends the node: every line is closed, nothing more is written. */
    public record Stop() implements Command {}

    private record Height(BlockHeight height) implements Command {}

    private record Estimated(BlockHeight height, Optional<Feerates> feerates) implements Command {}

    private record WalletAddress(Address address) implements Command {}

    private record Listened(PeersActor.ListenResult result) implements Command {}

    private record FromPeers(PeerActor.Event event) implements Command {}

    private record Connected(PeerActor.ConnectResult result) implements Command {}

    private record FromChannels(ChannelNews news) implements Command {}

    private record NewNetwork(Network network) implements Command {}

    /** The node's actors, for whoever serves its user. @param listening where peers dial it; empty when it does not listen */
    public record Running(NodeId nodeId, Optional<PeerAddress> listening, ActorRef<Command> node,
            ActorRef<PeersActor.Command> peers, ActorRef<ChannelsActor.Command> channels,
            ActorRef<PaymentsActor.Command> payments,
            ActorRef<RouterActor.Command> router, ActorRef<WalletActor.Command> wallet,
            ActorRef<ChainWatcher.Command> chain) implements Started {}

    /**
     * The outside world.
     *
     * @param clock the time of day; it may be a simulated one
     * @param gate through which payments come to this node
     * @param backup of its channels
     * @param finder of routes for its payments, used by one thread at a time
     * @param labels of its wallet's addresses and transactions
     * @param scans where its wallet keeps how far it has scanned
     * @param bitcoindWallet that pays for openings and sends; empty: the node's own wallet
     */
    public record World(ChainBackend chain, Transport transport, Entropy entropy, InstantSource clock,
            IncomingGate gate, BackupPort backup, PathFinder finder, Labels labels, ScanStore scans,
            Optional<BitcoindWallet> bitcoindWallet) {
        public World(ChainBackend chain, Transport transport, Entropy entropy, InstantSource clock,
                IncomingGate gate, BackupPort backup, PathFinder finder) {
            this(chain, transport, entropy, clock, gate, backup, finder, Labels.inMemory(), ScanStore.NONE,
                    Optional.empty());
        }

        public World(ChainBackend chain, Transport transport, Entropy entropy, InstantSource clock,
                IncomingGate gate, BackupPort backup) {
            this(chain, transport, entropy, clock, gate, backup,
                    SearchingFinder.probabilistic(new SearchSpace()));
        }

        public World(ChainBackend chain, Transport transport, Entropy entropy, InstantSource clock,
                IncomingGate gate) {
            this(chain, transport, entropy, clock, gate, BackupPort.NONE);
        }

        public World(ChainBackend chain, Transport transport, Entropy entropy, InstantSource clock) {
            this(chain, transport, entropy, clock, IncomingGate.OPEN);
        }
    }

    private final ActorContext<Command> context;
    private final StashBuffer<Command> stash;
    private final NodeSettings settings;
    private final NodeKeys keys;
    private final World world;
    private final ActorRef<ChainWatcher.Command> chain;
    private final ActorRef<WalletActor.Command> wallet;
    private final SortedMap<Long, LiveChannel> recovered = new TreeMap<>();
    private Feerates feerates = Feerates.FLOOR;

    private NodeActor(ActorContext<Command> context, StashBuffer<Command> stash, NodeSettings settings, NodeKeys keys,
            World world) {
        this.context = context;
        this.stash = stash;
        this.settings = settings;
        this.keys = keys;
        this.world = world;
        this.chain = part(ChainWatcher.Command.class, ChainWatcher.create(world.chain()), "chain");
        this.wallet = part(WalletActor.Command.class, wallet(), "wallet");
    }

    private Behavior<WalletActor.Command> wallet() {
        Behavior<WalletActor.Command> own = WalletActor.create(WalletKeys.of(keys.master(), settings.network()),
                world.chain(), keys.birth(), settings.reserve(), world.scans());
        return world.bitcoindWallet()
                .map(theirs -> BitcoindWalletActor.create(new BitcoindWalletActor.Access(theirs,
                        "fulgurite " + shortName(keys.nodeId()), Optional.of(settings.dataDirectory())), world.chain(),
                        own))
                .orElse(own);
    }

    public static Behavior<Command> create(NodeSettings settings, NodeKeys keys, World world) {
        return Behaviors.withMdc(Command.class, logged(keys),
                Behaviors.setup(context -> Behaviors.withStash(Integer.MAX_VALUE,
                        stash -> new NodeActor(context, stash, settings, keys, world).starting())));
    }

    /** What every line of the log says beside its text. */
    private static Map<String, String> logged(NodeKeys keys) {
        return Map.of("node", shortName(keys.nodeId()));
    }

    /** Without one of its parts a node is none: when one fails for good, so does the node. */
    private <T> ActorRef<T> part(Class<T> commands, Behavior<T> behavior, String name) {
        ActorRef<T> part = context.spawn(Behaviors.withMdc(commands, logged(keys), behavior), name);
        context.watch(part);
        return part;
    }

    /** The node's name in its journals: short, and never the same for two nodes. */
    public static String shortName(NodeId id) {
        return id.toHex().substring(0, 16);
    }

    private Behavior<Command> starting() {
        chain.tell(new ChainWatcher.WatchHeight(
                context.messageAdapter(ChainWatcher.NewHeight.class, told -> new Height(told.height()))));
        wallet.tell(new WalletActor.NewAddress(context.messageAdapter(Address.class, WalletAddress::new)));
        return awaitingChain(Optional.empty(), Optional.empty());
    }

    private Behavior<Command> awaitingChain(Optional<Weather> weather, Optional<Address> address) {
        if (weather.isPresent() && address.isPresent()) return recovering(weather.get(), address.get());
        return Behaviors.receive(Command.class)
                .onMessage(Height.class, told -> {
                    askFeerates(told.height());
                    return Behaviors.same();
                })
                .onMessage(Estimated.class, told -> awaitingChain(Optional.of(weather(told)), address))
                .onMessage(WalletAddress.class, told -> awaitingChain(weather, Optional.of(told.address())))
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .onMessage(Command.class, this::wait)
                .build();
    }

    private Behavior<Command> wait(Command command) {
        if (command instanceof GetScan(var replyTo)) wallet.tell(new WalletActor.GetScan(replyTo));
        else stash.stash(command);
        return Behaviors.same();
    }

    /** What cannot be asked now is taken to be as it was. */
    private void askFeerates(BlockHeight height) {
        context.pipeToSelf(NodeParts.feerates(world.chain()), (feerates, failure) -> {
            if (failure == null) return new Estimated(height, Optional.of(feerates));
            return new Estimated(height, Optional.empty());
        });
    }

    private Weather weather(Estimated told) {
        told.feerates().ifPresent(estimated -> feerates = estimated);
        return new Weather(told.height(), feerates);
    }

    private Behavior<Command> recovering(Weather weather, Address address) {
        wallet.tell(new WalletActor.Sky(weather.height(), weather.feerates()));
        var peerSettings = PeerSettings.of(keys.nodeKey(), settings.network().chainHash(), settings.features());
        ActorRef<PeersActor.Command> peers = part(PeersActor.Command.class,
                PeersActor.create(peerSettings, world.transport(),
                        world.entropy(), context.messageAdapter(PeerActor.Event.class, FromPeers::new)),
                "peers");
        var environment = new ChannelEnvironment(shortName(keys.nodeId()), keys.nodeId(), keys.nodeKey(),
                keys::ofChannel, peerSettings.features(), address.script(), settings.network().chainHash(),
                settings.channels(), world.entropy(), settings.invariants(), settings.zeroConfPeers(),
                world.backup());
        ActorRef<ChannelsActor.Command> channels = part(ChannelsActor.Command.class, ChannelsActor.create(environment,
                new ChannelsActor.Ports(context.messageAdapter(ChannelNews.class, FromChannels::new), chain, wallet,
                        peers),
                weather), "channels");
        return Behaviors.receive(Command.class)
                .onMessage(FromChannels.class, told -> {
                    if (told.news() instanceof ChannelNews.Changed(LiveChannel channel))
                        recovered.put(channel.index(), channel);
                    else
                        if (told.news() instanceof ChannelNews.AllRecovered) return binding(weather, peers, channels);
                    else stash.stash(told);
                    return Behaviors.same();
                })
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .onMessage(Command.class, this::wait)
                .build();
    }

    private Behavior<Command> binding(Weather weather, ActorRef<PeersActor.Command> peers,
            ActorRef<ChannelsActor.Command> channels) {
        if (settings.listen().isEmpty()) return running(weather, peers, channels, Optional.empty());
        peers.tell(new PeersActor.Listen(context.messageAdapter(PeersActor.ListenResult.class, Listened::new)));
        return Behaviors.receive(Command.class)
                .onMessage(Listened.class, told -> switch (told.result()) {
                    case PeersActor.ListenResult.Listening(PeerAddress address) ->
                        running(weather, peers, channels, Optional.of(address));
                    case PeersActor.ListenResult.Failed(String reason) -> stash.unstashAll(
                            failed(new NotRunning("cannot listen for peers: " + reason)));
                })
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .onMessage(Command.class, this::wait)
                .build();
    }

    /** Nothing more is done than to say why. */
    private static Behavior<Command> failed(NotRunning why) {
        return Behaviors.receive(Command.class)
                .onMessage(GetRunning.class, asked -> {
                    asked.replyTo().tell(why);
                    return Behaviors.same();
                })
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .onMessage(Command.class, other -> Behaviors.same())
                .build();
    }

    private Behavior<Command> running(Weather weather, ActorRef<PeersActor.Command> peers,
            ActorRef<ChannelsActor.Command> channels, Optional<PeerAddress> listening) {
        String name = shortName(keys.nodeId());
        ActorRef<RouterActor.Command> router = part(RouterActor.Command.class, RouterActor.create(
                NodeParts.router(settings, keys, listening),
                new RouterActor.Ports(chain, NodeParts.fundings(world.chain()), world.clock(), peers)), "router");
        ActorRef<PaymentsActor.Command> payments = part(PaymentsActor.Command.class,
                PaymentsActor.create(new PaymentsActor.Setting(name,
                        keys.nodeId(), keys.nodeKey(), settings.channels(), world.entropy(), world.clock(),
                        world.finder()),
                        weather.height()),
                "payments");
        ActorRef<ForwarderActor.Command> forwarder = part(ForwarderActor.Command.class,
                ForwarderActor.create(keys.nodeKey(), world.entropy(), NodeParts.forwarding(settings),
                        settings.channels(), payments, world.gate(), weather.height()),
                "forwarder");
        router.tell(new RouterActor.Subscribe(context.messageAdapter(Network.class, NewNetwork::new)));
        var board = new Switchboard(peers, channels, router, payments, forwarder,
                context.messageAdapter(PeerActor.ConnectResult.class, Connected::new), context.getLog());
        recovered.values().forEach(board::changed);
        recovered.clear();
        var running = new Running(keys.nodeId(), listening, context.getSelf(), peers, channels, payments, router,
                wallet, chain);
        context.getLog()
                .info("{} runs as {}{}", settings.alias(), keys.nodeId(),
                        listening.map(at -> ", listening at " + at).orElse(""));
        return stash.unstashAll(running(board, running));
    }

    private Behavior<Command> running(Switchboard board, Running running) {
        return Behaviors.receiveMessage(command -> {
            switch (command) {
                case GetRunning(var replyTo) -> replyTo.tell(running);
                case Stop stop -> {
                    return Behaviors.stopped();
                }
                case Subscribe(var listener) -> {
                    context.watchWith(listener, new Unsubscribe(listener));
                    board.subscribe(listener);
                }
                case Unsubscribe(var listener) -> board.unsubscribe(listener);
                case Height(BlockHeight height) -> {
                    askFeerates(height);
                    board.tell(new News.Block(height));
                }
                case Estimated told -> {
                    board.weather(weather(told));
                    wallet.tell(new WalletActor.Sky(told.height(), feerates));
                }
                case Connect connect -> board.connect(connect);
                case Connected(PeerActor.ConnectResult result) -> board.connected(result);
                case FromPeers(PeerActor.Event event) -> board.heard(event);
                case FromChannels(ChannelNews news) -> board.heard(news);
                case NewNetwork(Network network) -> board.network(network);
                case GetScan asked -> wallet.tell(new WalletActor.GetScan(asked.replyTo()));
                case WalletAddress again -> throw new IllegalStateException("asked for once");
                case Listened again -> throw new IllegalStateException("asked for once");
            }
            return Behaviors.same();
        });
    }
}
