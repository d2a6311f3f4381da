package fulgurite.node.wallet;

import fulgurite.node.chain.bitcoind.BitcoindWallet;
import fulgurite.node.wallet.WalletActor.Balance;
import fulgurite.node.wallet.WalletActor.Coins;
import fulgurite.node.wallet.WalletActor.Listed;
import fulgurite.node.wallet.WalletActor.Transactions;
import fulgurite.node.wallet.WalletKeys.Kind;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** What bitcoind's wallet says of itself, as this node's own wallet would say it. Nothing of it is kept here. */
public final class BitcoindQueries implements WalletQueries {
    private static final int TRIES = 3;

    private final BitcoindWallet wallet;

    public BitcoindQueries(BitcoindWallet wallet) {
        this.wallet = wallet;
    }

    @Override
    public CompletionStage<Address> newAddress(Kind kind) {
        return wallet.newAddress(switch (kind) {
            case P2WPKH -> BitcoindWallet.Kind.BECH32;
            case P2TR -> BitcoindWallet.Kind.BECH32M;
        }, "");
    }

    /** No reserve is kept of these coins: fees of channels that close come from the node's own ones. */
    @Override
    public CompletionStage<Balance> balance() {
        return seen(TRIES).thenApply(seen -> new Balance(sum(seen.coins(), coin -> coin.height().isPresent()),
                sum(seen.coins(), coin -> coin.height().isEmpty()), sum(seen.coins(), WalletActor.Coin::locked),
                Satoshi.ZERO, seen.height()));
    }

    private static Satoshi sum(List<WalletActor.Coin> coins, Predicate<WalletActor.Coin> which) {
        Satoshi sum = Satoshi.ZERO;
        for (WalletActor.Coin coin : coins) if (which.test(coin)) sum = sum.plus(coin.output().amount());
        return sum;
    }

    @Override
    public CompletionStage<Coins> coins() {
        return seen(TRIES).thenApply(seen -> new Coins(seen.coins()));
    }

    @Override
    public CompletionStage<Transactions> transactions() {
        return wallet.transactions()
                .thenApply(all -> new Transactions(all.stream()
                        .map(one -> new Listed(one.txid(), one.height().map(BlockHeight::new), one.received(),
                                one.spent(), one.fee()))
                        .toList()));
    }

    private record Seen(BlockHeight height, List<WalletActor.Coin> coins) {}

    /** Depths mean heights only while no block comes in between. */
    private CompletionStage<Seen> seen(int tries) {
        return wallet.height()
                .thenCompose(before -> wallet.coins()
                        .thenCompose(free -> wallet.locked()
                                .thenCompose(held -> locked(held, new ArrayList<>())
                                        .thenCompose(locked -> wallet.height().thenCompose(after -> {
                                            if (!before.equals(after) && tries > 1) return seen(tries - 1);
                                            return CompletableFuture.completedStage(
                                                    new Seen(new BlockHeight(after), together(free, after, locked)));
                                        })))));
    }

    private static List<WalletActor.Coin> together(List<BitcoindWallet.Coin> free, int height,
            List<WalletActor.Coin> locked) {
        var all = new ArrayList<WalletActor.Coin>();
        for (BitcoindWallet.Coin coin : free)
            all.add(new WalletActor.Coin(coin.outPoint(), coin.output(), coin.confirmations() == 0
                    ? Optional.empty()
                    : Optional.of(new BlockHeight(height - coin.confirmations() + 1)), false));
        all.addAll(locked);
        return all;
    }

    /** They are few: each is asked for. One that another wallet's transaction holds is none of ours. */
    private CompletionStage<List<WalletActor.Coin>> locked(List<OutPoint> held, List<WalletActor.Coin> found) {
        if (held.isEmpty()) return CompletableFuture.completedStage(found);
        OutPoint next = held.getFirst();
        return wallet.transaction(next.txid()).thenCompose(known -> {
            known.filter(one -> one.confirmations() >= 0 && next.index() < one.tx().outputs().size())
                    .ifPresent(one -> found.add(new WalletActor.Coin(next, one.tx().outputs().get(next.index()),
                            one.height().map(BlockHeight::new), true)));
            return locked(held.subList(1, held.size()), found);
        });
    }
}
