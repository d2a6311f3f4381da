package fulgurite.simulator.chain;

import fr.acinq.bitcoin.Transaction;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.util.List;

/**
 * A transaction with what is asked of it again and again.
 *
 * @param forScripts the same transaction as the script interpreter reads it
 * @param weight weight units
 */
record ParsedTx(Tx tx, Bytes raw, Transaction forScripts, TxId txid, int weight) {
    static ParsedTx of(Tx tx) {
        Bytes raw = tx.toBytes();
        Transaction forScripts = Transaction.read(raw.toByteArray());
        return new ParsedTx(tx, raw, forScripts, TxId.copyOf(forScripts.hash.value.toByteArray()), forScripts.weight());
    }

    static ParsedTx of(Transaction read) {
        Bytes raw = Bytes.ofOwned(Transaction.write(read));
        return new ParsedTx(Tx.parse(raw), raw, read, TxId.copyOf(read.hash.value.toByteArray()), read.weight());
    }

    /** Virtual bytes, rounded up. */
    int virtualSize() {
        return (weight + 3) / 4;
    }

    boolean isCoinbase() {
        return tx.inputs().size() == 1 && tx.inputs().getFirst().outPoint().equals(OutPoint.NONE);
    }

    List<OutPoint> spends() {
        return tx.inputs().stream().map(TxInput::outPoint).toList();
    }

    OutPoint output(int index) {
        return new OutPoint(txid, index);
    }

    boolean sameWitness(ParsedTx other) {
        return raw.equals(other.raw);
    }
}
