package fulgurite.simulator.bitcoind;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.PlayedChain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the miner of a test's chain has earned, a key for each block, and paying others with it. */
final class Rewards {
    static final int MATURITY = 100;
    private static final long FEE_PER_INPUT = 1_000;
    private static final long FEE_BEYOND = 2_000;
    private final Map<OutPoint, Coin> coins = new TreeMap<>();
    private int keys;

    private record Coin(TxOutput output, PrivateKey key, BlockHeight height, boolean reward) {}

    /** The chain begins anew; no key comes twice. */
    void forget() {
        coins.clear();
    }

    String nextAddress() {
        keys++;
        return Address.p2wpkh(Curve.publicKey(key()), BitcoinNetwork.REGTEST).toString();
    }

    /** The latest. */
    private PrivateKey key() {
        return new PrivateKey(Hashes.sha256(Bytes.copyOf(("reward " + keys).getBytes(StandardCharsets.UTF_8))).bytes());
    }

    /** A block whose reward goes to the latest address. */
    void connected(Block block) {
        Tx coinbase = block.transactions().getFirst();
        coins.put(new OutPoint(coinbase.txid(), 0),
                new Coin(coinbase.outputs().getFirst(), key(), block.height(), true));
    }

    /** A signed payment of {@code outputs} with change, the oldest coins first; empty when the mature ones are not enough. */
    Optional<Tx> pay(List<TxOutput> outputs, PlayedChain chain) {
        Satoshi wanted = outputs.stream().map(TxOutput::amount).reduce(Satoshi.ZERO, Satoshi::plus);
        wanted = wanted.plus(new Satoshi(FEE_BEYOND + 40L * outputs.size()));
        var picked = new ArrayList<OutPoint>();
        for (Map.Entry<OutPoint, Coin> coin : coins.entrySet()) {
            if (!isSpendable(coin.getKey(), coin.getValue(), chain)) continue;
            picked.add(coin.getKey());
            wanted = wanted.plus(new Satoshi(FEE_PER_INPUT));
            Satoshi have = picked.stream()
                    .map(each -> coins.get(each).output().amount())
                    .reduce(Satoshi.ZERO,
                            Satoshi::plus);
            if (have.minus(wanted).lessThan(P2wpkh.DUST_LIMIT)) continue;
            return Optional.of(payment(outputs, picked, have.minus(wanted), chain.tip().height()));
        }
        return Optional.empty();
    }

    private static boolean isSpendable(OutPoint outPoint, Coin coin, PlayedChain chain) {
        return (!coin.reward() || chain.tip().height().since(coin.height()) >= MATURITY)
                && chain.unspent(outPoint).isPresent() && chain.mempoolSpender(outPoint).isEmpty();
    }

    private Tx payment(List<TxOutput> outputs, List<OutPoint> picked, Satoshi change, BlockHeight height) {
        keys++;
        var all = new ArrayList<>(outputs);
        all.add(new TxOutput(change, P2wpkh.script(Curve.publicKey(key()))));
        var inputs = picked.stream().map(each -> TxInput.unsigned(each, 0xfffffffdL)).toList();
        var tx = new Tx(2, inputs, all, 0);
        for (int i = 0; i < picked.size(); i++) {
            Coin coin = coins.get(picked.get(i));
            tx = P2wpkh.sign(tx, i, coin.output().amount(), coin.key());
        }
        coins.put(new OutPoint(tx.txid(), outputs.size()), new Coin(all.getLast(), key(), height, false));
        return tx;
    }
}
