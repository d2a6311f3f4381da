package fulgurite.node.wallet;

import fulgurite.node.wallet.Wallet.WalletCoin;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses coins, builds and signs.
 *
 * <p>Design note. First confirmed coins that pay without change are looked for by {@link BranchAndBound}: what they
 * exceed the target by goes to the fee, and may be as much as change would cost to make and to spend. If there are
 * none, the greatest coins are taken first, confirmed ones before our own change: the fewest inputs, the smallest fee
 * today. No chance is needed for either, so that a simulation is a function of its seed.
 */
final class CoinSelection {
    /** What spending a coin of change weighs. */
    private static final long CHANGE_INPUT_WEIGHT = 4 * 41 + 1 + 73 + 34;
    private static final long CHANGE_WEIGHT = 4 * 31;

    private CoinSelection() {}

    /**
     * Builds a signed transaction with {@code outputs} first and change last, and locks its inputs. Change below the
     * dust limit goes to the fee. The wallet's reserve is left in it; change counts, and is divided while the reserve
     * lies in too few coins.
     *
     * @param outputs at least one
     */
    static WalletActor.FundResult fund(Wallet wallet, List<TxOutput> outputs, FeeratePerKw feerate) {
        Satoshi paid = Satoshi.ZERO;
        for (TxOutput output : outputs) paid = paid.plus(output.amount());
        List<WalletCoin> candidates = wallet.coins()
                .stream()
                .filter(WalletCoin::spendable)
                .sorted(Comparator.comparing((WalletCoin coin) -> coin.height().isEmpty())
                        .thenComparing(coin -> coin.output().amount(), Comparator.reverseOrder())
                        .thenComparing(WalletCoin::outPoint))
                .toList();
        Optional<WalletActor.FundResult> exact = withoutChange(wallet, candidates, outputs, paid, feerate);
        if (exact.isPresent()) return exact.get();
        var chosen = new ArrayList<WalletCoin>();
        Satoshi have = Satoshi.ZERO;
        Satoshi need = paid.plus(feeOf(draft(chosen, outputs), feerate));
        for (WalletCoin coin : candidates) {
            chosen.add(coin);
            have = have.plus(coin.output().amount());
            need = paid.plus(feeOf(draft(chosen, outputs), feerate));
            if (have.atLeast(need)) break;
        }
        Satoshi wanted = need.plus(wallet.reserve());
        if (have.lessThan(need) || Wallet.sum(candidates).lessThan(wanted))
            return new WalletActor.InsufficientFunds(Wallet.sum(candidates), need, wallet.reserve());
        return complete(wallet, chosen, outputs, have.minus(paid), candidates.size() - chosen.size(), feerate);
    }

    private static Optional<WalletActor.FundResult> withoutChange(Wallet wallet, List<WalletCoin> candidates,
            List<TxOutput> outputs, Satoshi paid, FeeratePerKw feerate) {
        List<WalletCoin> worth = candidates.stream()
                .filter(coin -> coin.height().isPresent() && value(coin, feerate) > 0)
                .sorted(Comparator.comparing((WalletCoin coin) -> value(coin, feerate)).reversed())
                .toList();
        if (worth.isEmpty()) return Optional.empty();
        long[] values = worth.stream().mapToLong(coin -> value(coin, feerate)).toArray();
        WalletCoin first = worth.getFirst();
        Satoshi base = fee(feerate, draft(List.of(first), outputs).weight() - CoinInput.weight(first));
        Optional<List<WalletCoin>> found = BranchAndBound.find(values, paid.plus(base).sat(),
                fee(feerate, CHANGE_WEIGHT + CHANGE_INPUT_WEIGHT).sat())
                .map(positions -> positions.stream().map(worth::get).toList());
        if (found.isEmpty()) return Optional.empty();
        List<WalletCoin> chosen = found.get();
        Satoshi have = Wallet.sum(chosen);
        Tx draft = draft(chosen, outputs);
        boolean keepsReserve = Wallet.sum(candidates).atLeast(have.plus(wallet.reserve()));
        if (!keepsReserve || have.lessThan(paid.plus(feeOf(draft, feerate)))) return Optional.empty();
        List<OutPoint> inputs = chosen.stream().map(WalletCoin::outPoint).toList();
        wallet.lock(inputs);
        return Optional.of(new WalletActor.Funded(sign(wallet.keys(), chosen, draft), inputs, have.minus(paid)));
    }

    /** What a coin pays beyond its own fee, perhaps below zero. */
    private static long value(WalletCoin coin, FeeratePerKw feerate) {
        return coin.output().amount().sat() - fee(feerate, CoinInput.weight(coin)).sat();
    }

    /** @param left what the inputs have beyond the outputs: at least the fee without change */
    private static WalletActor.FundResult complete(Wallet wallet, List<WalletCoin> chosen, List<TxOutput> outputs,
            Satoshi left, int coinsBeside, FeeratePerKw feerate) {
        var all = new ArrayList<>(outputs);
        var changeScript = wallet.addresses().change().script();
        int parts = wallet.parts(left, coinsBeside);
        for (int i = 0; i < parts; i++) all.add(new TxOutput(Satoshi.ZERO, changeScript));
        Satoshi change = left.minus(feeOf(draft(chosen, all), feerate));
        boolean worthIt = change.atLeast(P2wpkh.DUST_LIMIT.times(parts));
        if (worthIt) divide(change, parts, all, outputs.size());
        Tx tx = sign(wallet.keys(), chosen, draft(chosen, worthIt ? all : outputs));
        if (worthIt) wallet.addresses().changeUsed();
        List<OutPoint> inputs = chosen.stream().map(WalletCoin::outPoint).toList();
        wallet.lock(inputs);
        return new WalletActor.Funded(tx, inputs, worthIt ? left.minus(change) : left);
    }

    /** Equal parts, and what does not divide to the first. */
    private static void divide(Satoshi change, int parts, List<TxOutput> outputs, int first) {
        long each = change.sat() / parts;
        for (int i = 0; i < parts; i++) {
            long amount = i == 0 ? change.sat() - each * (parts - 1) : each;
            outputs.set(first + i, new TxOutput(new Satoshi(amount), outputs.get(first + i).script()));
        }
    }

    /** With witnesses as wide as they can be, so that its weight is the most that the signed one can have. */
    static Tx draft(List<WalletCoin> coins, List<TxOutput> outputs) {
        return new Tx(2, coins.stream().map(CoinInput::widest).toList(), outputs, 0);
    }

    static Tx sign(WalletKeys keys, List<WalletCoin> coins, Tx draft) {
        List<TxOutput> spent = coins.stream().map(WalletCoin::output).toList();
        Tx tx = draft;
        for (int i = 0; i < coins.size(); i++) tx = CoinInput.sign(keys, tx, i, spent, coins.get(i));
        return tx;
    }

    /** Rounded up, so that the feerate is reached. */
    static Satoshi feeOf(Tx tx, FeeratePerKw feerate) {
        return fee(feerate, tx.weight());
    }

    static Satoshi fee(FeeratePerKw feerate, long weight) {
        return new Satoshi((Math.multiplyExact(feerate.satPerKw(), weight) + 999) / 1000);
    }
}
