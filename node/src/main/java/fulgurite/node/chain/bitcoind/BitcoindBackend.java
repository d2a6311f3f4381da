package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.ChainStanding;
import fulgurite.node.chain.bitcoind.BitcoindRpc.RpcErrorException;
import fulgurite.protocol.bitcoin.RawBlock;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain as a bitcoind (Bitcoin Core 28 or later) tells it by JSON-RPC, found to be one that this node can use before
 * anything else is asked, and again whenever it was away: see {@link BitcoindCheck}. Changes are heard by ZeroMQ and
 * found by polling: see {@link ChainPoller}.
 */
public final class BitcoindBackend implements ChainBackend, AutoCloseable {
    static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_ADDRESS_OR_KEY = -5;
    static final int INVALID_PARAMETER = -8;
    static final int DESERIALIZATION_ERROR = -22;
    static final int VERIFY_ERROR = -25;
    static final int VERIFY_REJECTED = -26;
    private static final int ALREADY_IN_CHAIN = -27;
    private static final int MOST_RECENT = 4;
    private static final Logger LOG = LoggerFactory.getLogger(BitcoindBackend.class);

    private final BitcoindSettings settings;
    private final BitcoindRpc rpc;
    private final ChainPoller poller;
    private final BitcoindPackages packages = new BitcoindPackages(this);
    private final CoinSearch search;
    private final RpcQueue queue = new RpcQueue();
    private final Reachability reachability;
    private final BitcoindCheck check;
    private final FeeEstimates estimates;
    /** Blocks that came by ZeroMQ: they need not be asked for. */
    private final Map<Bytes32, RawBlock> recent = new LinkedHashMap<>();
    private final List<BitcoindRpc> walletRpcs = new CopyOnWriteArrayList<>();
    private volatile int blocksBehind;

    /** @param clock for the age of what is known */
    public BitcoindBackend(BitcoindSettings settings, InstantSource clock) {
        this.settings = settings;
        this.rpc = new BitcoindRpc(settings.url(), settings.credentials(), settings.timeout());
        this.search = new CoinSearch(this, settings);
        this.reachability = new Reachability(clock);
        this.check = new BitcoindCheck(settings);
        this.estimates = new FeeEstimates(this, settings.fees(), clock);
        this.poller = new ChainPoller(this, settings);
    }

    @Override
    public CompletionStage<Tip> tip() {
        return call("getblockchaininfo").thenApply(info -> {
            int height = info.path("blocks").asInt();
            blocksBehind = Math.max(0, info.path("headers").asInt() - height);
            return new Tip(new BlockHeight(height), hash(info.path("bestblockhash").asText()));
        });
    }

    @Override
    public ChainStanding standing() {
        Reachability.Seen seen = reachability.seen();
        return new ChainStanding(seen.problem(), seen.since(), seen.lastProblem(), blocksBehind, poller.heardBy());
    }

    @Override
    public CompletionStage<Void> requireBlocksFrom(BlockHeight height) {
        return call("getblockchaininfo").thenCompose(info -> check.isPrunedAbove(info, height)
                .<CompletionStage<Void>>map(CompletableFuture::failedStage)
                .orElseGet(() -> CompletableFuture.completedStage(null)));
    }

    @Override
    public CompletionStage<Optional<Coins>> search(List<String> descriptors) {
        return search.run(descriptors);
    }

    @Override
    public CompletionStage<Optional<Block>> block(BlockHeight height) {
        CompletionStage<Optional<Block>> found = call("getblockhash", height.height())
                .thenCompose(hash -> block(height, hash(hash.asText())).thenApply(Optional::of));
        return recover(found, INVALID_PARAMETER, Optional.empty());
    }

    /** Without reading the whole block, which is many times as large. */
    @Override
    public CompletionStage<Optional<TxId>> transactionAt(BlockHeight height, int index) {
        CompletionStage<Optional<TxId>> found = callPatiently("getblockhash", height.height())
                .thenCompose(hash -> callPatiently("getblock", hash.asText(), 1))
                .thenApply(block -> Optional.of(block.path("tx").path(index))
                        .filter(JsonNode::isTextual)
                        .map(id -> TxId.fromText(id.asText())));
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
        return callPatiently("gettxout", outPoint.txid().toString(), outPoint.index(), false).thenApply(found -> {
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
        return estimates.estimate(blocks);
    }

    @Override
    public Subscription subscribe(Consumer<ChainEvent> listener) {
        return poller.subscribe(listener);
    }

    /** One of bitcoind's own wallets; it need not be there. It ends with this backend. */
    public BitcoindWallet wallet(String name) {
        var walletRpc = new BitcoindRpc(BitcoindWallet.url(settings.url(), name), settings.credentials(),
                settings.timeout());
        walletRpcs.add(walletRpc);
        return new BitcoindWallet(name, settings, this,
                (method, parameters) -> call(walletRpc, false, method, parameters));
    }

    @Override
    public void close() {
        poller.close();
        search.close();
        walletRpcs.forEach(BitcoindRpc::close);
        rpc.close();
    }

    CompletionStage<Block> block(BlockHeight height, Bytes32 hash) {
        Optional<RawBlock> told = remembered(hash);
        if (told.isPresent()) return CompletableFuture.completedStage(block(height, told.get()));
        CompletionStage<Block> read = call("getblock", text(hash), 0)
                .thenApply(raw -> block(height, RawBlock.parse(Bytes.fromHex(raw.asText()))));
        return read.exceptionallyCompose(failure -> CompletableFuture.failedStage(
                check.isPruned(unwrap(failure)) ? check.pruned(height) : failure));
    }

    private static Block block(BlockHeight height, RawBlock parsed) {
        return new Block(height, parsed.hash(), parsed.previous(), parsed.timeSeconds(), parsed.transactions());
    }

    /** The hash of the best chain's block at {@code height}; empty above the tip. */
    CompletionStage<Optional<Bytes32>> hash(BlockHeight height) {
        CompletionStage<Optional<Bytes32>> found = call("getblockhash", height.height())
                .thenApply(hash -> Optional.of(hash(hash.asText())));
        return recover(found, INVALID_PARAMETER, Optional.empty());
    }

    /** Takes note of a block that came by itself. What is none is left out: the block is asked for then. */
    void remember(Bytes raw) {
        try {
            RawBlock block = RawBlock.parse(raw);
            synchronized (recent) {
                recent.put(block.hash(), block);
                if (recent.size() > MOST_RECENT) recent.remove(recent.keySet().iterator().next());
            }
        } catch (MalformedException e) {
            LOG.warn("bitcoind's ZeroMQ told of a block that is none: {}", e.getMessage());
        }
    }

    private Optional<RawBlock> remembered(Bytes32 hash) {
        synchronized (recent) {
            return Optional.ofNullable(recent.get(hash));
        }
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

    /** A call of a bitcoind that was found to be the right one. */
    CompletionStage<JsonNode> call(String method, Object... parameters) {
        return call(rpc, false, method, parameters);
    }

    /** As {@link #call}, after those that cannot wait. */
    private CompletionStage<JsonNode> callPatiently(String method, Object... parameters) {
        return call(rpc, true, method, parameters);
    }

    private CompletionStage<JsonNode> call(BitcoindRpc asked, boolean canWait, String method, Object... parameters) {
        CompletionStage<Void> checked = check.isDone()
                ? CompletableFuture.completedStage(null)
                : check.run(rpc);
        CompletionStage<JsonNode> answer = checked
                .thenCompose(done -> queue.add(canWait, () -> asked.call(method, parameters)));
        return reachability.watch(answer).whenComplete((done, failure) -> {
            // It may be another one that comes back.
            if (unwrap(failure) instanceof ChainUnavailableException) check.repeat();
        });
    }

    private static <T> CompletionStage<T> recover(CompletionStage<T> stage, int code, T instead) {
        return stage.exceptionallyCompose(failure -> unwrap(failure) instanceof RpcErrorException error
                && error.code() == code
                        ? CompletableFuture.completedStage(instead)
                        : CompletableFuture.failedStage(failure));
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? cause(failure.getCause())
                : failure;
    }

    static @Nullable Throwable unwrap(@Nullable Throwable failure) {
        return failure == null ? null : cause(failure);
    }

    /** From bitcoin with up to eight decimals. */
    static Satoshi satoshi(JsonNode bitcoin) {
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
