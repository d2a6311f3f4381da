package fulgurite.protocol.bitcoin;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bitcoinj.core.Transaction;
import org.bitcoinj.core.TransactionInput;
import org.bitcoinj.core.TransactionOutPoint;
import org.bitcoinj.core.TransactionOutput;
import org.bitcoinj.core.TransactionWitness;

/** A transaction as a value. @param lockTime 0..2^32-1; @param version 1..2^32-1, 2 for everything in BOLT 3 */
public record Tx(long version, List<TxInput> inputs, List<TxOutput> outputs, long lockTime) {
    public Tx {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** @throws MalformedException when {@code raw} is not one whole transaction */
    public static Tx parse(Bytes raw) {
        ByteBuffer buffer = ByteBuffer.wrap(raw.toByteArray());
        Tx parsed = read(buffer);
        if (buffer.hasRemaining())
            throw new MalformedException("a transaction has " + buffer.remaining() + " bytes too many");
        return parsed;
    }

    /** Reads one transaction and leaves the buffer behind it. */
    static Tx read(ByteBuffer buffer) {
        try {
            return of(Transaction.read(buffer));
        } catch (java.nio.BufferUnderflowException | org.bitcoinj.core.ProtocolException e) {
            throw new MalformedException("not a transaction: " + e.getMessage());
        }
    }

    /** With its witnesses, as it is broadcast. */
    public Bytes toBytes() {
        return Bytes.ofOwned(TxBytes.write(this, hasWitness()));
    }

    /** The double SHA-256 of the transaction without its witnesses. */
    public TxId txid() {
        return new TxId(Hashes.sha256Twice(Bytes.ofOwned(TxBytes.write(this, false))).bytes());
    }

    /** Weight units: three times the size without witnesses, and once the whole (BIP 141). */
    public int weight() {
        return 3 * TxBytes.size(this, false) + TxBytes.size(this, hasWitness());
    }

    public Tx withWitness(int inputIndex, List<Bytes> witness) {
        var changed = new ArrayList<>(inputs);
        TxInput old = inputs.get(inputIndex);
        changed.set(inputIndex, new TxInput(old.outPoint(), old.scriptSig(), old.sequence(), witness));
        return new Tx(version, changed, outputs, lockTime);
    }

    /** This transaction with one input more. */
    public Tx withInput(TxInput added) {
        var more = new ArrayList<>(inputs);
        more.add(added);
        return new Tx(version, more, outputs, lockTime);
    }

    /** This transaction with one output more, at the end. */
    public Tx withOutput(TxOutput added) {
        var more = new ArrayList<>(outputs);
        more.add(added);
        return new Tx(version, inputs, more, lockTime);
    }

    private boolean hasWitness() {
        for (TxInput input : inputs) if (!input.witness().isEmpty()) return true;
        return false;
    }

    private static Tx of(Transaction parsed) {
        var inputs = new ArrayList<TxInput>();
        for (TransactionInput input : parsed.getInputs()) {
            TransactionOutPoint from = input.getOutpoint();
            TransactionWitness stack = input.getWitness();
            var witness = new ArrayList<Bytes>();
            for (int i = 0; i < stack.getPushCount(); i++) witness.add(Bytes.copyOf(stack.getPush(i)));
            inputs.add(new TxInput(
                    new OutPoint(new TxId(Bytes.ofOwned(from.hash().serialize())), (int) from.index()),
                    Bytes.copyOf(input.getScriptBytes()), input.getSequenceNumber(), witness));
        }
        var outputs = new ArrayList<TxOutput>();
        for (TransactionOutput output : parsed.getOutputs())
            outputs.add(new TxOutput(new Satoshi(output.getValue().value), Bytes.copyOf(output.getScriptBytes())));
        return new Tx(Integer.toUnsignedLong((int) parsed.getVersion()), inputs, outputs, parsed.lockTime().rawValue());
    }
}
