package fulgurite.protocol.bitcoin;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a transaction is written (BIP 144): little-endian, counts as CompactSize. Writing is on the hot path of every
 * commitment, so it is done here; reading goes through bitcoinj.
 */
final class TxBytes {
    private TxBytes() {}

    static byte[] write(Tx tx, boolean witnesses) {
        var out = ByteBuffer.allocate(size(tx, witnesses)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt((int) tx.version());
        if (witnesses) out.put((byte) 0).put((byte) 1);
        putVarInt(out, tx.inputs().size());
        for (TxInput input : tx.inputs()) {
            out.put(input.outPoint().txid().toByteArray()).putInt(input.outPoint().index());
            putBytes(out, input.scriptSig());
            out.putInt((int) input.sequence());
        }
        putVarInt(out, tx.outputs().size());
        for (TxOutput output : tx.outputs()) put(out, output);
        if (witnesses) for (TxInput input : tx.inputs()) {
            putVarInt(out, input.witness().size());
            for (Bytes item : input.witness()) putBytes(out, item);
        }
        return out.putInt((int) tx.lockTime()).array();
    }

    /** The id of a transaction and the index of its output. */
    static OutPoint readOutPoint(ByteBuffer in) {
        byte[] txid = new byte[32];
        in.get(txid);
        return new OutPoint(new TxId(Bytes.ofOwned(txid)), in.getInt());
    }

    /** Bytes that {@link #write} gives. */
    static int size(Tx tx, boolean witnesses) {
        int size = 8 + varIntSize(tx.inputs().size()) + varIntSize(tx.outputs().size());
        for (TxInput input : tx.inputs()) size += 40 + sizeOf(input.scriptSig());
        for (TxOutput output : tx.outputs()) size += sizeOf(output);
        if (!witnesses) return size;
        size += 2;
        for (TxInput input : tx.inputs()) {
            size += varIntSize(input.witness().size());
            for (Bytes item : input.witness()) size += sizeOf(item);
        }
        return size;
    }

    static int sizeOf(TxOutput output) {
        return 8 + sizeOf(output.script());
    }

    static void put(ByteBuffer out, TxOutput output) {
        out.putLong(output.amount().sat());
        putBytes(out, output.script());
    }

    static void putVarInt(ByteBuffer out, int value) {
        if (value < 0xfd) {
            out.put((byte) value);
        } else if (value <= 0xffff) {
            out.put((byte) 0xfd).putShort((short) value);
        } else {
            out.put((byte) 0xfe).putInt(value);
        }
    }

    private static int sizeOf(Bytes bytes) {
        return varIntSize(bytes.size()) + bytes.size();
    }

    private static void putBytes(ByteBuffer out, Bytes bytes) {
        putVarInt(out, bytes.size());
        bytes.copyTo(out.array(), out.position());
        out.position(out.position() + bytes.size());
    }

    private static int varIntSize(int value) {
        return value < 0xfd ? 1 : value <= 0xffff ? 3 : 5;
    }
}
