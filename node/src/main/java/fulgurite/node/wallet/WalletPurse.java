package fulgurite.node.wallet;

import fulgurite.node.wallet.Wallet.WalletCoin;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.sweep.Purse;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The wallet's confirmed coins, for fees. A purpose keeps its coins until it is released, so that each better bid
 * conflicts with the one before, and no payment takes them meanwhile.
 */
final class WalletPurse implements Purse {
    private static final int CHANGE_WEIGHT = 4 * 31;

    private final Wallet wallet;
    private final Map<OutPoint, List<WalletCoin>> kept = new TreeMap<>();
    private Optional<Satoshi> lack = Optional.empty();
    private Optional<Bytes> home = Optional.empty();

    WalletPurse(Wallet wallet) {
        this.wallet = wallet;
    }

    /** What the confirmed coins fell short of since the last call; empty when they were enough. */
    Optional<Satoshi> takeLack() {
        Optional<Satoshi> told = lack;
        lack = Optional.empty();
        return told;
    }

    /** From now on what is brought home goes there; the change of fees stays in this wallet. */
    void bringTo(Bytes script) {
        home = Optional.of(script);
    }

    @Override
    public Bytes script() {
        return home.orElseGet(this::change);
    }

    private Bytes change() {
        return wallet.addresses().change().script();
    }

    @Override
    public Optional<Tx> pay(OutPoint purpose, Tx draft, long weight, Satoshi surplus, FeeratePerKw feerate) {
        var chosen = new ArrayList<WalletCoin>();
        Satoshi left = surplus.minus(feerate.feeFor(weight + CHANGE_WEIGHT));
        for (WalletCoin coin : candidates(purpose, left, feerate)) {
            if (left.atLeast(P2wpkh.DUST_LIMIT)) break;
            Satoshi gain = value(coin, feerate);
            if (gain.sat() <= 0) continue;
            chosen.add(coin);
            left = left.plus(gain);
        }
        if (left.lessThan(P2wpkh.DUST_LIMIT)) {
            lack = Optional.of(P2wpkh.DUST_LIMIT.minus(left));
            return Optional.empty();
        }
        keep(purpose, chosen);
        Tx grown = draft;
        for (WalletCoin coin : chosen)
            grown = grown.withInput(TxInput.unsigned(coin.outPoint(), CoinInput.REPLACEABLE));
        return Optional.of(grown.withOutput(new TxOutput(left, change())));
    }

    /** What the purpose had before, then the smallest coin that is enough alone, then the greatest first. */
    private List<WalletCoin> candidates(OutPoint purpose, Satoshi left, FeeratePerKw feerate) {
        var all = new ArrayList<>(kept.getOrDefault(purpose, List.of()).stream().filter(this::isThere).toList());
        List<WalletCoin> free = wallet.coins()
                .stream()
                .filter(coin -> coin.spendable() && coin.height().isPresent())
                .sorted(Comparator.comparing((WalletCoin coin) -> coin.output().amount())
                        .reversed()
                        .thenComparing(WalletCoin::outPoint))
                .toList();
        Satoshi needed = P2wpkh.DUST_LIMIT.minus(left);
        free.reversed().stream().filter(coin -> value(coin, feerate).atLeast(needed)).findFirst().ifPresent(all::add);
        free.stream().filter(coin -> !all.contains(coin)).forEach(all::add);
        return all;
    }

    /** What a coin brings beyond its own fee, perhaps below zero. */
    private static Satoshi value(WalletCoin coin, FeeratePerKw feerate) {
        return coin.output().amount().minus(feerate.feeFor(CoinInput.weight(coin)));
    }

    /** Still in a block, and spent by nothing that is in one. */
    private boolean isThere(WalletCoin coin) {
        return wallet.isConfirmedUnspent(coin.outPoint());
    }

    private void keep(OutPoint purpose, List<WalletCoin> coins) {
        wallet.unlock(outPoints(kept.getOrDefault(purpose, List.of())));
        kept.put(purpose, List.copyOf(coins));
        wallet.lock(outPoints(coins));
    }

    @Override
    public Tx sign(Tx tx, List<TxOutput> spent) {
        var coins = new TreeMap<OutPoint, WalletCoin>();
        kept.values().forEach(list -> list.forEach(coin -> coins.put(coin.outPoint(), coin)));
        var all = new ArrayList<>(spent);
        List<TxInput> own = tx.inputs().subList(spent.size(), tx.inputs().size());
        for (TxInput input : own) all.add(coins.get(input.outPoint()).output());
        Tx signed = tx;
        for (int i = spent.size(); i < tx.inputs().size(); i++)
            signed = CoinInput.sign(wallet.keys(), signed, i, all, coins.get(tx.inputs().get(i).outPoint()));
        return signed;
    }

    @Override
    public void release(OutPoint purpose) {
        List<WalletCoin> coins = kept.remove(purpose);
        if (coins != null) wallet.abandon(outPoints(coins));
    }

    private static List<OutPoint> outPoints(List<WalletCoin> coins) {
        return coins.stream().map(WalletCoin::outPoint).toList();
    }
}
