package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend.Coins;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.bitcoind.BitcoindRpc.RpcErrorException;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where on the chain a wallet's coins begin, in bitcoind's own words: by its index of block filters when it has one
 * (blockfilterindex=1), which knows of coins that are spent too; else by its set of unspent outputs.
 */
final class CoinSearch implements AutoCloseable {
    /** A pass over all filters, or all unspent outputs, of mainnet takes minutes on a good machine. */
    private static final Duration LONGEST = Duration.ofHours(6);
    private static final int MISCELLANEOUS = -1;

    private final BitcoindBackend bitcoind;
    private final BitcoindRpc patient;

    CoinSearch(BitcoindBackend bitcoind, BitcoindSettings settings) {
        this.bitcoind = bitcoind;
        this.patient = new BitcoindRpc(settings.url(), settings.credentials(), LONGEST);
    }

    CompletionStage<Optional<Coins>> run(List<String> descriptors) {
        List<Map<String, Object>> wanted = descriptors.stream()
                .map(descriptor -> Map.<String, Object>of("desc", descriptor, "range",
                        List.of(0, ChainBackend.SEARCHED - 1)))
                .toList();
        // Any call first: it makes sure that this is the right bitcoind.
        return bitcoind.tip()
                .thenCompose(tip -> inFilters(wanted).exceptionallyCompose(
                        failure -> BitcoindBackend.unwrap(failure) instanceof RpcErrorException error
                                && (error.code() == MISCELLANEOUS || error.code() == BitcoindBackend.METHOD_NOT_FOUND)
                                        ? amongUnspent(wanted)
                                        : CompletableFuture.failedStage(failure)))
                .thenApply(Optional::of);
    }

    private CompletionStage<Coins> inFilters(List<Map<String, Object>> wanted) {
        return patient.call("scanblocks", "start", wanted, 0, null, "basic", Map.of("filter_false_positives", true))
                .thenCompose(found -> {
                    // It goes through them in the order of their heights.
                    JsonNode first = found.path("relevant_blocks").path(0);
                    return first.isMissingNode()
                            ? CompletableFuture.completedStage(new Coins(Optional.empty(), List.of()))
                            : bitcoind.call("getblockheader", first.asText())
                                    .thenApply(header -> new Coins(
                                            Optional.of(new BlockHeight(header.path("height").asInt())), List.of()));
                });
    }

    private CompletionStage<Coins> amongUnspent(List<Map<String, Object>> wanted) {
        return patient.call("scantxoutset", "start", wanted).thenApply(found -> {
            Optional<BlockHeight> least = Optional.empty();
            var scripts = new ArrayList<Bytes>();
            for (JsonNode coin : found.path("unspents")) {
                var height = new BlockHeight(coin.path("height").asInt());
                if (least.isEmpty() || height.compareTo(least.get()) < 0) least = Optional.of(height);
                scripts.add(Bytes.fromHex(coin.path("scriptPubKey").asText()));
            }
            return new Coins(least, scripts);
        });
    }

    @Override
    public void close() {
        patient.close();
    }
}
