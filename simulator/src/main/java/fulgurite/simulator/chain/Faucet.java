package fulgurite.simulator.chain;

import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The chain's own miner, who gives away what it has found. Its key is public knowledge: regtest coins are worthless. */
final class Faucet {
    private static final PrivateKey KEY = new PrivateKey(
            Hashes.sha256(Bytes.copyOf("fulgurite regtest faucet".getBytes(StandardCharsets.UTF_8))).bytes());
    static final Bytes SCRIPT = P2wpkh.script(Curve.publicKey(KEY));
    /** 2 sat/vB. */
    private static final FeeratePerKw FEERATE = new FeeratePerKw(500);

    private Faucet() {}

    /** A signed payment of {@code outputs} with change, largest coins first; empty when the mature ones are not enough. */
    static Optional<Tx> pay(List<TxOutput> outputs, ChainState chain, Mempool mempool,
            FeeMarket market) {
        FeeratePerKw feerate = market.forNextBlock(FEERATE);
        var inputs = new ArrayList<TxInput>();
        var amounts = new ArrayList<Satoshi>();
        var all = new ArrayList<>(outputs);
        all.add(new TxOutput(Satoshi.ZERO, SCRIPT));
        Satoshi paid = Satoshi.ZERO;
        for (TxOutput output : outputs) paid = paid.plus(output.amount());
        Satoshi have = Satoshi.ZERO;
        for (Map.Entry<OutPoint, Coin> coin : mature(chain, mempool)) {
            inputs.add(TxInput.unsigned(coin.getKey(), 0xfffffffdL));
            amounts.add(coin.getValue().output().amount());
            have = have.plus(coin.getValue().output().amount());
            var draft = new Tx(2, inputs, all, 0);
            Satoshi fee = Policy.feeFor(feerate, (draft.weight() + 110 * inputs.size() + 3) / 4);
            Satoshi change = have.minus(paid).minus(fee);
            if (change.lessThan(P2wpkh.DUST_LIMIT)) continue;
            all.set(outputs.size(), new TxOutput(change, SCRIPT));
            Tx tx = new Tx(2, inputs, all, 0);
            for (int i = 0; i < inputs.size(); i++) tx = P2wpkh.sign(tx, i, amounts.get(i), KEY);
            return Optional.of(tx);
        }
        return Optional.empty();
    }

    private static List<Map.Entry<OutPoint, Coin>> mature(ChainState chain, Mempool mempool) {
        return chain.unspent()
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue().output().script().equals(SCRIPT))
                .filter(entry -> !entry.getValue().coinbase()
                        || chain.height() + 1 - entry.getValue().height() >= Consensus.COINBASE_MATURITY)
                .filter(entry -> mempool.spender(entry.getKey()).isEmpty())
                .sorted(Comparator.comparing((Map.Entry<OutPoint, Coin> entry) -> entry.getValue().output().amount())
                        .reversed())
                .toList();
    }
}
