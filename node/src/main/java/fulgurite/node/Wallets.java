package fulgurite.node;

import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.chain.bitcoind.BitcoindWallet;
import fulgurite.node.wallet.BitcoindWalletActor;
import fulgurite.node.wallet.ScanFile;
import fulgurite.node.wallet.ScanPoint;
import fulgurite.node.wallet.ScanStore;
import fulgurite.node.wallet.WalletKeys.Branch;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.BlockHeight;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** From where on a node's wallet scans. */
final class Wallets {
    /** What comes while bitcoind searches, and the blocks that a reorganisation may replace, are scanned in any case. */
    private static final int MARGIN = 144;

    private Wallets() {}

    static ScanStore scans(NodeSettings settings, NodeKeys keys) {
        return new ScanFile(settings.dataDirectory(), WalletKeys.of(keys.master(), settings.network()));
    }

    /**
     * Makes sure that the blocks from there on can be read. Where nobody knows when the seed was made the chain is asked
     * for its coins first, if it can say that faster than by reading all blocks.
     */
    static CompletionStage<Void> begin(NodeSettings settings, NodeKeys keys, ChainBackend chain,
            Consumer<String> progress) {
        ScanStore scans = scans(settings, keys);
        Optional<ScanPoint> earlier = scans.read();
        if (earlier.isPresent()) return chain.requireBlocksFrom(earlier.get().lowest());
        boolean isKnown = keys.birth().height() > 0 || settings.network() == BitcoinNetwork.REGTEST;
        if (isKnown) return chain.requireBlocksFrom(keys.birth());
        return search(WalletKeys.of(keys.master(), settings.network()), chain, progress).thenCompose(found -> {
            found.ifPresent(scans::write);
            return chain.requireBlocksFrom(found.map(ScanPoint::lowest).orElse(keys.birth()));
        });
    }

    /** Fails with what to do when bitcoind's wallet is to pay, and is not there or cannot. */
    static CompletionStage<Void> require(NodeSettings settings, ChainBackend chain) {
        if (settings.bitcoindWallet().isEmpty()) return CompletableFuture.completedStage(null);
        Optional<String> trouble = BitcoindWalletActor.bookTrouble(settings.dataDirectory(),
                settings.bitcoindWallet().get());
        if (trouble.isPresent()) return CompletableFuture.failedStage(new NodeStartException(trouble.get()));
        return CompletableFuture.completedStage(settings)
                .thenApply(all -> ofBitcoind(all, chain).orElseThrow())
                .thenCompose(wallet -> wallet.require()
                        .exceptionallyCompose(failure -> CompletableFuture.failedStage(
                                new NodeStartException("wallet.kind is bitcoind, but " + wallet.reason(failure)))));
    }

    /** Empty when the node's own wallet pays. @throws NodeStartException when there is no bitcoind */
    static Optional<BitcoindWallet> ofBitcoind(NodeSettings settings, ChainBackend chain) {
        return settings.bitcoindWallet().map(name -> {
            if (chain instanceof BitcoindBackend bitcoind) return bitcoind.wallet(name);
            throw new NodeStartException("wallet.kind is bitcoind, but this chain is none: set wallet.kind = own");
        });
    }

    /** A scan point below the wallet's first coins; empty when the chain cannot search. */
    static CompletionStage<Optional<ScanPoint>> search(WalletKeys keys, ChainBackend chain,
            Consumer<String> progress) {
        progress.accept("nobody knows when this seed was made: bitcoind searches for its coins, which takes minutes");
        var branches = new TreeMap<>(keys.descriptors());
        return chain.tip()
                .thenCompose(tip -> chain.search(List.copyOf(branches.values()))
                        .thenApply(found -> found.map(coins -> point(keys, tip.height(), coins))));
    }

    private static ScanPoint point(WalletKeys keys, BlockHeight tip, ChainBackend.Coins coins) {
        var used = new TreeMap<Branch, Integer>();
        for (Branch branch : Branch.values()) {
            keys.deriveTo(branch, ChainBackend.SEARCHED);
            used.put(branch, 0);
        }
        coins.scripts()
                .forEach(script -> keys.find(script)
                        .ifPresent(path -> used.merge(path.branch(), path.index() + 1, Math::max)));
        int latest = Math.max(0, tip.height() - MARGIN);
        return new ScanPoint(new BlockHeight(Math.min(latest, coins.first().map(BlockHeight::height).orElse(latest))),
                List.of(), List.of(), used);
    }
}
