package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.bitcoind.BitcoindRpc.RpcErrorException;
import fulgurite.protocol.bitcoin.RawBlock;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The chain as a bitcoind (Bitcoin Core 24 or later; 28 or later for packages) tells it by JSON-RPC, found to be on
 * the right network before anything else is asked. Changes are found by polling: see {@link ChainPoller}.
 */
public final class BitcoindBackend implements ChainBackend, AutoCloseable {
    static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_ADDRESS_OR_KEY = -5;
    static final int INVALID_PARAMETER = -8;
    static final int DESERIALIZATION_ERROR = -22;
    static final int VERIFY_ERROR = -25;
    static final int VERIFY_REJECTED = -26;
    private static final int ALREADY_IN_CHAIN = -27;

    private final BitcoindSettings settings;
    private final BitcoindRpc rpc;
    private final ChainPoller poller;
    private final BitcoindPackages packages = new BitcoindPackages(this);
    private volatile boolean networkChecked;

    public BitcoindBackend(BitcoindSettings settings) {
        this.settings = settings;
        this.rpc = new BitcoindRpc(settings.url(), settings.credentials());
        this.poller = new ChainPoller(this, settings);
    }

    @Override
    public CompletionStage<Tip> tip() {
        return rpc.call("getblockchaininfo")
                .thenCompose(this::checkNetwork)
                .thenApply(info -> new Tip(
                        new BlockHeight(info.path("blocks").asInt()), hash(info.path("bestblockhash").asText())));
    }

    @Override
    public CompletionStage<Optional<Block>> block(BlockHeight height) {
        CompletionStage<Optional<Block>> found = call("getblockhash", height.height())
                .thenCompose(hash -> block(height, hash(hash.asText())).thenApply(Optional::of));
        return recover(found, INVALID_PARAMETER, Optional.empty());
    }

    @Override
    public CompletionStage<Published> publish(Tx tx) {
        // 0 lifts bitcoind's own limit on fees: what a fee may be is decided before.
        return call("sendrawtransaction", tx.toBytes().toHex(), 0)
                .<Published>thenApply(txid -> new Published.Accepted())
                .exceptionallyCompose(failure -> {
                    if (!(unwrap(failure) instanceof RpcErrorException error))
                        return CompletableFuture.failedStage(failure);
                    return switch (error.code()) {
                        case ALREADY_IN_CHAIN -> CompletableFuture.completedStage(new Published.Accepted());
                        case DESERIALIZATION_ERROR, VERIFY_ERROR, VERIFY_REJECTED ->
                            CompletableFuture.completedStage(new Published.Rejected(error.getMessage()));
                        default -> CompletableFuture.failedStage(failure);
                    };
                });
    }

    @Override
    public CompletionStage<Published> publishPackage(List<Tx> transactions) {
        return packages.publish(transactions);
    }

    @Override
    public CompletionStage<Optional<Utxo>> unspent(OutPoint outPoint) {
        return call("gettxout", outPoint.txid().toString(), outPoint.index(), false).thenApply(found -> {
            if (found.isNull()) return Optional.empty();
            var output = new TxOutput(satoshi(found.path("value")),
                    Bytes.fromHex(found.path("scriptPubKey").path("hex").asText()));
            return Optional.of(new Utxo(outPoint, output, found.path("confirmations").asInt()));
        });
    }

    @Override
    public CompletionStage<Optional<Tx>> mempoolSpender(OutPoint outPoint) {
        var named = Map.of("txid", outPoint.txid().toString(), "vout", outPoint.index());
        CompletionStage<Optional<Tx>> found = call("gettxspendingprevout", List.of(named)).thenCompose(spenders -> {
            JsonNode spender = spenders.path(0).path("spendingtxid");
            return spender.isMissingNode()
                    ? CompletableFuture.completedStage(Optional.empty())
                    : mempoolTransaction(TxId.fromText(spender.asText()));
        });
        // Bitcoin Core before 24 cannot say: then a spend is seen when a block holds it.
        return recover(found, METHOD_NOT_FOUND, Optional.empty());
    }

    @Override
    public CompletionStage<FeeratePerKw> estimateFee(int blocks) {
        return call("estimatesmartfee", Math.clamp(blocks, 1, 1008)).thenApply(estimate -> {
            // Without a "feerate" bitcoind has not seen enough blocks to tell, as always on regtest.
            if (!estimate.path("feerate").isNumber()) return FeeratePerKw.FLOOR;
            long satPerKvb = satoshi(estimate.path("feerate")).sat();
            var feerate = new FeeratePerKw((satPerKvb + 3) / 4);
            return feerate.lessThan(FeeratePerKw.FLOOR) ? FeeratePerKw.FLOOR : feerate;
        });
    }

    @Override
    public Subscription subscribe(Consumer<ChainEvent> listener) {
        return poller.subscribe(listener);
    }

    @Override
    public void close() {
        poller.close();
        rpc.close();
    }

    CompletionStage<Block> block(BlockHeight height, Bytes32 hash) {
        return call("getblock", text(hash), 0).thenApply(raw -> {
            RawBlock parsed = RawBlock.parse(Bytes.fromHex(raw.asText()));
            return new Block(height, parsed.hash(), parsed.previous(), parsed.timeSeconds(), parsed.transactions());
        });
    }

    /** The parent of the block with this hash. */
    CompletionStage<Bytes32> parent(Bytes32 hash) {
        return call("getblockheader", text(hash))
                .thenApply(header -> hash(header.path("previousblockhash").asText("00".repeat(32))));
    }

    CompletionStage<List<TxId>> mempool() {
        return call("getrawmempool").thenApply(ids -> ids.valueStream().map(id -> TxId.fromText(id.asText())).toList());
    }

    /** Empty when the mempool does not have it, or not any more. */
    CompletionStage<Optional<Tx>> mempoolTransaction(TxId txid) {
        CompletionStage<Optional<Tx>> found = call("getrawtransaction", txid.toString())
                .thenApply(raw -> Optional.of(Tx.parse(Bytes.fromHex(raw.asText()))));
        return recover(found, INVALID_ADDRESS_OR_KEY, Optional.empty());
    }

    CompletionStage<JsonNode> call(String method, Object... parameters) {
        return networkChecked ? rpc.call(method, parameters) : tip().thenCompose(tip -> rpc.call(method, parameters));
    }

    private CompletionStage<JsonNode> checkNetwork(JsonNode info) {
        String found = info.path("chain").asText();
        networkChecked = found.equals(settings.network().bitcoindName());
        if (networkChecked) return CompletableFuture.completedStage(info);
        return CompletableFuture.failedStage(new ChainUnavailableException("bitcoind at " + settings.url()
                + " is on the network \"" + found + "\", this node on \"" + settings.network().bitcoindName()
                + "\": point it at another bitcoind, or change the node's network"));
    }

    private static <T> CompletionStage<T> recover(CompletionStage<T> stage, int code, T instead) {
        return stage.exceptionallyCompose(failure -> unwrap(failure) instanceof RpcErrorException error
                && error.code() == code
                        ? CompletableFuture.completedStage(instead)
                        : CompletableFuture.failedStage(failure));
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? unwrap(failure.getCause())
                : failure;
    }

    /** From bitcoin with up to eight decimals. */
    private static Satoshi satoshi(JsonNode bitcoin) {
        BigDecimal amount = bitcoin.decimalValue().movePointRight(8);
        return new Satoshi(amount.setScale(0, RoundingMode.UNNECESSARY).longValueExact());
    }

    private static Bytes32 hash(String text) {
        return new Bytes32(Bytes.fromHex(text).reversed());
    }

    private static String text(Bytes32 hash) {
        return hash.bytes().reversed().toHex();
    }
}
