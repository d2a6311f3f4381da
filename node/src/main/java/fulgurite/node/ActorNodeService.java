package fulgurite.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import fulgurite.node.api.NodeService;
import fulgurite.node.chain.ChainStanding;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.channel.ChannelsActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.payment.PaymentBook;
import fulgurite.node.payment.PaymentStory;
import fulgurite.node.payment.PaymentsActor;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerStatus;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.router.RouterActor;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.Psbt;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.invoice.Bolt11Invoice;
import fulgurite.protocol.invoice.InvoiceDescription;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.payment.outgoing.RouteQuery;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.units.TxId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A node's service by its actors: each call asks one of them, and turns its answer into the user's words. */
public final class ActorNodeService implements NodeService {
    /** What the version is called in {@link #info}. */
    public static final String VERSION = "0.1.0";
    /** A few blocks more than the channel needs to go on chain in time with the preimage. @bolt 2, cltv_expiry_delta Selection */
    private static final CltvDelta FINAL_DELTA = new CltvDelta(24);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration OPENING = Duration.ofSeconds(60);
    private static final Duration PAYING = Duration.ofSeconds(90);
    private static final long PAYMENT_DEADLINE_SECONDS = 60;
    private static final int MAX_ATTEMPTS = 20;

    private final ActorSystem<?> system;
    private final NodeSettings settings;
    private final NodeKeys keys;
    private final NodeActor.World world;
    private final NodeActor.Running node;
    private final Supplier<CompletionStage<Void>> stop;
    private final AtomicLong subscriptions = new AtomicLong();
    private final OnChainService onChain;

    /** @param stop what stopping the node takes */
    public ActorNodeService(ActorSystem<?> system, NodeSettings settings, NodeKeys keys, NodeActor.World world,
            NodeActor.Running node, Supplier<CompletionStage<Void>> stop) {
        this.system = system;
        this.settings = settings;
        this.keys = keys;
        this.world = world;
        this.node = node;
        this.stop = stop;
        this.onChain = new OnChainService(system, settings.network(), node.wallet(), world.labels());
    }

    private <C, R> CompletionStage<R> ask(ActorRef<C> actor, Function<ActorRef<R>, C> question, Duration patience) {
        // On this system's own threads: Akka's stage would continue on the JVM's common pool.
        return AskPattern.<C, R>ask(actor, question, patience, system.scheduler()).handleAsync((answer, failure) -> {
            if (failure == null) return answer;
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof TimeoutException)
                throw new ServiceException(Reason.TIMEOUT, "no answer within " + patience.toSeconds()
                        + " s: what was asked may still happen; look again later");
            throw new CompletionException(cause);
        }, system.executionContext());
    }

    private static ServiceException refuse(Reason reason, String message) {
        return new ServiceException(reason, message);
    }

    private CompletionStage<BlockHeight> height() {
        return this.<ChainWatcher.Command, ChainWatcher.State>ask(node.chain(), ChainWatcher.GetState::new, SOON)
                .thenApply(state -> state.height()
                        .orElseThrow(() -> refuse(Reason.CHAIN,
                                "the chain cannot be asked: " + state.problem().orElse("it has not answered yet"))));
    }

    private CompletionStage<List<LiveChannel>> live() {
        return this.<ChannelsActor.Command, ChannelsActor.Channels>ask(node.channels(), ChannelsActor.GetChannels::new,
                SOON).thenApply(ChannelsActor.Channels::channels);
    }

    @Override
    public CompletionStage<Info> info() {
        return height().thenCombine(live(), (height, channels) -> new Info(node.nodeId(), settings.alias(),
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
        return this.<ChainWatcher.Command, ChainWatcher.State>ask(node.chain(), ChainWatcher.GetState::new, SOON)
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
            return failed(refuse(Reason.BAD_REQUEST, e.getMessage()));
        }
        return this.<NodeActor.Command, PeerActor.ConnectResult>ask(node.node(),
                replyTo -> new NodeActor.Connect(to, at, replyTo), OPENING)
                .thenApply(result -> switch (result) {
                    case PeerActor.ConnectResult.Connected(NodeId peer, var features, String where, var address) ->
                        new Peer(peer, at.or(() -> address).map(PeerAddress::toString).orElse(where),
                                true, features.toString());
                    case PeerActor.ConnectResult.Failed(NodeId peer, String reason) -> throw refuse(
                            Reason.PEER_UNREACHABLE, "cannot connect to " + uri.strip() + ": " + reason);
                });
    }

    private static <T> CompletionStage<T> failed(ServiceException problem) {
        return java.util.concurrent.CompletableFuture.failedStage(problem);
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        return this.<PeersActor.Command, PeersActor.Peers>ask(node.peers(), PeersActor.GetPeers::new, SOON)
                .thenApply(peers -> peers.peers().stream().map(ActorNodeService::view).toList());
    }

    private static Peer view(PeerStatus peer) {
        return new Peer(peer.nodeId(), peer.address(), peer.isConnected(),
                peer.theirs().map(Object::toString).orElse(""));
    }

    @Override
    public CompletionStage<Channel> create(Create request) {
        if (request.zeroReserve() && !settings.channels().zeroReserve())
            return failed(refuse(Reason.FORBIDDEN, "channels without reserves are not allowed by this node's settings"
                    + " (channels.zero-reserve)"));
        return feerate(request.feerate())
                .thenCompose(feerate -> this.<ChannelsActor.Command, ChannelsActor.OpenResult>ask(node.channels(),
                        replyTo -> new ChannelsActor.Open(request.peer(), request.funding(),
                                request.push().toMilliSatoshi(), request.announce(), request.zeroReserve(), feerate,
                                replyTo),
                        OPENING))
                .thenApply(this::opened);
    }

    @Override
    public CompletionStage<FundingRequest> createOutside(Create request) {
        if (request.zeroReserve() && !settings.channels().zeroReserve())
            return failed(refuse(Reason.FORBIDDEN, "channels without reserves are not allowed by this node's settings"
                    + " (channels.zero-reserve)"));
        return feerate(request.feerate())
                .thenCompose(feerate -> this.<ChannelsActor.Command, ChannelsActor.OutsideResult>ask(node.channels(),
                        replyTo -> new ChannelsActor.OpenOutside(request.peer(), request.funding(),
                                request.push().toMilliSatoshi(), request.announce(), request.zeroReserve(), feerate,
                                replyTo),
                        OPENING))
                .thenApply(result -> switch (result) {
                    case ChannelsActor.FundingWanted(long index, TxOutput output) -> new FundingRequest(
                            Long.toString(index),
                            Address.ofScript(output.script(), settings.network()).orElseThrow().toString(),
                            output.amount(), Psbt.paying(List.of(output)).toBase64());
                    case ChannelsActor.OutsideRefused(String reason) -> throw refuse(Reason.WRONG_STATE,
                            "the channel is not opened: " + reason);
                });
    }

    @Override
    public CompletionStage<Channel> fundOutside(String opening, String psbt) {
        if (!opening.matches("[0-9]{1,18}")) return failed(refuse(Reason.BAD_REQUEST, "an opening is a number"));
        Psbt parsed;
        try {
            parsed = Psbt.fromBase64(psbt);
        } catch (MalformedException e) {
            return failed(refuse(Reason.BAD_REQUEST, e.getMessage()));
        }
        return this.<ChannelsActor.Command, ChannelsActor.OpenResult>ask(node.channels(),
                replyTo -> new ChannelsActor.FundOutside(Long.parseLong(opening), parsed, replyTo), OPENING)
                .thenApply(this::opened);
    }

    private Channel opened(ChannelsActor.OpenResult result) {
        return switch (result) {
            case ChannelsActor.Opened(LiveChannel channel) -> ChannelViews.of(channel, settings.channels())
                    .orElseThrow();
            case ChannelsActor.NotOpened(String reason) -> throw refuse(Reason.WRONG_STATE,
                    "the channel is not opened: " + reason);
        };
    }

    private CompletionStage<FeeratePerKw> feerate(Optional<FeeratePerKw> asked) {
        return asked.<CompletionStage<FeeratePerKw>>map(java.util.concurrent.CompletableFuture::completedStage)
                .orElseGet(() -> world.chain().estimateFee(6));
    }

    @Override
    public CompletionStage<List<Channel>> channels() {
        return live().thenApply(channels -> channels.stream()
                .flatMap(channel -> ChannelViews.of(channel, settings.channels()).stream())
                .toList());
    }

    @Override
    public CompletionStage<Closing> close(ChannelId channel, boolean force, Optional<FeeratePerKw> feerate) {
        return closing(ask(node.channels(), replyTo -> new ChannelsActor.Close(channel, force, feerate, replyTo),
                OPENING));
    }

    private static CompletionStage<Closing> closing(CompletionStage<ChannelsActor.CloseResult> asked) {
        return asked.thenApply(result -> switch (result) {
            case ChannelsActor.Closing closing -> new Closing(closing.channel(), closing.txid(), closing.mutual());
            case ChannelsActor.NotClosing(boolean known, String reason) -> throw refuse(
                    known ? Reason.WRONG_STATE : Reason.NOT_FOUND, reason);
        });
    }

    @Override
    public CompletionStage<TxId> publishRevoked(ChannelId channel) {
        if (settings.network() != fulgurite.protocol.bitcoin.BitcoinNetwork.REGTEST)
            return failed(refuse(Reason.FORBIDDEN, "cheating is for regtest only"));
        return closing(ask(node.channels(), replyTo -> new ChannelsActor.FallSilent(channel, replyTo), SOON))
                .thenApply(Closing::txid);
    }

    @Override
    public CompletionStage<Balance> balance() {
        return this.<WalletActor.Command, WalletActor.Balance>ask(node.wallet(), WalletActor.GetBalance::new, SOON)
                .thenCombine(live(), (wallet, channels) -> new Balance(wallet.confirmed(), wallet.unconfirmed(),
                        channels.stream().map(ChannelViews::inChannel).reduce(MilliSatoshi.ZERO, MilliSatoshi::plus),
                        channels.stream().map(ChannelViews::pending).reduce(MilliSatoshi.ZERO, MilliSatoshi::plus),
                        wallet.reserve()));
    }

    @Override
    public CompletionStage<String> newAddress() {
        return this.<WalletActor.Command, Address>ask(node.wallet(), WalletActor.NewAddress::new, SOON)
                .thenApply(Address::toString);
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
        return feerate(feerate).thenCompose(paid -> onChain.send(address, amount, paid, label));
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
    public CompletionStage<List<CommitmentView>> commitmentTransactions(Optional<ChannelId> channel) {
        return this.<ChannelsActor.Command, ChannelsActor.Commitments>ask(node.channels(),
                replyTo -> new ChannelsActor.GetCommitments(replyTo), SOON)
                .thenApply(found -> {
                    var views = new ArrayList<CommitmentView>();
                    for (ChannelsActor.SignedCommitment one : found.commitments())
                        if (ChannelViews.is(one.channel(), channel)) views.add(ChannelViews.commitment(one));
                    if (views.isEmpty() && channel.isPresent())
                        throw refuse(Reason.NOT_FOUND, "there is no open channel " + channel.get());
                    return views;
                });
    }

    @Override
    public CompletionStage<Invoice> invoice(Optional<MilliSatoshi> amount, String description, Duration expiry) {
        Bolt11Invoice request;
        fulgurite.protocol.payment.incoming.Invoice invoice;
        try {
            var preimage = new PaymentPreimage(world.entropy().next().bytes());
            request = Bolt11Invoice.of(settings.network(), amount, now(), node.nodeId(), PaymentTerms.hashOf(preimage),
                    new PaymentSecret(world.entropy().next().bytes()), new InvoiceDescription.Plain(description))
                    .withMinFinalCltvExpiryDelta(FINAL_DELTA)
                    .withExpirySeconds(expiry.toSeconds())
                    .takingParts();
            invoice = fulgurite.protocol.payment.incoming.Invoice.issue(request, preimage, description,
                    keys.nodeKey());
        } catch (IllegalArgumentException e) {
            return failed(refuse(Reason.BAD_REQUEST, e.getMessage()));
        }
        return this.<PaymentsActor.Command, PaymentsActor.Added>ask(node.payments(),
                replyTo -> new PaymentsActor.AddInvoice(invoice, replyTo), SOON)
                .thenApply(added -> PaymentViews.invoice(added.invoice()));
    }

    private Timestamp now() {
        return new Timestamp(world.clock().millis());
    }

    @Override
    public CompletionStage<Payment> pay(String bolt11, Optional<MilliSatoshi> amount) {
        try {
            Bolt11Invoice invoice = Bolt11Invoice.decode(bolt11);
            if (invoice.network() != settings.network())
                throw refuse(Reason.BAD_REQUEST, "the invoice is for " + invoice.network() + ", and this node is on "
                        + settings.network());
            if (invoice.isExpiredAt(now()))
                throw refuse(Reason.BAD_REQUEST, "the invoice has expired: ask the payee for a new one");
            if (invoice.payee().equals(node.nodeId()))
                throw refuse(Reason.BAD_REQUEST, "the invoice is this node's own");
            if (invoice.amount().isPresent() && amount.isPresent() && !invoice.amount().equals(amount))
                throw refuse(Reason.BAD_REQUEST, "the invoice asks for " + invoice.amount().get()
                        + ": leave the amount out");
            MilliSatoshi paid = invoice.amount()
                    .or(() -> amount)
                    .orElseThrow(() -> refuse(Reason.BAD_REQUEST,
                            "the invoice leaves the amount to the payer: give one"));
            return pay(PaymentTerms.ofInvoice(invoice, positive(paid), limits(paid)));
        } catch (MalformedException e) {
            return failed(refuse(Reason.BAD_REQUEST, "not a BOLT 11 invoice: " + e.getMessage()));
        } catch (ServiceException e) {
            return failed(e);
        }
    }

    private static MilliSatoshi positive(MilliSatoshi amount) {
        if (amount.msat() <= 0) throw refuse(Reason.BAD_REQUEST, "an amount must be above zero, got " + amount);
        return amount;
    }

    private PaymentTerms.Limits limits(MilliSatoshi amount) {
        return new PaymentTerms.Limits(RouteRequest.Limits.usual(amount).maxFee(),
                now().plusSeconds(PAYMENT_DEADLINE_SECONDS), MAX_ATTEMPTS);
    }

    @Override
    public CompletionStage<Payment> send(NodeId destination, MilliSatoshi amount) {
        try {
            if (destination.equals(node.nodeId())) throw refuse(Reason.BAD_REQUEST, "that is this node itself");
            var preimage = new PaymentPreimage(world.entropy().next().bytes());
            return pay(PaymentTerms.spontaneous(destination, positive(amount), preimage, limits(amount)));
        } catch (ServiceException e) {
            return failed(e);
        }
    }

    private CompletionStage<Payment> pay(PaymentTerms terms) {
        return this.<PaymentsActor.Command, PaymentsActor.PayResult>ask(node.payments(),
                replyTo -> new PaymentsActor.Pay(terms, replyTo), PAYING)
                .thenApply(result -> switch (result) {
                    case PaymentsActor.Ended(PaymentHash hash, PaymentBook.Outgoing payment) -> PaymentViews.outgoing(
                            hash, payment);
                    case PaymentsActor.NotBegun(PaymentHash hash, Refusal refusal) -> throw refuse(Reason.WRONG_STATE,
                            why(refusal));
                });
    }

    private static String why(Refusal refusal) {
        return switch (refusal) {
            case Refusal.AlreadyPending r -> "this invoice is being paid already: look at 'payments'";
            case Refusal.AlreadySucceeded r -> "this invoice has been paid already";
            case Refusal.WrongPreimage r -> "the preimage does not fit";
            case Refusal.SenselessTerms r -> "amount and limits must be above zero";
            case Refusal.NoRouteWanted r -> "no route is wanted";
            case Refusal.NotInFlight r -> "no such attempt is on its way";
            case Refusal.HashTaken r -> "an invoice with this hash exists";
        };
    }

    @Override
    public CompletionStage<List<Payment>> payments() {
        return this.<PaymentsActor.Command, PaymentBook>ask(node.payments(), PaymentsActor.GetPayments::new, SOON)
                .thenApply(PaymentViews::all);
    }

    @Override
    public CompletionStage<Route> route(NodeId destination, MilliSatoshi amount) {
        if (amount.msat() <= 0)
            return failed(refuse(Reason.BAD_REQUEST, "an amount must be above zero, got " + amount));
        var query = new RouteQuery(destination, amount, RouteRequest.Limits.usual(amount).maxFee(),
                PaymentTerms.SPONTANEOUS_FINAL_DELTA, List.of(), List.of());
        return height().thenCombine(
                this.<PaymentsActor.Command, PaymentsActor.RouteAnswer>ask(node.payments(),
                        replyTo -> new PaymentsActor.FindRoute(query, replyTo), SOON),
                (height, answer) -> switch (answer.result()) {
                    case RouteResult.Found found -> PaymentViews.route(found.route(), height);
                    case RouteResult.NoRoute none -> throw refuse(Reason.NO_ROUTE, "no route: " + answer.why());
                });
    }

    @Override
    public CompletionStage<List<StoryLine>> explain(PaymentHash paymentHash) {
        return this.<PaymentsActor.Command, PaymentStory>ask(node.payments(),
                replyTo -> new PaymentsActor.Explain(paymentHash, replyTo), SOON)
                .thenApply(story -> PaymentViews.story(story)
                        .orElseThrow(() -> refuse(Reason.NOT_FOUND,
                                "this node makes no payment of that hash: look at 'payments'")));
    }

    @Override
    public CompletionStage<NetworkView> network() {
        return this.<RouterActor.Command, RoutingTable>ask(node.router(), RouterActor.GetTable::new, SOON)
                .thenApply(table -> {
                    var edges = new ArrayList<NetworkChannel>();
                    for (var entry : table.channels())
                        if (entry.value().spentAt().isEmpty())
                            edges.add(new NetworkChannel(entry.key(), entry.value().node1(), entry.value().node2(),
                                    Optional.of(entry.value().capacity())));
                    return new NetworkView(table.nodes().size(), edges.size(), edges);
                });
    }

    @Override
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
