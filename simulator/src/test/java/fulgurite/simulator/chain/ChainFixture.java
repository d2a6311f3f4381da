package fulgurite.simulator.chain;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;

/** A chain, a key with coins on it, and hands to spend them with. */
final class ChainFixture {
    static final PrivateKey KEY = PrivateKey.fromHex("11".repeat(32));
    static final Bytes SCRIPT = P2wpkh.script(Curve.publicKey(KEY));
    static final long FINAL = 0xffffffffL;
    static final long REPLACEABLE = 0xfffffffdL;
    final RegtestChain chain;
    final List<String> events = new ArrayList<>();

    ChainFixture() {
        this(RegtestChain.create(ChainSettings.DEFAULT));
    }

    ChainFixture(RegtestChain chain) {
        this.chain = chain;
        chain.subscribe(event -> events.add(switch (event) {
            case ChainEvent.BlockConnected e -> "+" + e.block().height();
            case ChainEvent.BlockDisconnected e -> "-" + e.block().height();
            case ChainEvent.MempoolAccepted e -> "mempool " + e.tx().txid();
        }));
    }

    /** With time to spare on a busy machine: what is awaited ends the wait when it comes. */
    static ActorTestKit testKit() {
        return ActorTestKit.create(ConfigFactory.parseString("akka.actor.testkit.typed.single-expect-default = 20s")
                .withFallback(ConfigFactory.load()));
    }

    /** A confirmed output of our key. */
    Spendable coin(long sat) {
        return coin(SCRIPT, sat);
    }

    Spendable coin(Bytes script, long sat) {
        Tx tx = chain.faucet(script, new Satoshi(sat));
        return new Spendable(new OutPoint(tx.txid(), 0), tx.outputs().getFirst());
    }

    /** Spends a coin of our key to our key, and signs. */
    static Tx spend(Spendable coin, long fee) {
        return spend(coin, fee, REPLACEABLE, 0);
    }

    static Tx spend(Spendable coin, long fee, long sequence, long lockTime) {
        var output = new TxOutput(coin.output().amount().minus(new Satoshi(fee)), SCRIPT);
        return pay(coin, List.of(output), sequence, lockTime);
    }

    static Tx pay(Spendable coin, List<TxOutput> outputs, long sequence, long lockTime) {
        var tx = new Tx(2, List.of(TxInput.unsigned(coin.outPoint(), sequence)), outputs, lockTime);
        return P2wpkh.sign(tx, 0, coin.output().amount(), KEY);
    }

    /** Spends a P2WSH coin whose script needs nothing but itself. */
    static Tx spendScript(Spendable coin, Bytes witnessScript, long sequence, long lockTime) {
        var output = new TxOutput(coin.output().amount().minus(new Satoshi(1000)), SCRIPT);
        var tx = new Tx(2, List.of(TxInput.unsigned(coin.outPoint(), sequence)), List.of(output), lockTime);
        return tx.withWitness(0, List.of(witnessScript));
    }

    static Bytes p2wsh(Bytes witnessScript) {
        return Bytes.concat(Bytes.fromHex("0020"), Hashes.sha256(witnessScript).bytes());
    }

    static Spendable output(Tx tx, int index) {
        return new Spendable(new OutPoint(tx.txid(), index), tx.outputs().get(index));
    }

    static Published rejected(String reason) {
        return new Published.Rejected(reason);
    }

    static Published accepted() {
        return new Published.Accepted();
    }

    record Spendable(OutPoint outPoint, TxOutput output) {}
}
