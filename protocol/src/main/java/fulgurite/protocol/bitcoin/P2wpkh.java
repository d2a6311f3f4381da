package fulgurite.protocol.bitcoin;

import fulgurite.protocol.codec.ByteWriter;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import java.util.List;

/** Outputs of a single key: their script, what spending one weighs, and signing it (BIP 141 and BIP 143, SIGHASH_ALL). */
public final class P2wpkh {
    /** Weight units of an input with its witness: 41 bytes × 4, and 1 + 1 + 72 + 1 + 33 of witness (low-R not assumed). */
    public static final int INPUT_WEIGHT = 4 * 41 + 108;
    /** Weight units of an output. */
    public static final int OUTPUT_WEIGHT = 4 * 31;
    /** Below this bitcoind does not relay the output. */
    public static final Satoshi DUST_LIMIT = new Satoshi(294);
    private static final int SIGHASH_ALL = 1;

    private P2wpkh() {}

    /** {@code OP_0 <20-byte hash of the key>}. */
    public static Bytes script(PublicKey key) {
        return Bytes.concat(Bytes.fromHex("0014"), Hashes.hash160(key.bytes()));
    }

    /** {@code tx} with the witness of the input at {@code inputIndex}, which spends {@code amount} of the key's script. */
    public static Tx sign(Tx tx, int inputIndex, Satoshi amount, PrivateKey secret) {
        PublicKey key = Curve.publicKey(secret);
        Bytes der = Curve.toDer(Curve.sign(digest(tx, inputIndex, amount, key), secret));
        return tx.withWitness(inputIndex, List.of(der.concat(Bytes.fromHex("01")), key.bytes()));
    }

    /** What the signature of the input signs. */
    static Bytes32 digest(Tx tx, int inputIndex, Satoshi amount, PublicKey key) {
        var prevouts = new ByteWriter();
        var sequences = new ByteWriter();
        for (TxInput input : tx.inputs()) {
            writeOutPoint(prevouts, input);
            writeLittle(sequences, input.sequence(), 4);
        }
        var outputs = new ByteWriter();
        for (TxOutput output : tx.outputs()) {
            writeLittle(outputs, output.amount().sat(), 8);
            writeSize(outputs, output.script().size()).writeBytes(output.script());
        }
        TxInput signed = tx.inputs().get(inputIndex);
        var preimage = new ByteWriter();
        writeLittle(preimage, tx.version(), 4);
        preimage.writeBytes(Hashes.sha256Twice(prevouts.toBytes()).bytes());
        preimage.writeBytes(Hashes.sha256Twice(sequences.toBytes()).bytes());
        writeOutPoint(preimage, signed);
        preimage.writeBytes(Bytes.fromHex("1976a914")).writeBytes(Hashes.hash160(key.bytes()));
        preimage.writeBytes(Bytes.fromHex("88ac"));
        writeLittle(preimage, amount.sat(), 8);
        writeLittle(preimage, signed.sequence(), 4);
        preimage.writeBytes(Hashes.sha256Twice(outputs.toBytes()).bytes());
        writeLittle(preimage, tx.lockTime(), 4);
        writeLittle(preimage, SIGHASH_ALL, 4);
        return Hashes.sha256Twice(preimage.toBytes());
    }

    private static void writeOutPoint(ByteWriter out, TxInput input) {
        out.writeBytes(input.outPoint().txid().bytes());
        writeLittle(out, Integer.toUnsignedLong(input.outPoint().index()), 4);
    }

    private static ByteWriter writeSize(ByteWriter out, int size) {
        if (size < 0xfd) return writeLittle(out, size, 1);
        return size <= 0xffff ? writeLittle(out.writeU8(0xfd), size, 2) : writeLittle(out.writeU8(0xfe), size, 4);
    }

    private static ByteWriter writeLittle(ByteWriter out, long value, int width) {
        for (int i = 0; i < width; i++) out.writeU8((int) (value >>> 8 * i & 0xff));
        return out;
    }
}
