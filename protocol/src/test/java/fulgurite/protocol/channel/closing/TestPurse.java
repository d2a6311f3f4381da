package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.sweep.Purse;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A purse that finds a coin of one size for every purpose. */
final class TestPurse implements Purse {
    static final Satoshi COIN = new Satoshi(50_000);
    private static final PrivateKey KEY = PrivateKey.fromHex("77".repeat(32));
    private static final Bytes CHANGE = P2wpkh.script(Curve.publicKey(KEY));
    private static final int WEIGHT = 4 * 41 + 109 + 4 * 31;

    private final TestChain chain;
    private final Bytes script;
    private final int number;
    private final Map<OutPoint, OutPoint> coins = new TreeMap<>();
    private int given;

    TestPurse(TestChain chain, Bytes script, int number) {
        this.chain = chain;
        this.script = script;
        this.number = number;
    }

    /** What has been taken from it and not come back as change. */
    Satoshi spent() {
        Satoshi spent = Satoshi.ZERO;
        for (OutPoint coin : coins.values())
            if (chain.spendOf(coin).isPresent())
                spent = spent.plus(COIN).minus(chain.spendOf(coin).get().tx().outputs().getLast().amount());
        return spent;
    }

    @Override
    public Bytes script() {
        return script;
    }

    @Override
    public Optional<Tx> pay(OutPoint purpose, Tx draft, long weight, Satoshi surplus, FeeratePerKw feerate) {
        OutPoint coin = coins.computeIfAbsent(purpose, first -> {
            var fresh = new OutPoint(new TxId(Bytes.fromHex(String.format("%02x%062x", 0xc0 + number, ++given))), 0);
            chain.give(fresh, new TxOutput(COIN, CHANGE));
            return fresh;
        });
        Satoshi change = COIN.plus(surplus).minus(feerate.feeFor(weight + WEIGHT));
        if (change.lessThan(P2wpkh.DUST_LIMIT)) return Optional.empty();
        return Optional
                .of(draft.withInput(TxInput.unsigned(coin, 0xfffffffdL)).withOutput(new TxOutput(change, CHANGE)));
    }

    @Override
    public Tx sign(Tx tx, List<TxOutput> spent) {
        Tx signed = tx;
        for (int i = 0; i < tx.inputs().size(); i++)
            if (coins.containsValue(tx.inputs().get(i).outPoint())) signed = P2wpkh.sign(signed, i, COIN, KEY);
        return signed;
    }

    @Override
    public void release(OutPoint purpose) {}
}
