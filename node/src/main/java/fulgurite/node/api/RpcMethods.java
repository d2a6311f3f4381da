package fulgurite.node.api;

import static java.util.concurrent.CompletableFuture.completedStage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of all calls. */
final class RpcMethods {
    private static final long DEFAULT_EXPIRY_SECONDS = 3600;
    private static final long MAX_EXPIRY_SECONDS = 365L * 24 * 3600;
    /** The node's end is also that of the connection which asked for it: the answer goes out first. */
    private static final Duration LAST_ANSWER = Duration.ofMillis(200);

    static final List<RpcMethod> ALL = List.of(
            new RpcMethod("alive", List.of(), "true when the node answers", (node, p) -> completedStage(true)),
            new RpcMethod("help", List.of(), "every call with its parameters", (node, p) -> completedStage(describe())),
            new RpcMethod("info", List.of(), "who this node is, and where it stands", (node, p) -> node.info()),
            new RpcMethod("connect", List.of("uri"), "connects to a peer: fulgurite://nodeid@host:port",
                    (node, p) -> node.connect(p.text("uri"))),
            new RpcMethod("peers", List.of(), "the peers and whether they are connected", (node, p) -> node.peers()),
            new RpcMethod("create",
                    List.of("peer", "our_sat", "their_sat", "announce", "zero_reserve", "feerate_sat_per_kw"),
                    "opens a channel of our_sat + their_sat, paid by us; their_sat is pushed to the peer",
                    RpcMethods::create),
            new RpcMethod("channels", List.of(), "the channels, with balances", (node, p) -> node.channels()),
            new RpcMethod("close", List.of("channel_id", "force", "feerate_sat_per_kw"),
                    "closes a channel with the peer's consent, or with force=true alone; once more with a feerate to pay more",
                    (node, p) -> node.close(p.channelId("channel_id"), p.flag("force"), feerate(p))),
            new RpcMethod("getbalance", List.of(), "satoshis on chain, millisatoshis in channels",
                    (node, p) -> node.balance()),
            new RpcMethod("backup", List.of(),
                    "the static backup of the channels, in base 64; 'cli backup --to FILE' writes it to a file",
                    (node, p) -> node.backup()),
            new RpcMethod("newaddress", List.of(), "a fresh address of the node's wallet",
                    (node, p) -> node.newAddress()),
            new RpcMethod("getcommitmenttransactions", List.of("channel_id"),
                    "our current commitment transactions, of one channel or of all",
                    (node, p) -> node.commitmentTransactions(p.optionalChannelId("channel_id"))),
            new RpcMethod("invoice", List.of("amount_msat", "description", "expiry_seconds"),
                    "makes a BOLT 11 invoice; without an amount the payer chooses", RpcMethods::invoice),
            new RpcMethod("pay", List.of("bolt11", "amount_msat"),
                    "pays an invoice; amount_msat only where the invoice has none",
                    (node, p) -> node.pay(p.text("bolt11"), p.optionalMsat("amount_msat"))),
            new RpcMethod("send", List.of("destination", "amount_msat"),
                    "pays a node without an invoice, over any number of hops",
                    (node, p) -> node.send(p.nodeId("destination"), p.msat("amount_msat"))),
            new RpcMethod("payments", List.of(), "payments made and received", (node, p) -> node.payments()),
            new RpcMethod("routes", List.of("destination", "amount_msat"), "the route that a payment would try first",
                    (node, p) -> node.route(p.nodeId("destination"), p.msat("amount_msat"))),
            new RpcMethod("network", List.of(), "what the node knows of the network", (node, p) -> node.network()),
            new RpcMethod("publishrevoked", List.of("channel_id"),
                    "regtest only, loses the channel's money: publishes a revoked commitment",
                    (node, p) -> node.publishRevoked(p.channelId("channel_id"))),
            new RpcMethod("stop", List.of(), "stops the node gracefully, just after the answer",
                    (node, p) -> stopSoon(node)));

    private RpcMethods() {}

    static Optional<RpcMethod> named(String name) {
        return ALL.stream().filter(method -> method.name().equals(name)).findFirst();
    }

    static String names() {
        return ALL.stream().map(RpcMethod::name).collect(Collectors.joining(", "));
    }

    private static java.util.concurrent.CompletionStage<?> create(NodeService node, Params p) {
        Satoshi ours = p.sat("our_sat");
        Satoshi theirs = p.optionalSat("their_sat").orElse(Satoshi.ZERO);
        boolean announce = p.optionalText("announce").map(text -> !text.equals("false")).orElse(true);
        boolean zeroReserve = p.flag("zero_reserve");
        String peer = p.text("peer");
        Function<NodeId, java.util.concurrent.CompletionStage<NodeService.Channel>> open = id -> node.create(
                new NodeService.Create(id, ours.plus(theirs), theirs, announce, zeroReserve, feerate(p)));
        if (peer.contains("@")) return node.connect(peer).thenCompose(connected -> open.apply(connected.nodeId()));
        return open.apply(p.nodeId("peer"));
    }

    private static Optional<FeeratePerKw> feerate(Params p) {
        return p.optionalNumber("feerate_sat_per_kw", FeeratePerKw.FLOOR.satPerKw(), 1_000_000).map(FeeratePerKw::new);
    }

    private static java.util.concurrent.CompletionStage<?> stopSoon(NodeService node) {
        CompletableFuture.delayedExecutor(LAST_ANSWER.toMillis(), TimeUnit.MILLISECONDS).execute(node::stop);
        return completedStage(true);
    }

    private static java.util.concurrent.CompletionStage<?> invoice(NodeService node, Params p) {
        long expiry = p.optionalNumber("expiry_seconds", 1, MAX_EXPIRY_SECONDS).orElse(DEFAULT_EXPIRY_SECONDS);
        return node.invoice(p.optionalMsat("amount_msat"), p.optionalText("description").orElse(""),
                Duration.ofSeconds(expiry));
    }

    private static ArrayNode describe() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (RpcMethod method : ALL) {
            ObjectNode one = all.addObject();
            one.put("method", method.name());
            one.put("params", String.join(" ", method.params()));
            one.put("summary", method.summary());
        }
        return all;
    }
}
