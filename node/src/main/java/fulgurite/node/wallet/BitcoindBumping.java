package fulgurite.node.wallet;

import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Coin;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Known;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Wish;
import fulgurite.node.chain.bitcoind.BitcoindWallet;
import fulgurite.node.wallet.BitcoindFunding.Done;
import fulgurite.node.wallet.BitcoindFunding.TooPoor;
import fulgurite.node.wallet.WalletActor.NotSent;
import fulgurite.node.wallet.WalletActor.SendResult;
import fulgurite.node.wallet.WalletActor.Sent;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Pays more for a transaction of bitcoind's wallet, by the same rule as {@link Bumping}: bitcoind replaces what the user
 * sent through this node, and nothing else, for a channel's funding must keep its id. Anything else gets a child; bitcoind
 * makes it pay for its parents too.
 */
final class BitcoindBumping {
    private final BitcoindWallet wallet;
    private final BitcoindFunding funding;
    private final LockBook book;
    private final ChainBackend chain;

    BitcoindBumping(BitcoindWallet wallet, BitcoindFunding funding, LockBook book, ChainBackend chain) {
        this.wallet = wallet;
        this.funding = funding;
        this.book = book;
        this.chain = chain;
    }

    /** @param feerate that the transaction, or both together, should have */
    CompletionStage<SendResult> bump(TxId txid, FeeratePerKw feerate) {
        return wallet.transaction(txid).thenCompose(found -> {
            if (found.isEmpty()) return not("bitcoind's wallet knows no transaction " + txid);
            Known old = found.get();
            if (old.height().isPresent()) return not("it is in block " + old.height().get() + " already");
            if (old.confirmations() < 0) return not("it is void: a block holds another transaction in its place");
            return book.isSent(txid) ? replace(txid, feerate) : child(old, txid, feerate);
        });
    }

    private CompletionStage<SendResult> replace(TxId txid, FeeratePerKw feerate) {
        return wallet.bumpFee(txid, feerate).thenCompose(better -> {
            book.markSent(better);
            return wallet.transaction(better)
                    .thenCompose(made -> made.isEmpty()
                            ? not(better
                                    + " takes its place, but bitcoind's wallet does not show it: look at its transactions")
                            // bitcoind has done so, unless its wallet was told not to.
                            : chain.publish(made.get().tx()).thenApply(done -> new Sent(made.get().tx())));
        });
    }

    private CompletionStage<SendResult> child(Known parent, TxId txid, FeeratePerKw feerate) {
        return wallet.mempoolFee(txid).thenCompose(paid -> {
            if (paid.isEmpty()) return not("it is not in bitcoind's mempool, where a child could pay for it");
            Satoshi fee = paid.get().fee();
            if (CoinSelection.feeOf(parent.tx(), feerate).sat() <= fee.sat())
                return not("it pays " + fee + " already: give a greater feerate");
            return wallet.coins().thenCompose(all -> {
                List<Coin> coins = all.stream().filter(coin -> coin.outPoint().txid().equals(txid)).toList();
                return coins.isEmpty()
                        ? not("it pays nothing to bitcoind's wallet that a child could spend; what is spent already"
                                + " has a child: bump that one")
                        : child(coins, feerate);
            });
        });
    }

    private CompletionStage<SendResult> child(List<Coin> coins, FeeratePerKw feerate) {
        Satoshi total = Satoshi.ZERO;
        for (Coin coin : coins) total = total.plus(coin.output().amount());
        Satoshi all = total;
        return wallet.changeAddress()
                .thenCompose(address -> funding.make(Optional.empty(), new Wish(
                        coins.stream().map(Coin::outPoint).toList(), List.of(new TxOutput(all, address.script())),
                        feerate, true, true)))
                .thenCompose(made -> switch (made) {
                    case TooPoor(Satoshi have, Satoshi need) ->
                        not("what it pays to the wallet is not enough for that");
                    case Done done -> publish(done);
                });
    }

    private CompletionStage<SendResult> publish(Done done) {
        return chain.publish(done.tx()).thenApply(said -> switch (said) {
            case Published.Accepted accepted -> new Sent(done.tx());
            case Published.Rejected(String reason) -> {
                book.over(done.hold());
                yield new NotSent(reason);
            }
        });
    }

    private static CompletionStage<SendResult> not(String reason) {
        return CompletableFuture.completedStage(new NotSent(reason));
    }
}
