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
    private static final long REPLACEABLE = 0xfffffffdL;
    /** An input of a P2WPKH coin with the widest signature. */
    private static final int INPUT_WEIGHT = 4 * 41 + 1 + 73 + 34;
    private static final int CHANGE_WEIGHT = 4 * 31;

    private final Wallet wallet;
    private final Map<OutPoint, List<WalletCoin>> kept = new TreeMap<>();
    private Optional<Satoshi> lack = Optional.empty();

    WalletPurse(Wallet wallet) {
        this.wallet = wallet;
    }

    /** What the confirmed coins fell short of since the last call; empty when they were enough. */
    Optional<Satoshi> takeLack() {
        Optional<Satoshi> told = lack;
        lack = Optional.empty();
        return told;
    }

    @Override
    public Bytes script() {
        return wallet.changeAddress().script();
    }

    @Override
    public Optional<Tx> pay(OutPoint purpose, Tx draft, long weight, Satoshi surplus, FeeratePerKw feerate) {
        var chosen = new ArrayList<WalletCoin>();
        Satoshi left = surplus.minus(feerate.feeFor(weight + CHANGE_WEIGHT));
        for (WalletCoin coin : candidates(purpose, left, feerate)) {
            if (left.atLeast(P2wpkh.DUST_LIMIT)) break;
            Satoshi gain = coin.output().amount().minus(feerate.feeFor(INPUT_WEIGHT));
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
        for (WalletCoin coin : chosen) grown = grown.withInput(TxInput.unsigned(coin.outPoint(), REPLACEABLE));
        return Optional.of(grown.withOutput(new TxOutput(left, script())));
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
        Satoshi needed = P2wpkh.DUST_LIMIT.minus(left).plus(feerate.feeFor(INPUT_WEIGHT));
        free.reversed().stream().filter(coin -> coin.output().amount().atLeast(needed)).findFirst().ifPresent(all::add);
        free.stream().filter(coin -> !all.contains(coin)).forEach(all::add);
        return all;
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
    public Tx sign(Tx tx) {
        Tx signed = tx;
        for (List<WalletCoin> coins : kept.values())
            for (WalletCoin coin : coins)
                for (int i = 0; i < tx.inputs().size(); i++)
                    if (tx.inputs().get(i).outPoint().equals(coin.outPoint()))
                        signed = P2wpkh.sign(signed, i, coin.output().amount(),
                                wallet.keys().privateKey(coin.key()));
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
