package fulgurite.protocol.bitcoin;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Signatures of segwit version 0 inputs (BIP 143). {@code scriptCode} is the witness script, or for P2WPKH {@link Scripts#keyHashScriptCode}. */
public final class Sighash {
    private static final byte[] NOTHING = new byte[32];

    private Sighash() {}

    /** The 32-byte digest that a signature of {@code input} signs. @param amount of the output being spent */
    public static Bytes32 digest(Tx tx, int input, Bytes scriptCode, Satoshi amount, SighashType type) {
        TxInput signed = tx.inputs().get(input);
        var preimage = ByteBuffer.allocate(156 + 9 + scriptCode.size()).order(ByteOrder.LITTLE_ENDIAN);
        preimage.putInt((int) tx.version());
        boolean all = type == SighashType.ALL;
        preimage.put(all ? hashOutPoints(tx) : NOTHING);
        preimage.put(all ? hashSequences(tx) : NOTHING);
        preimage.put(signed.outPoint().txid().toByteArray()).putInt(signed.outPoint().index());
        TxBytes.putVarInt(preimage, scriptCode.size());
        preimage.put(scriptCode.toByteArray());
        preimage.putLong(amount.sat()).putInt((int) signed.sequence());
        preimage.put(hashOutputs(tx, input, type));
        preimage.putInt((int) tx.lockTime()).putInt(type.flag());
        return Hashes.sha256Twice(Bytes.copyOf(preimage.array(), 0, preimage.position()));
    }

    /** A low-S signature over {@link #digest}. */
    public static Signature sign(
            Tx tx, int input, Bytes scriptCode, Satoshi amount, SighashType type, PrivateKey secret) {
        return Curve.sign(digest(tx, input, scriptCode, amount, type), secret);
    }

    /** Whether {@code signature} is a valid low-S one by {@code key}. */
    public static boolean verify(
            Tx tx, int input, Bytes scriptCode, Satoshi amount, SighashType type, Signature signature, PublicKey key) {
        return Curve.verify(digest(tx, input, scriptCode, amount, type), signature, key);
    }

    /** DER and the type's byte, as a witness carries it: at most 72 bytes. */
    public static Bytes toWitness(Signature signature, SighashType type) {
        return Curve.toDer(signature).concat(Bytes.ofOwned(new byte[]{(byte) type.flag()}));
    }

    private static byte[] hashOutPoints(Tx tx) {
        var all = ByteBuffer.allocate(36 * tx.inputs().size()).order(ByteOrder.LITTLE_ENDIAN);
        for (TxInput input : tx.inputs())
            all.put(input.outPoint().txid().toByteArray()).putInt(input.outPoint().index());
        return twice(all);
    }

    private static byte[] hashSequences(Tx tx) {
        var all = ByteBuffer.allocate(4 * tx.inputs().size()).order(ByteOrder.LITTLE_ENDIAN);
        for (TxInput input : tx.inputs()) all.putInt((int) input.sequence());
        return twice(all);
    }

    private static byte[] hashOutputs(Tx tx, int input, SighashType type) {
        return switch (type) {
            case ALL -> {
                int size = 0;
                for (TxOutput output : tx.outputs()) size += TxBytes.sizeOf(output);
                var all = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
                for (TxOutput output : tx.outputs()) TxBytes.put(all, output);
                yield twice(all);
            }
            case SINGLE_ANYONECANPAY -> {
                if (input >= tx.outputs().size()) yield NOTHING;
                TxOutput same = tx.outputs().get(input);
                var one = ByteBuffer.allocate(TxBytes.sizeOf(same)).order(ByteOrder.LITTLE_ENDIAN);
                TxBytes.put(one, same);
                yield twice(one);
            }
        };
    }

    private static byte[] twice(ByteBuffer filled) {
        return Hashes.sha256Twice(Bytes.ofOwned(filled.array())).toByteArray();
    }
}
