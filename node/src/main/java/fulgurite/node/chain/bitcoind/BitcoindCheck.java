package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.bitcoind.BitcoindRpc.RpcErrorException;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Whether a bitcoind is one that this node can use: its network, its genesis block, its version, the blocks it still has. */
final class BitcoindCheck {
    /** The first with submitpackage for everybody, and package replacement. */
    private static final int OLDEST = 280_000;
    private static final int MISCELLANEOUS = -1;
    private final BitcoindSettings settings;
    private volatile boolean done;

    BitcoindCheck(BitcoindSettings settings) {
        this.settings = settings;
    }

    boolean isDone() {
        return done;
    }

    void repeat() {
        done = false;
    }

    /** @return fails with {@link ChainUnavailableException} that says what is wrong, and what to do */
    CompletionStage<Void> run(BitcoindRpc rpc) {
        return rpc.call("getblockchaininfo")
                .thenCompose(info -> rpc.call("getblockhash", 0)
                        .thenCompose(genesis -> rpc.call("getnetworkinfo")
                                .thenCompose(network -> verdict(info, genesis, network))));
    }

    private CompletionStage<Void> verdict(JsonNode info, JsonNode genesis, JsonNode network) {
        Optional<String> wrong = wrongNetwork(info.path("chain").asText(), genesis.asText())
                .or(() -> tooOld(network.path("version").asInt(), network.path("subversion").asText()));
        if (wrong.isPresent()) return CompletableFuture.failedStage(new ChainUnavailableException(wrong.get()));
        done = true;
        return CompletableFuture.completedStage(null);
    }

    private Optional<String> wrongNetwork(String chain, String genesis) {
        String ours = settings.network().bitcoindName();
        if (!chain.equals(ours))
            return Optional.of("bitcoind at " + settings.url() + " is on the network \"" + chain
                    + "\", this node on \"" + ours
                    + "\": point it at another bitcoind, or change the node's network");
        var hash = new Bytes32(Bytes.fromHex(genesis).reversed());
        if (hash.equals(settings.network().chainHash())) return Optional.empty();
        return Optional.of("bitcoind at " + settings.url() + " calls its network \"" + chain
                + "\", but its genesis block is " + genesis + ": that is another chain than this node's");
    }

    private Optional<String> tooOld(int version, String name) {
        if (version >= OLDEST) return Optional.empty();
        return Optional.of("bitcoind at " + settings.url() + " is " + name.replace("/", "")
                + ": this node needs Bitcoin Core " + OLDEST / 10_000
                + " or later, since it pays for commitments by packages");
    }

    /** @param info the answer to getblockchaininfo */
    Optional<ChainUnavailableException> isPrunedAbove(JsonNode info, BlockHeight needed) {
        if (!info.path("pruned").asBoolean() || info.path("pruneheight").asInt() <= needed.height())
            return Optional.empty();
        return Optional.of(new ChainUnavailableException("bitcoind at " + settings.url()
                + " has pruned its blocks up to "
                + info.path("pruneheight").asInt() + ", and this node needs them from " + needed
                + " on: start bitcoind with -reindex and more room (prune=MiB), or use one that is not pruned"));
    }

    /** Whether that is what bitcoind says of a block that it has thrown away. */
    boolean isPruned(@Nullable Throwable failure) {
        return failure instanceof RpcErrorException error && error.code() == MISCELLANEOUS
                && String.valueOf(error.getMessage()).contains("pruned");
    }

    ChainUnavailableException pruned(BlockHeight height) {
        return new ChainUnavailableException("bitcoind at " + settings.url() + " has pruned block " + height
                + ", which this node still needs: start it with -reindex and more room (prune=MiB), or use one that is"
                + " not pruned");
    }
}
