package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.bitcoind.BitcoindRpc.RpcErrorException;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The calls of one wallet of bitcoind's. It is loaded when it is not: at first, and after a restart of bitcoind. Stages
 * fail with a {@link WalletRefusedException} when the wallet says no, and with a {@link ChainUnavailableException} when
 * bitcoind cannot be asked now; what was asked may have been done then.
 */
public final class BitcoindWallet {
    /** It may be replaced (BIP 125). */
    private static final long REPLACEABLE = 0xffff_fffdL;
    private static final int NOT_LOADED = -18;
    private static final int ALREADY_LOADED = -35;
    private static final int UNLOCK_NEEDED = -13;
    private static final int WALLET_ERROR = -4;
    private static final int INSUFFICIENT_FUNDS = -6;
    private static final int NOT_FOUND = -5;
    private static final int MOST_CONFIRMATIONS = 9_999_999;

    private final String name;
    private final BitcoindSettings settings;
    private final BitcoindBackend node;
    private final Calls calls;
    private final WalletWords words;
    private CompletableFuture<Void> loading = CompletableFuture.completedFuture(null);

    /** Calls of this wallet. */
    interface Calls {
        CompletionStage<JsonNode> call(String method, Object... parameters);
    }

    BitcoindWallet(String name, BitcoindSettings settings, BitcoindBackend node, Calls calls) {
        this.name = name;
        this.settings = settings;
        this.node = node;
        this.calls = calls;
        this.words = new WalletWords(name);
    }

    /** The wallet's no, in words for a person. */
    public static final class WalletRefusedException extends RuntimeException {
        public WalletRefusedException(String message) {
            super(message);
        }
    }

    /** Another one has locked the coin already. */
    public static final class CoinTakenException extends RuntimeException {
        CoinTakenException(String message) {
            super(message);
        }
    }

    /** An address of an output as BIP 141 or BIP 341 has it. */
    public enum Kind {
        BECH32, BECH32M
    }

    /** @param confirmations 0 while it waits for a block; @param safe confirmed, or change of transactions that spend this wallet's coins only */
    public record Coin(OutPoint outPoint, TxOutput output, int confirmations, boolean safe, String label) {}

    /** A transaction as the wallet lists it. @param height empty while it waits; @param spent of the wallet's coins, zero for a payment to it; @param fee when coins of the wallet are spent */
    public record Entry(TxId txid, Optional<Integer> height, Satoshi received, Satoshi spent, Optional<Satoshi> fee) {}

    /** How a transaction of the wallet stands. @param confirmations negative: a block holds another one in its place */
    public record Known(Tx tx, int confirmations, Optional<Integer> height) {}

    /** What became of a wish for coins. */
    public sealed interface Draft {}

    /** @param tx unsigned: the inputs chosen, the outputs as they were asked for, then change if there is any */
    public record Drafted(Tx tx, Satoshi fee) implements Draft {}

    /** @param have what could be spent now */
    public record Poor(Satoshi have) implements Draft {}

    /**
     * What is to be drafted.
     *
     * @param inputs that must be spent; when there are any, no others are taken
     * @param outputs first in the transaction, in this order
     * @param isFeeInOutput whether the fee is taken from the one output, so that there is no change
     * @param isReplaceable whether it says so (BIP 125)
     */
    public record Wish(List<OutPoint> inputs, List<TxOutput> outputs, FeeratePerKw feerate, boolean isFeeInOutput,
            boolean isReplaceable) {
        public Wish {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    /** Where its calls are served. @param node where those of bitcoind are */
    static URI url(URI node, String name) {
        return node.resolve("/wallet/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    public String name() {
        return name;
    }

    /** Makes sure that it is there and can pay; fails with what is to be done otherwise. */
    public CompletionStage<Void> require() {
        return call("getwalletinfo").thenCompose(info -> words.verdict(info)
                .<CompletionStage<Void>>map(CompletableFuture::failedStage)
                .orElseGet(() -> CompletableFuture.completedStage(null)));
    }

    public CompletionStage<Address> newAddress(Kind kind, String label) {
        String type = switch (kind) {
            case BECH32 -> "bech32";
            case BECH32M -> "bech32m";
        };
        return call("getnewaddress", label, type).thenApply(text -> Address.parse(text.asText(), settings.network()));
    }

    /** For what a transaction of its own does not need. */
    public CompletionStage<Address> changeAddress() {
        return call("getrawchangeaddress", "bech32").thenApply(text -> Address.parse(text.asText(),
                settings.network()));
    }

    /** An address of that label that nothing has been paid to yet. */
    public CompletionStage<Optional<Address>> unpaid(String label) {
        return call("listreceivedbyaddress", 0, true).thenApply(all -> all.valueStream()
                .filter(one -> one.path("label").asText().equals(label) && one.path("txids").isEmpty())
                .map(one -> one.path("address").asText())
                .filter(text -> text.startsWith(settings.network().addressPrefix() + "1q"))
                .findFirst()
                .map(text -> Address.parse(text, settings.network())));
    }

    /** Whether anything pays to an address of its own, in a block or not. */
    public CompletionStage<Boolean> isPaid(Address address) {
        return call("getreceivedbyaddress", address.toString(), 0)
                .thenApply(received -> BitcoindBackend.satoshi(received).sat() > 0);
    }

    /** Calls an address of its own something; another's address is left alone. */
    public CompletionStage<Void> name(Address address, String label) {
        return call("getaddressinfo", address.toString()).thenCompose(info -> info.path("ismine").asBoolean()
                ? call("setlabel", address.toString(), label).thenApply(done -> null)
                : CompletableFuture.completedStage(null));
    }

    /** The height up to which it has seen the chain. */
    public CompletionStage<Integer> height() {
        return call("getwalletinfo").thenApply(info -> info.path("lastprocessedblock").path("height").asInt());
    }

    /** Its unspent coins, but those that are locked. */
    public CompletionStage<List<Coin>> coins() {
        return call("listunspent", 0, MOST_CONFIRMATIONS, List.of(), true,
                Map.of("include_immature_coinbase", true))
                .thenApply(all -> all.valueStream().map(BitcoindWallet::coin).toList());
    }

    private static Coin coin(JsonNode one) {
        return new Coin(outPoint(one),
                new TxOutput(BitcoindBackend.satoshi(one.path("amount")),
                        Bytes.fromHex(one.path("scriptPubKey").asText())),
                one.path("confirmations").asInt(), one.path("safe").asBoolean(), one.path("label").asText());
    }

    private static OutPoint outPoint(JsonNode one) {
        return new OutPoint(TxId.fromText(one.path("txid").asText()), one.path("vout").asInt());
    }

    /** The coins that nothing of it may spend until they are {@link #unlock unlocked}. */
    public CompletionStage<List<OutPoint>> locked() {
        return call("listlockunspent").thenApply(all -> all.valueStream().map(BitcoindWallet::outPoint).toList());
    }

    /** Empty when it knows no such transaction. */
    public CompletionStage<Optional<Known>> transaction(TxId txid) {
        CompletionStage<Optional<Known>> found = call("gettransaction", txid.toString())
                .thenApply(one -> Optional.of(new Known(Tx.parse(Bytes.fromHex(one.path("hex").asText())),
                        one.path("confirmations").asInt(),
                        one.has("blockheight") ? Optional.of(one.path("blockheight").asInt()) : Optional.empty())));
        return found.exceptionallyCompose(failure -> code(failure) == NOT_FOUND
                ? CompletableFuture.completedStage(Optional.empty())
                : CompletableFuture.failedStage(failure));
    }

    /** All that pays to it or spends from it and is not displaced, oldest first. */
    public CompletionStage<List<Entry>> transactions() {
        return call("listsinceblock", "", 1, true, false, true)
                .thenApply(all -> WalletEntries.of(all.path("transactions")));
    }

    /** Chooses coins: confirmed ones and its own change alone. Nothing is locked by that. */
    public CompletionStage<Draft> draft(Wish wish) {
        var options = new TreeMap<String, Object>();
        options.put("fee_rate", BigDecimal.valueOf(wish.feerate().satPerKw() * 4, 3));
        options.put("changePosition", wish.outputs().size());
        options.put("replaceable", wish.isReplaceable());
        options.put("include_unsafe", false);
        options.put("lockUnspents", false);
        options.put("change_type", "bech32");
        if (!wish.inputs().isEmpty()) options.put("add_inputs", false);
        if (wish.isFeeInOutput()) {
            options.put("subtractFeeFromOutputs", List.of(0));
            options.remove("changePosition");
        }
        CompletionStage<Draft> drafted = call("fundrawtransaction", begun(wish).toBytes().toHex(), options, false)
                .thenApply(found -> new Drafted(Tx.parse(Bytes.fromHex(found.path("hex").asText())),
                        BitcoindBackend.satoshi(found.path("fee"))));
        return drafted.exceptionallyCompose(failure -> isPoor(failure)
                ? spendable().thenApply(Poor::new)
                : CompletableFuture.failedStage(failure));
    }

    private static Tx begun(Wish wish) {
        return new Tx(2, wish.inputs().stream().map(coin -> TxInput.unsigned(coin, REPLACEABLE)).toList(),
                wish.outputs(), 0);
    }

    private static boolean isPoor(Throwable failure) {
        int code = code(failure);
        return code == INSUFFICIENT_FUNDS
                || code == WALLET_ERROR && String.valueOf(BitcoindBackend.cause(failure).getMessage())
                        .toLowerCase(Locale.ROOT)
                        .contains("insufficient funds");
    }

    /** What could be spent now. */
    public CompletionStage<Satoshi> spendable() {
        return call("listunspent", 0, MOST_CONFIRMATIONS).thenApply(all -> {
            Satoshi sum = Satoshi.ZERO;
            for (JsonNode one : all)
                if (one.path("safe").asBoolean()) sum = sum.plus(BitcoindBackend.satoshi(one.path("amount")));
            return sum;
        });
    }

    /** So that nothing else spends them, also after a restart of bitcoind. Fails with {@link CoinTakenException} when one is locked already. */
    public CompletionStage<Void> lock(List<OutPoint> coins) {
        // Only the first kind says so when another holds the coin; only the second one lasts.
        CompletionStage<JsonNode> taken = call("lockunspent", false, named(coins));
        return taken.exceptionallyCompose(failure -> CompletableFuture.failedStage(
                code(failure) == BitcoindBackend.INVALID_PARAMETER
                        ? new CoinTakenException(String.valueOf(BitcoindBackend.cause(failure).getMessage()))
                        : failure))
                .thenCompose(done -> keepLocked(coins));
    }

    /** As {@link #lock}, whoever holds them. Coins that are spent or unknown count as held. */
    public CompletionStage<Void> keepLocked(List<OutPoint> coins) {
        return each(coins, coin -> ignoring(call("lockunspent", false, named(List.of(coin)), true)));
    }

    /** Coins that are not locked, spent or unknown count as unlocked. */
    public CompletionStage<Void> unlock(List<OutPoint> coins) {
        return each(coins, coin -> ignoring(call("lockunspent", true, named(List.of(coin)))));
    }

    private static CompletionStage<Void> each(List<OutPoint> coins, Function<OutPoint, CompletionStage<Void>> call) {
        CompletionStage<Void> all = CompletableFuture.completedStage(null);
        for (OutPoint coin : coins) all = all.thenCompose(done -> call.apply(coin));
        return all;
    }

    private static CompletionStage<Void> ignoring(CompletionStage<JsonNode> call) {
        return call.<Void>thenApply(done -> null)
                .exceptionallyCompose(failure -> code(failure) == BitcoindBackend.INVALID_PARAMETER
                        ? CompletableFuture.completedStage(null)
                        : CompletableFuture.failedStage(failure));
    }

    private static List<Map<String, Object>> named(List<OutPoint> coins) {
        return coins.stream()
                .map(coin -> Map.<String, Object>of("txid", coin.txid().toString(), "vout", coin.index()))
                .toList();
    }

    /** With the signatures of the wallet. It publishes nothing. */
    public CompletionStage<Tx> sign(Tx tx) {
        return call("signrawtransactionwithwallet", tx.toBytes().toHex()).thenApply(signed -> {
            if (!signed.path("complete").asBoolean())
                throw new WalletRefusedException(words.called() + " cannot sign for all of its coins: "
                        + signed.path("errors").path(0).path("error").asText("it lacks keys"));
            return Tx.parse(Bytes.fromHex(signed.path("hex").asText()));
        });
    }

    /** Replaces a payment by one that pays {@code feerate}, and publishes it. @return the new one's id */
    public CompletionStage<TxId> bumpFee(TxId txid, FeeratePerKw feerate) {
        return call("bumpfee", txid.toString(),
                Map.of("fee_rate", BigDecimal.valueOf(feerate.satPerKw() * 4, 3), "replaceable", true))
                .thenApply(bumped -> TxId.fromText(bumped.path("txid").asText()));
    }

    /** What a transaction in the mempool pays by itself, and its virtual size; empty when it is not there. */
    public CompletionStage<Optional<MempoolFee>> mempoolFee(TxId txid) {
        CompletionStage<Optional<MempoolFee>> found = node.call("getmempoolentry", txid.toString())
                .thenApply(entry -> Optional.of(new MempoolFee(
                        BitcoindBackend.satoshi(entry.path("fees").path("base")), entry.path("vsize").asInt())));
        return found.exceptionallyCompose(failure -> code(failure) == NOT_FOUND
                ? CompletableFuture.completedStage(Optional.empty())
                : CompletableFuture.failedStage(failure));
    }

    /** @param virtualSize in virtual bytes */
    public record MempoolFee(Satoshi fee, int virtualSize) {}

    /** Loads the wallet once when bitcoind has it and has not loaded it. */
    private CompletionStage<JsonNode> call(String method, Object... parameters) {
        return calls.call(method, parameters)
                .exceptionallyCompose(failure -> code(failure) == NOT_LOADED
                        ? load().thenCompose(loaded -> calls.call(method, parameters))
                        : CompletableFuture.failedStage(failure))
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(inWords(failure)));
    }

    private synchronized CompletionStage<Void> load() {
        // Several calls find out at once: bitcoind refuses to load what it is loading.
        CompletableFuture<Void> running = loading;
        if (!running.isDone()) return running;
        loading = loadNow().toCompletableFuture();
        return loading;
    }

    private CompletionStage<Void> loadNow() {
        return node.call("loadwallet", name)
                .<Void>thenApply(loaded -> null)
                .exceptionallyCompose(failure -> {
                    int code = code(failure);
                    if (String.valueOf(BitcoindBackend.cause(failure).getMessage()).contains("already loading"))
                        return CompletableFuture.failedStage(
                                new ChainUnavailableException(
                                        "bitcoind at " + settings.url() + " is loading its wallet \""
                                                + name + "\": ask again in a moment"));
                    if (code == ALREADY_LOADED) return CompletableFuture.completedStage(null);
                    if (code == NOT_LOADED || code == WALLET_ERROR)
                        return CompletableFuture.failedStage(new WalletRefusedException("bitcoind at " + settings.url()
                                + " has no wallet \"" + name + "\" that it can load ("
                                + BitcoindBackend.cause(failure).getMessage() + "): make one by 'bitcoin-cli"
                                + " createwallet \"" + name + "\"', or correct wallet.bitcoind.name"));
                    return CompletableFuture.failedStage(failure);
                });
    }

    /** What a person could do about it. Codes that callers look for stay as they are. */
    private Throwable inWords(Throwable failure) {
        return switch (code(failure)) {
            case BitcoindBackend.METHOD_NOT_FOUND -> new WalletRefusedException("bitcoind at " + settings.url()
                    + " has no wallets: it was built or started without (disablewallet). Use another bitcoind, or the"
                    + " node's own wallet (wallet.kind = own)");
            case UNLOCK_NEEDED -> words.isLocked();
            default -> failure;
        };
    }

    private static int code(Throwable failure) {
        return BitcoindBackend.cause(failure) instanceof RpcErrorException error ? error.code() : 0;
    }

    /** What a failed stage says to a person. */
    public String reason(Throwable failure) {
        Throwable cause = BitcoindBackend.cause(failure);
        String said = String.valueOf(cause.getMessage());
        return cause instanceof RpcErrorException ? words.called() + " says: " + said : said;
    }
}
