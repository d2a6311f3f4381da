package fulgurite.node.wallet;

import fulgurite.node.chain.bitcoind.BitcoindWallet.CoinTakenException;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Draft;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Drafted;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Poor;
import fulgurite.node.chain.bitcoind.BitcoindWallet.WalletRefusedException;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Wish;
import fulgurite.node.chain.bitcoind.BitcoindWallet;
import fulgurite.node.wallet.LockBook.Hold;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.sweep.Purse;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Makes transactions of coins of bitcoind's wallet, step by step: coins chosen, noted in the {@link LockBook}, locked,
 * signed, looked at. One is made after another, or two could choose the same coin: what others do with the wallet
 * meanwhile is found out when their coin is locked, and coins are chosen again.
 */
final class BitcoindFunding {
    private static final int TRIES = 3;

    private final BitcoindWallet wallet;
    private final LockBook book;

    BitcoindFunding(BitcoindWallet wallet, LockBook book) {
        this.wallet = wallet;
        this.book = book;
    }

    /** What came of it. */
    sealed interface Made {}

    /** @param tx signed, and published by nobody; its coins are locked */
    record Done(Hold hold, Tx tx, Satoshi fee) implements Made {}

    /** @param need about: the outputs and the fee of one coin */
    record TooPoor(Satoshi have, Satoshi need) implements Made {}

    /**
     * @param channel to be funded: its transaction must keep its id whatever others do; empty for a payment
     * @return fails when bitcoind refuses or cannot be asked: what was locked is unlocked then, or waits in the book for it
     */
    CompletionStage<Made> make(Optional<Long> channel, Wish wish) {
        return make(channel, wish, TRIES);
    }

    private CompletionStage<Made> make(Optional<Long> channel, Wish wish, int tries) {
        return wallet.draft(wish)
                .thenCompose(draft -> made(channel, wish, draft))
                .exceptionallyCompose(failure -> tries > 1 && cause(failure) instanceof CoinTakenException
                        ? make(channel, wish, tries - 1)
                        : CompletableFuture.failedStage(cause(failure)));
    }

    private CompletionStage<Made> made(Optional<Long> channel, Wish wish, Draft draft) {
        return switch (draft) {
            case Poor(Satoshi have) -> CompletableFuture.completedStage(new TooPoor(have, need(wish)));
            case Drafted(Tx tx, Satoshi fee) -> {
                List<OutPoint> coins = tx.inputs().stream().map(TxInput::outPoint).toList();
                Hold hold = book.hold(channel, coins);
                yield wallet.lock(coins)
                        .thenCompose(locked -> wallet.sign(tx))
                        .<Made>thenApply(signed -> new Done(hold, checked(channel.isPresent(), wish, tx, signed), fee))
                        .exceptionallyCompose(failure -> undo(hold, cause(failure)));
            }
        };
    }

    private CompletionStage<Made> undo(Hold hold, Throwable failure) {
        // The coins are another's: all were asked for at once, so none is locked for us.
        if (failure instanceof CoinTakenException) {
            book.drop(hold);
            return CompletableFuture.failedStage(failure);
        }
        book.over(hold);
        return release(hold).exceptionally(later -> null).thenCompose(done -> CompletableFuture.failedStage(failure));
    }

    /** It is what was asked for. @param isFunding whether its id must be certain before it is in a block */
    private static Tx checked(boolean isFunding, Wish wish, Tx draft, Tx signed) {
        List<TxOutput> outputs = wish.outputs();
        boolean asWished = signed.outputs().size() >= outputs.size() && (wish.isFeeInOutput()
                ? signed.outputs().getFirst().script().equals(outputs.getFirst().script())
                : signed.outputs().subList(0, outputs.size()).equals(outputs));
        boolean sameCoins = coins(signed).equals(coins(draft)) && signed.outputs().equals(draft.outputs());
        if (!asWished || !sameCoins)
            throw new WalletRefusedException("bitcoind made another transaction than it was asked for: is its wallet"
                    + " of this version of Bitcoin Core?");
        if (isFunding && signed.inputs().stream().anyMatch(input -> input.witness().isEmpty()))
            throw new WalletRefusedException(
                    "bitcoind's wallet chose a coin of a legacy address, and others could change"
                            + " the id of what spends it, which would lose the channel's money: send that coin to an address of"
                            + " the same wallet that begins with bc1, tb1 or bcrt1, and open the channel again");
        return signed;
    }

    private static List<OutPoint> coins(Tx tx) {
        return tx.inputs().stream().map(TxInput::outPoint).toList();
    }

    private static Satoshi need(Wish wish) {
        Satoshi paid = Satoshi.ZERO;
        for (TxOutput output : wish.outputs()) paid = paid.plus(output.amount());
        long weight = new Tx(2, List.of(), wish.outputs(), 0).weight() + Purse.COIN_WEIGHT;
        return paid.plus(CoinSelection.fee(wish.feerate(), weight));
    }

    /** Unlocks what is wanted no more, unless it has been locked for something else since. */
    CompletionStage<Void> release(Hold hold) {
        List<OutPoint> coins = hold.coins()
                .stream()
                .filter(coin -> book.holds()
                        .stream()
                        .noneMatch(other -> !other.isOver() && other.coins().contains(coin)))
                .toList();
        return wallet.unlock(coins).thenRun(() -> book.drop(hold));
    }

    /** Unlocks all that is wanted no more. */
    CompletionStage<Void> releaseAll() {
        CompletionStage<Void> all = CompletableFuture.completedStage(null);
        for (Hold hold : book.holds()) if (hold.isOver()) all = all.thenCompose(done -> release(hold));
        return all;
    }

    /** Forgets what has been spent: bitcoind has unlocked it by itself. */
    CompletionStage<Void> forgetSpent() {
        List<Hold> held = book.holds().stream().filter(hold -> !hold.isOver()).toList();
        if (held.isEmpty()) return CompletableFuture.completedStage(null);
        return wallet.locked()
                .thenAccept(locked -> held.stream()
                        .filter(hold -> hold.coins().stream().noneMatch(locked::contains))
                        .forEach(book::drop));
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? cause(failure.getCause())
                : failure;
    }
}
