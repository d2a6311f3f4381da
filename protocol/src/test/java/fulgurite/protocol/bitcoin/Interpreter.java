package fulgurite.protocol.bitcoin;

import fr.acinq.bitcoin.ByteVector;
import fr.acinq.bitcoin.Satoshi;
import fr.acinq.bitcoin.ScriptFlags;
import fr.acinq.bitcoin.Transaction;
import fr.acinq.bitcoin.TxHash;
import fr.acinq.bitcoin.TxOut;
import fulgurite.protocol.units.OutPoint;
import java.util.HashMap;
import java.util.Map;

/** A script interpreter that is not ours: what it accepts with the standard flags, nodes relay. */
public final class Interpreter {
    private Interpreter() {}

    /** Throws when an input of {@code spend} does not satisfy the script of what it spends. */
    public static void check(Tx spend, Map<OutPoint, TxOutput> spent) {
        var prevouts = new HashMap<fr.acinq.bitcoin.OutPoint, TxOut>();
        spent.forEach((at, output) -> prevouts.put(
                new fr.acinq.bitcoin.OutPoint(new TxHash(at.txid().toByteArray()), at.index()),
                new TxOut(new Satoshi(output.amount().sat()), new ByteVector(output.script().toByteArray()))));
        Transaction parsed = Transaction.read(spend.toBytes().toByteArray());
        Transaction.correctlySpends(parsed, prevouts, ScriptFlags.STANDARD_SCRIPT_VERIFY_FLAGS);
    }

    /** The same, for a transaction that spends outputs of {@code parent} only. */
    public static void check(Tx spend, Tx parent) {
        var spent = new HashMap<OutPoint, TxOutput>();
        for (int i = 0; i < parent.outputs().size(); i++)
            spent.put(new OutPoint(parent.txid(), i), parent.outputs().get(i));
        check(spend, spent);
    }
}
