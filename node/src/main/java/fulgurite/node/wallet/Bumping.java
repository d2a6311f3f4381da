package fulgurite.node.wallet;

import fulgurite.node.wallet.Wallet.WalletCoin;
import fulgurite.node.wallet.Wallet.WalletTx;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Pays more for a transaction that waits for a block.
 *
 * <p>Design note. A payment that the user made is replaced (BIP 125) by one with the same inputs and payments, less
 * change, and more confirmed coins where that is not enough. Anything else is left as it is, for its id may be worth
 * money: that of a channel's funding is in both sides' commitments. It gets a child that spends what it pays to us and
 * pays for both (CPFP). What had been sent before a restart is not known as the user's any more, and gets a child too.
 */
final class Bumping {
    /** What a replacement pays for its own relay: 1 sat/vB. */
    private static final FeeratePerKw INCREMENT = new FeeratePerKw(250);

    private Bumping() {}

    /** What came of it. */
    sealed interface Bumped {
        /** To be published. @param replaces whether it takes the other's place */
        record With(Tx tx, boolean replaces) implements Bumped {}

        /** @param reason for a person */
        record Not(String reason) implements Bumped {}
    }

    /** @param feerate that the transaction, or both together, should have */
    static Bumped bump(Wallet wallet, TxId txid, FeeratePerKw feerate) {
        Optional<WalletTx> found = wallet.find(txid);
        if (found.isEmpty()) return new Bumped.Not("the wallet knows no transaction " + txid);
        WalletTx old = found.get();
        if (old.height().isPresent()) return new Bumped.Not("it is in block " + old.height().get() + " already");
        if (old.fee().isEmpty() && old.spent().sat() > 0)
            return new Bumped.Not("it brings a channel's money home, which pays more by itself in time");
        for (int i = 0; i < old.tx().outputs().size(); i++) {
            Optional<TxId> child = wallet.spender(new OutPoint(txid, i));
            if (child.isPresent())
                return new Bumped.Not("its output is spent by " + child.get() + ": bump that one, which pays for both");
        }
        return wallet.isSent(txid) ? replace(wallet, old, feerate) : child(wallet, old, feerate);
    }

    private static Bumped replace(Wallet wallet, WalletTx old, FeeratePerKw feerate) {
        Satoshi oldFee = old.fee().orElseThrow();
        if (CoinSelection.feeOf(old.tx(), feerate).sat() <= oldFee.sat())
            return new Bumped.Not("it pays " + oldFee + " already: give a greater feerate");
        List<TxOutput> payments = old.tx().outputs().stream().filter(output -> !wallet.isChange(output)).toList();
        return spend(wallet, wallet.inputsOf(old.tx()), payments, draft -> {
            Satoshi least = oldFee.plus(CoinSelection.feeOf(draft, INCREMENT));
            Satoshi asked = CoinSelection.feeOf(draft, feerate);
            return asked.lessThan(least) ? least : asked;
        }, true);
    }

    private static Bumped child(Wallet wallet, WalletTx parent, FeeratePerKw feerate) {
        List<WalletCoin> paid = wallet.coins()
                .stream()
                .filter(coin -> coin.outPoint().txid().equals(parent.tx().txid()) && !coin.locked())
                .toList();
        if (paid.isEmpty()) return new Bumped.Not("it pays nothing to this wallet that a child could spend");
        // Of what others paid the fee is not known: no less than what is relayed.
        Satoshi parentFee = parent.fee().orElse(CoinSelection.feeOf(parent.tx(), FeeratePerKw.FLOOR));
        if (CoinSelection.feeOf(parent.tx(), feerate).sat() <= parentFee.sat())
            return new Bumped.Not("it pays " + parentFee + " already: give a greater feerate");
        return spend(wallet, paid, List.of(), draft -> CoinSelection.fee(feerate,
                (long) draft.weight() + parent.tx().weight()).minus(parentFee), false);
    }

    private interface Fee {
        Satoshi of(Tx draft);
    }

    /** With change where there is enough for it; without payments there must be. */
    private static Bumped spend(Wallet wallet, List<WalletCoin> first, List<TxOutput> payments, Fee fee,
            boolean replaces) {
        var coins = new ArrayList<>(first);
        Satoshi paid = Satoshi.ZERO;
        for (TxOutput payment : payments) paid = paid.plus(payment.amount());
        List<WalletCoin> more = wallet.coins()
                .stream()
                .filter(coin -> coin.spendable() && coin.height().isPresent() && !first.contains(coin))
                .sorted(Comparator.comparing((WalletCoin coin) -> coin.output().amount())
                        .reversed()
                        .thenComparing(WalletCoin::outPoint))
                .toList();
        for (int next = 0;; next++) {
            Satoshi left = Wallet.sum(coins).minus(paid);
            var outputs = new ArrayList<>(payments);
            outputs.add(new TxOutput(Satoshi.ZERO, wallet.addresses().change().script()));
            Satoshi change = left.minus(fee.of(CoinSelection.draft(coins, outputs)));
            if (change.atLeast(P2wpkh.DUST_LIMIT)) {
                outputs.set(payments.size(), new TxOutput(change, outputs.getLast().script()));
                wallet.addresses().changeUsed();
                return signed(wallet, coins, outputs, replaces);
            }
            Tx bare = CoinSelection.draft(coins, payments);
            if (!payments.isEmpty() && left.atLeast(fee.of(bare))) return signed(wallet, coins, payments, replaces);
            if (next == more.size())
                return new Bumped.Not("the wallet lacks confirmed coins to pay that: it has "
                        + Wallet.sum(more) + " beside");
            coins.add(more.get(next));
        }
    }

    private static Bumped signed(Wallet wallet, List<WalletCoin> coins, List<TxOutput> outputs, boolean replaces) {
        return new Bumped.With(CoinSelection.sign(wallet.keys(), coins, CoinSelection.draft(coins, outputs)), replaces);
    }
}
