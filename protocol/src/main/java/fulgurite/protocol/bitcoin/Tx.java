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
import java.util.Objects;
import org.bitcoinj.core.Transaction;
import org.bitcoinj.core.TransactionInput;
import org.bitcoinj.core.TransactionOutPoint;
import org.bitcoinj.core.TransactionOutput;
import org.bitcoinj.core.TransactionWitness;
import org.jspecify.annotations.Nullable;

/** A transaction as a value. It is no record, for it remembers its id, which everybody who watches the chain asks for. */
public final class Tx {
    private final long version;
    private final List<TxInput> inputs;
    private final List<TxOutput> outputs;
    private final long lockTime;
    /** A memo, which any thread may fill: all come to equal ids. */
    private @Nullable TxId txid;

    /** @param lockTime 0..2^32-1; @param version 1..2^32-1, 2 for everything in BOLT 3 */
    public Tx(long version, List<TxInput> inputs, List<TxOutput> outputs, long lockTime) {
        this.version = version;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.lockTime = lockTime;
    }

    public long version() {
        return version;
    }

    public List<TxInput> inputs() {
        return inputs;
    }

    public List<TxOutput> outputs() {
        return outputs;
    }

    public long lockTime() {
        return lockTime;
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
        TxId known = txid;
        if (known == null) {
            known = new TxId(Hashes.sha256Twice(Bytes.ofOwned(TxBytes.write(this, false))).bytes());
            txid = known;
        }
        return known;
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

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Tx that && version == that.version && lockTime == that.lockTime
                && inputs.equals(that.inputs) && outputs.equals(that.outputs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(version, inputs, outputs, lockTime);
    }

    @Override
    public String toString() {
        return "Tx[version=" + version + ", inputs=" + inputs + ", outputs=" + outputs + ", lockTime=" + lockTime
                + "]";
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
