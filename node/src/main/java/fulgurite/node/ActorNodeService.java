package fulgurite.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import fulgurite.node.api.NodeService;
import fulgurite.node.chain.ChainStanding;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerStatus;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.router.RouterActor;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.wallet.WalletKeys.Kind;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A node's service by its actors: each call asks one of them, and turns its answer into the user's words. */
public final class ActorNodeService implements NodeService {
    /** What the version is called in {@link #info}. */
    public static final String VERSION = "0.1.0";

    private final ActorSystem<?> system;
    private final NodeSettings settings;
    private final NodeActor.World world;
    private final NodeActor.Running node;
    private final Supplier<CompletionStage<Void>> stop;
    private final AtomicLong subscriptions = new AtomicLong();
    private final Asking asking;
    private final ChannelService channels;
    private final PaymentService payments;
    private final OnChainService onChain;

    /** @param stop what stopping the node takes */
    public ActorNodeService(ActorSystem<?> system, NodeSettings settings, NodeKeys keys, NodeActor.World world,
            NodeActor.Running node, Supplier<CompletionStage<Void>> stop) {
        this.system = system;
        this.settings = settings;
        this.world = world;
        this.node = node;
        this.stop = stop;
        this.asking = new Asking(system, node, world.chain());
        this.channels = new ChannelService(asking, settings, node);
        this.payments = new PaymentService(asking, settings, keys, world, node);
        this.onChain = new OnChainService(system, settings.network(), node.wallet(), world.labels(),
                world.bitcoindWallet());
    }

    @Override
    public CompletionStage<Info> info() {
        return asking.height()
                .thenCombine(asking.live(), (height, channels) -> new Info(node.nodeId(), settings.alias(),
                        settings.network().toString(),
                        node.listening().map(address -> new PeerUri(node.nodeId(), address).toString()), height, 0,
                        (int) channels.stream().filter(channel -> channel.active().isPresent()).count(), VERSION))
                .thenCombine(peers(), (info, peers) -> new Info(info.nodeId(), info.alias(), info.network(),
                        info.uri(), info.blockHeight(), (int) peers.stream().filter(Peer::connected).count(),
                        info.channels(), info.version()));
    }

    @Override
    public CompletionStage<Chain> chain() {
        ChainStanding standing = world.chain().standing();
        return asking.<ChainWatcher.Command, ChainWatcher.State>ask(node.chain(), ChainWatcher.GetState::new,
                Asking.SOON)
                .thenApply(watched -> {
                    // The backend knows why; what the watcher waits for beyond that is its own.
                    Optional<String> problem = standing.problem().or(watched::problem);
                    return new Chain(settings.network().toString(), problem.isEmpty(), standing.since(),
                            watched.height(), standing.blocksBehind(), standing.heardBy(), problem,
                            standing.lastProblem());
                });
    }

    @Override
    public CompletionStage<Backup> backup() {
        var file = world.backup().file();
        return CompletableFuture.completedFuture(
                new Backup(file.size(), Base64.getEncoder().encodeToString(file.toByteArray())));
    }

    @Override
    public CompletionStage<Peer> connect(String uri) {
        NodeId to;
        Optional<PeerAddress> at;
        try {
            Optional<PeerUri> whole = uri.contains("@") ? Optional.of(PeerUri.parse(uri)) : Optional.empty();
            to = whole.map(PeerUri::nodeId).orElseGet(() -> PeerUri.parseNodeId(uri));
            at = whole.map(PeerUri::address);
        } catch (IllegalArgumentException e) {
            return Asking.failed(Asking.refuse(Reason.BAD_REQUEST, e.getMessage()));
        }
        return asking.<NodeActor.Command, PeerActor.ConnectResult>ask(node.node(),
                replyTo -> new NodeActor.Connect(to, at, replyTo), Asking.OPENING)
                .thenApply(result -> switch (result) {
                    case PeerActor.ConnectResult.Connected(NodeId peer, var features, String where, var address) ->
                        new Peer(peer, at.or(() -> address).map(PeerAddress::toString).orElse(where),
                                true, features.toString());
                    case PeerActor.ConnectResult.Failed(NodeId peer, String reason) -> throw Asking.refuse(
                            Reason.PEER_UNREACHABLE, "cannot connect to " + uri.strip() + ": " + reason);
                });
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        return asking.<PeersActor.Command, PeersActor.Peers>ask(node.peers(), PeersActor.GetPeers::new, Asking.SOON)
                .thenApply(peers -> peers.peers().stream().map(ActorNodeService::view).toList());
    }

    private static Peer view(PeerStatus peer) {
        return new Peer(peer.nodeId(), peer.address(), peer.isConnected(),
                peer.theirs().map(Object::toString).orElse(""));
    }

    @Override
    public CompletionStage<Balance> balance() {
        return onChain.balance()
                .thenCombine(asking.live(), (wallet, channels) -> new Balance(wallet.confirmed(), wallet.unconfirmed(),
                        channels.stream().map(ChannelViews::inChannel).reduce(MilliSatoshi.ZERO, MilliSatoshi::plus),
                        channels.stream().map(ChannelViews::pending).reduce(MilliSatoshi.ZERO, MilliSatoshi::plus),
                        wallet.reserve(), Optional.empty()))
                .thenCombine(onChain.feeWallet(), (known, fees) -> new Balance(known.onChainConfirmed(),
                        known.onChainUnconfirmed(), known.inChannels(), known.pending(), known.reserve(), fees));
    }

    @Override
    public CompletionStage<String> newAddress(AddressType type) {
        Kind kind = switch (type) {
            case P2WPKH -> Kind.P2WPKH;
            case P2TR -> Kind.P2TR;
        };
        return onChain.newAddress(kind);
    }

    @Override
    public CompletionStage<List<Coin>> coins() {
        return onChain.coins();
    }

    @Override
    public CompletionStage<List<OnChainTransaction>> transactions() {
        return onChain.transactions();
    }

    @Override
    public CompletionStage<OnChainTransaction> sendOnChain(String address, Satoshi amount,
            Optional<FeeratePerKw> feerate, Optional<String> label) {
        return asking.feerate(feerate).thenCompose(paid -> onChain.send(address, amount, paid, label));
    }

    @Override
    public CompletionStage<OnChainTransaction> bumpOnChain(String txid, FeeratePerKw feerate) {
        return onChain.bump(txid, feerate);
    }

    @Override
    public CompletionStage<Label> label(String subject, String text) {
        return onChain.label(subject, text);
    }

    @Override
    public CompletionStage<List<Label>> labels() {
        return CompletableFuture.completedStage(onChain.labels());
    }

    @Override
    public CompletionStage<Channel> create(Create request) {
        return channels.create(request);
    }

    @Override
    public CompletionStage<FundingRequest> createOutside(Create request) {
        return channels.createOutside(request);
    }

    @Override
    public CompletionStage<Channel> fundOutside(String opening, String psbt) {
        return channels.fundOutside(opening, psbt);
    }

    @Override
    public CompletionStage<List<Channel>> channels() {
        return channels.channels();
    }

    @Override
    public CompletionStage<Closing> close(ChannelId channel, boolean force, Optional<FeeratePerKw> feerate) {
        return channels.close(channel, force, feerate);
    }

    @Override
    public CompletionStage<TxId> publishRevoked(ChannelId channel) {
        return channels.publishRevoked(channel);
    }

    @Override
    public CompletionStage<List<CommitmentView>> commitmentTransactions(Optional<ChannelId> channel) {
        return channels.commitmentTransactions(channel);
    }

    @Override
    public CompletionStage<Invoice> invoice(Optional<MilliSatoshi> amount, String description, Duration expiry) {
        return payments.invoice(amount, description, expiry);
    }

    @Override
    public CompletionStage<BlindedInvoice> blindedInvoice(Optional<MilliSatoshi> amount, String description,
            Duration expiry, int before) {
        return payments.blindedInvoice(amount, description, expiry, before);
    }

    @Override
    public CompletionStage<Payment> payBlinded(PaymentHash hash, MilliSatoshi amount, Bytes paths) {
        return payments.payBlinded(hash, amount, paths);
    }

    @Override
    public CompletionStage<Payment> pay(String bolt11, Optional<MilliSatoshi> amount) {
        return payments.pay(bolt11, amount);
    }

    @Override
    public CompletionStage<Payment> send(NodeId destination, MilliSatoshi amount) {
        return payments.send(destination, amount);
    }

    @Override
    public CompletionStage<List<Payment>> payments() {
        return payments.payments();
    }

    @Override
    public CompletionStage<Route> route(List<NodeId> destinations, MilliSatoshi amount) {
        return payments.route(destinations, amount);
    }

    @Override
    public CompletionStage<List<StoryLine>> explain(PaymentHash paymentHash) {
        return payments.explain(paymentHash);
    }

    @Override
    public CompletionStage<NetworkView> network() {
        return asking.<RouterActor.Command, RoutingTable>ask(node.router(), RouterActor.GetTable::new, Asking.SOON)
                .thenApply(table -> {
                    var edges = new ArrayList<NetworkChannel>();
                    for (var entry : table.channels())
                        if (entry.value().spentAt().isEmpty())
                            edges.add(new NetworkChannel(entry.key(), entry.value().node1(), entry.value().node2(),
                                    Optional.of(entry.value().capacity())));
                    return new NetworkView(table.nodes().size(), edges.size(), edges);
                });
    }

    public AutoCloseable subscribe(Consumer<Event> listener) {
        ActorRef<EventsActor.Command> events = system.systemActorOf(
                EventsActor.create(node, settings.channels(), listener), "events-" + subscriptions.incrementAndGet(),
                Props.empty());
        return () -> events.tell(new EventsActor.Stop());
    }

    @Override
    public CompletionStage<Void> stop() {
        return stop.get();
    }
}
