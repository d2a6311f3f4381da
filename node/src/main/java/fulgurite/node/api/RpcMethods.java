package fulgurite.node.api;

import static fulgurite.node.api.Param.needed;
import static fulgurite.node.api.Param.optional;
import static java.util.concurrent.CompletableFuture.completedStage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.api.Param.Kind;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of all calls: JSON-RPC, REST, the API's description and the tests of who may call what are made from it. */
final class RpcMethods {
    private static final long DEFAULT_EXPIRY_SECONDS = 3600;
    private static final long MOST_BLINDED_NODES = 3;
    private static final long MAX_EXPIRY_SECONDS = 365L * 24 * 3600;
    /** The node's end is also that of the connection which asked for it: the answer goes out first. */
    private static final Duration LAST_ANSWER = Duration.ofMillis(200);
    private static final Param FEERATE = optional("feerate_sat_per_kw", Kind.NUMBER,
            "of the transaction on chain; left out: the chain's estimate");

    private static final List<RpcMethod> STANDING = List.of(
            new RpcMethod("alive", Scope.READ, Rest.get("/alive"), List.of(), Shape.one(Boolean.class),
                    "true when the node answers", (desk, p) -> completedStage(true)),
            new RpcMethod("help", Scope.READ, Rest.get("/help"), List.of(), Shape.many(ObjectNode.class),
                    "every call with its parameters", (desk, p) -> completedStage(describe())),
            new RpcMethod("info", Scope.READ, Rest.get("/info"), List.of(), Shape.one(NodeService.Info.class),
                    "who this node is, and where it stands", (desk, p) -> desk.node().info()),
            new RpcMethod("chain", Scope.READ, Rest.get("/chain"), List.of(), Shape.one(NodeService.Chain.class),
                    "whether the chain can be asked, since when, why not, and how far behind it is",
                    (desk, p) -> desk.node().chain()),
            new RpcMethod("network", Scope.READ, Rest.get("/network"), List.of(),
                    Shape.one(NodeService.NetworkView.class), "what the node knows of the network",
                    (desk, p) -> desk.node().network()),
            new RpcMethod("stop", Scope.ADMIN, Rest.post("/stop"), List.of(), Shape.one(Boolean.class),
                    "stops the node gracefully, just after the answer", (desk, p) -> stopSoon(desk.node())));

    private static final List<RpcMethod> CHANNELS = List.of(
            new RpcMethod("connect", Scope.ADMIN, Rest.post("/peers"),
                    List.of(needed("uri", Kind.TEXT, "fulgurite://nodeid@host:port")),
                    Shape.one(NodeService.Peer.class),
                    "connects to a peer: fulgurite://nodeid@host:port, or its id alone when it is announced",
                    (desk, p) -> desk.node().connect(p.text("uri"))),
            new RpcMethod("peers", Scope.READ, Rest.get("/peers"), List.of(), Shape.many(NodeService.Peer.class),
                    "the peers and whether they are connected", (desk, p) -> desk.node().peers()),
            new RpcMethod("create", Scope.ADMIN, Rest.post("/channels"), List.of(
                    needed("peer", Kind.TEXT, "a node id, or how to reach it: fulgurite://nodeid@host:port"),
                    needed("our_sat", Kind.SAT, "what stays ours of the channel"),
                    optional("their_sat", Kind.SAT, "what is pushed to the peer, given away"),
                    optional("announce", Kind.FLAG, "whether the world is told; true when left out"),
                    optional("zero_reserve", Kind.FLAG, "regtest only: it can be spent to the last satoshi"), FEERATE),
                    Shape.one(NodeService.Channel.class),
                    "opens a channel of our_sat + their_sat, paid by us; their_sat is pushed to the peer",
                    (desk, p) -> create(desk.node(), p, desk.node()::create)),
            new RpcMethod("createfrompsbt", Scope.ADMIN, Rest.post("/openings"), List.of(
                    needed("peer", Kind.TEXT, "a node id, or how to reach it: fulgurite://nodeid@host:port"),
                    needed("our_sat", Kind.SAT, "what stays ours of the channel"),
                    optional("their_sat", Kind.SAT, "what is pushed to the peer, given away"),
                    optional("announce", Kind.FLAG, "whether the world is told; true when left out"),
                    optional("zero_reserve", Kind.FLAG, "regtest only: it can be spent to the last satoshi"), FEERATE),
                    Shape.one(NodeService.FundingRequest.class),
                    "begins a channel that another wallet pays for, and says what to pay; publish nothing yourself",
                    (desk, p) -> create(desk.node(), p, desk.node()::createOutside)),
            new RpcMethod("fundfrompsbt", Scope.ADMIN, Rest.post("/openings/{opening}"), List.of(
                    needed("opening", Kind.TEXT, "as createfrompsbt names it"),
                    needed("psbt", Kind.TEXT, "the other wallet's transaction, signed, in base 64")),
                    Shape.one(NodeService.Channel.class),
                    "goes on with the other wallet's signed transaction: it is published once the peer has signed",
                    (desk, p) -> desk.node().fundOutside(p.text("opening"), p.text("psbt"))),
            new RpcMethod("channels", Scope.READ, Rest.get("/channels"), List.of(),
                    Shape.many(NodeService.Channel.class),
                    "the channels, with balances", (desk, p) -> desk.node().channels()),
            new RpcMethod("close", Scope.ADMIN, Rest.delete("/channels/{channel_id}"), List.of(
                    needed("channel_id", Kind.CHANNEL_ID, "which"),
                    optional("force", Kind.FLAG, "alone, without the peer's consent"), FEERATE),
                    Shape.one(NodeService.Closing.class),
                    "closes a channel with the peer's consent, or with force=true alone; once more with a feerate to pay more",
                    (desk, p) -> desk.node().close(p.channelId("channel_id"), p.flag("force"), feerate(p))),
            new RpcMethod("getcommitmenttransactions", Scope.ADMIN, Rest.get("/commitments"),
                    List.of(optional("channel_id", Kind.CHANNEL_ID, "which; left out: all")),
                    Shape.many(NodeService.CommitmentView.class),
                    "our current commitment transactions, of one channel or of all",
                    (desk, p) -> desk.node().commitmentTransactions(p.optionalChannelId("channel_id"))),
            new RpcMethod("backup", Scope.ADMIN, Rest.get("/backup"), List.of(), Shape.one(NodeService.Backup.class),
                    "the static backup of the channels, in base 64; 'cli backup --to FILE' writes it to a file",
                    (desk, p) -> desk.node().backup()),
            new RpcMethod("publishrevoked", Scope.ADMIN, Rest.post("/channels/{channel_id}/revoked"),
                    List.of(needed("channel_id", Kind.CHANNEL_ID, "which")), Shape.one(TxId.class),
                    "regtest only, loses the channel's money: publishes a revoked commitment",
                    (desk, p) -> desk.node().publishRevoked(p.channelId("channel_id"))));

    private static final List<RpcMethod> WALLET = List.of(
            new RpcMethod("getbalance", Scope.READ, Rest.get("/balance"), List.of(),
                    Shape.one(NodeService.Balance.class),
                    "satoshis on chain, millisatoshis in channels", (desk, p) -> desk.node().balance()),
            new RpcMethod("newaddress", Scope.INVOICE, Rest.post("/addresses"),
                    List.of(optional("type", Kind.TEXT, "p2wpkh, or p2tr for taproot; p2wpkh when left out")),
                    Shape.one(String.class), "a fresh address of the node's wallet",
                    (desk, p) -> desk.node().newAddress(p.addressType("type"))),
            new RpcMethod("coins", Scope.READ, Rest.get("/coins"), List.of(), Shape.many(NodeService.Coin.class),
                    "the wallet's unspent coins", (desk, p) -> desk.node().coins()),
            new RpcMethod("transactions", Scope.READ, Rest.get("/transactions"), List.of(),
                    Shape.many(NodeService.OnChainTransaction.class),
                    "what paid to or spent from the wallet on chain", (desk, p) -> desk.node().transactions()),
            new RpcMethod("sendonchain", Scope.ADMIN, Rest.post("/transactions"), List.of(
                    needed("address", Kind.TEXT, "who is paid"), needed("amount_sat", Kind.SAT, "what arrives"),
                    FEERATE, optional("label", Kind.TEXT, "of the transaction")),
                    Shape.one(NodeService.OnChainTransaction.class), "pays an address from the wallet",
                    (desk, p) -> desk.node()
                            .sendOnChain(p.text("address"), p.sat("amount_sat"), feerate(p),
                                    p.optionalText("label"))),
            new RpcMethod("bump", Scope.ADMIN, Rest.post("/transactions/{txid}/bump"), List.of(
                    needed("txid", Kind.TEXT, "what waits for a block"),
                    needed("feerate_sat_per_kw", Kind.NUMBER, "that it should have")),
                    Shape.one(NodeService.OnChainTransaction.class),
                    "pays more for a transaction: a payment of yours is replaced, anything else gets a child",
                    (desk, p) -> desk.node()
                            .bumpOnChain(p.text("txid"), feerate(p)
                                    .orElseThrow(() -> RpcException.badParams("'feerate_sat_per_kw' is missing")))),
            new RpcMethod("label", Scope.INVOICE, Rest.post("/labels"), List.of(
                    needed("subject", Kind.TEXT, "an address, or a transaction's id"),
                    needed("text", Kind.TEXT, "what it is called; empty: nothing any more")),
                    Shape.one(NodeService.Label.class), "names an address or a transaction",
                    (desk, p) -> desk.node().label(p.text("subject"), p.text("text"))),
            new RpcMethod("labels", Scope.READ, Rest.get("/labels"), List.of(), Shape.many(NodeService.Label.class),
                    "the names of addresses and transactions", (desk, p) -> desk.node().labels()));

    private static final List<RpcMethod> PAYMENTS = List.of(
            new RpcMethod("invoice", Scope.INVOICE, Rest.post("/invoices"), List.of(
                    optional("amount_msat", Kind.MSAT, "left out: the payer chooses"),
                    optional("description", Kind.TEXT, "what is paid for; the payer sees it"),
                    optional("expiry_seconds", Kind.NUMBER, "how long it can be paid; 3600 when left out")),
                    Shape.one(NodeService.Invoice.class),
                    "makes a BOLT 11 invoice; without an amount the payer chooses", RpcMethods::invoice),
            new RpcMethod("blindedinvoice", Scope.INVOICE, Rest.post("/invoices/blinded"), List.of(
                    optional("amount_msat", Kind.MSAT, "left out: the payer chooses"),
                    optional("description", Kind.TEXT, "for you alone"),
                    optional("expiry_seconds", Kind.NUMBER, "how long it can be paid; 3600 when left out"),
                    optional("nodes", Kind.NUMBER, "on each path before you, 3 at most; 1 when left out")),
                    Shape.one(NodeService.BlindedInvoice.class),
                    "makes blinded paths to you in place of an invoice: they do not tell the payer who you are",
                    RpcMethods::blindedInvoice),
            new RpcMethod("pay", Scope.PAY, Rest.post("/payments"), List.of(
                    needed("bolt11", Kind.TEXT, "the invoice"),
                    optional("amount_msat", Kind.MSAT, "only where the invoice has none")),
                    Shape.one(NodeService.Payment.class),
                    "pays an invoice; amount_msat only where the invoice has none",
                    (desk, p) -> desk.node().pay(p.text("bolt11"), p.optionalMsat("amount_msat"))),
            new RpcMethod("payblinded", Scope.PAY, Rest.post("/payments/blinded"), List.of(
                    needed("payment_hash", Kind.PAYMENT_HASH, "as the payee says it"),
                    needed("amount_msat", Kind.MSAT, "what arrives"),
                    needed("blinded_paths", Kind.TEXT, "as the payee says them, in hexadecimal digits")),
                    Shape.one(NodeService.Payment.class), "pays over blinded paths, to a payee that is not known",
                    (desk, p) -> desk.node()
                            .payBlinded(p.paymentHash("payment_hash"), p.msat("amount_msat"), p.hex("blinded_paths"))),
            new RpcMethod("send", Scope.PAY, Rest.post("/keysends"), List.of(
                    needed("destination", Kind.NODE_ID, "who is paid"),
                    needed("amount_msat", Kind.MSAT, "what arrives")), Shape.one(NodeService.Payment.class),
                    "pays a node without an invoice, over any number of hops",
                    (desk, p) -> desk.node().send(p.nodeId("destination"), p.msat("amount_msat"))),
            new RpcMethod("payments", Scope.READ, Rest.get("/payments"), List.of(),
                    Shape.many(NodeService.Payment.class),
                    "payments made and received", (desk, p) -> desk.node().payments()),
            new RpcMethod("explain", Scope.READ, Rest.get("/payments/{payment_hash}/story"),
                    List.of(needed("payment_hash", Kind.PAYMENT_HASH, "of a payment that this node makes")),
                    Shape.many(NodeService.StoryLine.class),
                    "the story of a payment: routes, why others were passed over, failures, times",
                    (desk, p) -> desk.node().explain(p.paymentHash("payment_hash"))),
            new RpcMethod("routes", Scope.READ, Rest.get("/routes/{destination}"), List.of(
                    needed("destination", Kind.NODE_IDS,
                            "who would be paid; of several, divided by commas, the one that is cheapest to pay"),
                    needed("amount_msat", Kind.MSAT, "what would arrive")), Shape.one(NodeService.Route.class),
                    "the route that a payment would try first, to the cheapest of the destinations",
                    (desk, p) -> desk.node().route(p.nodeIds("destination"), p.msat("amount_msat"))));

    private static final List<RpcMethod> TOKENS = List.of(
            new RpcMethod("tokens", Scope.ADMIN, Rest.get("/tokens"), List.of(), Shape.many(Tokens.Token.class),
                    "the tokens and their rights", (desk, p) -> completedStage(desk.tokens().list())),
            new RpcMethod("newtoken", Scope.ADMIN, Rest.post("/tokens"), List.of(
                    needed("name", Kind.TEXT, "what it is for, as people call it"),
                    needed("scopes", Kind.TEXT, "its rights, divided by commas: read, invoice, pay, admin")),
                    Shape.one(Tokens.NewToken.class),
                    "makes a token with rights among read, invoice, pay and admin; it is shown this once",
                    (desk, p) -> completedStage(desk.tokens().create(p.text("name"), p.scopes("scopes")))),
            new RpcMethod("revoketoken", Scope.ADMIN, Rest.delete("/tokens/{name}"),
                    List.of(needed("name", Kind.TEXT, "which")), Shape.one(Tokens.Token.class),
                    "takes a token's rights away", (desk, p) -> completedStage(desk.tokens().revoke(p.text("name")))));

    static final List<RpcMethod> ALL = List.of(STANDING, CHANNELS, WALLET, PAYMENTS, TOKENS)
            .stream()
            .flatMap(List::stream)
            .toList();

    private RpcMethods() {}

    static Optional<RpcMethod> named(String name) {
        return ALL.stream().filter(method -> method.name().equals(name)).findFirst();
    }

    static String names() {
        return ALL.stream().map(RpcMethod::name).collect(Collectors.joining(", "));
    }

    private static <T> CompletionStage<T> create(NodeService node, Params p,
            Function<NodeService.Create, CompletionStage<T>> how) {
        Satoshi ours = p.sat("our_sat");
        Satoshi theirs = p.optionalSat("their_sat").orElse(Satoshi.ZERO);
        boolean announce = p.flag("announce", true);
        boolean zeroReserve = p.flag("zero_reserve");
        Optional<FeeratePerKw> feerate = feerate(p);
        String peer = p.text("peer");
        Function<NodeId, CompletionStage<T>> open = id -> how.apply(
                new NodeService.Create(id, ours.plus(theirs), theirs, announce, zeroReserve, feerate));
        if (peer.contains("@")) return node.connect(peer).thenCompose(connected -> open.apply(connected.nodeId()));
        return open.apply(p.nodeId("peer"));
    }

    private static Optional<FeeratePerKw> feerate(Params p) {
        return p.optionalNumber("feerate_sat_per_kw", FeeratePerKw.FLOOR.satPerKw(), 1_000_000).map(FeeratePerKw::new);
    }

    private static CompletionStage<?> stopSoon(NodeService node) {
        CompletableFuture.delayedExecutor(LAST_ANSWER.toMillis(), TimeUnit.MILLISECONDS).execute(node::stop);
        return completedStage(true);
    }

    private static CompletionStage<?> blindedInvoice(Desk desk, Params p) {
        long nodes = p.optionalNumber("nodes", 1, Integer.MAX_VALUE).orElse(1L);
        return desk.node()
                .blindedInvoice(p.optionalMsat("amount_msat"), p.optionalText("description").orElse(""),
                        expiry(p), (int) Math.min(nodes, MOST_BLINDED_NODES));
    }

    private static Duration expiry(Params p) {
        return Duration.ofSeconds(
                p.optionalNumber("expiry_seconds", 1, MAX_EXPIRY_SECONDS).orElse(DEFAULT_EXPIRY_SECONDS));
    }

    private static CompletionStage<?> invoice(Desk desk, Params p) {
        return desk.node()
                .invoice(p.optionalMsat("amount_msat"), p.optionalText("description").orElse(""),
                        expiry(p));
    }

    private static ArrayNode describe() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (RpcMethod method : ALL) {
            ObjectNode one = all.addObject();
            one.put("method", method.name());
            one.put("params", String.join(" ", method.names()));
            one.put("scope", method.scope().toString());
            one.put("summary", method.summary());
        }
        return all;
    }
}
