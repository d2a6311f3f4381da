package fulgurite.protocol.bitcoin;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Taproot outputs of a single key without scripts (BIP 86): their script, what spending one weighs, and signing it by the
 * key path (BIP 341) with a Schnorr signature (BIP 340).
 */
public final class P2tr {
    /** Below this bitcoind does not relay the output. */
    public static final Satoshi DUST_LIMIT = new Satoshi(330);
    /** The witness of a signature with the default type: always of this size. */
    public static final List<Bytes> WIDEST_WITNESS = List.of(Bytes.zeros(Signature.SIZE));

    private static final int DEFAULT = 0x00;

    private P2tr() {}

    /** {@code OP_1 <32-byte output key>}. @param key the internal key; which of both points it is does not matter */
    public static Bytes script(PublicKey key) {
        return Scripts.payToTaproot(xOnly(outputKey(key, Bytes.EMPTY)));
    }

    /** Whether a script is of that form. Whether it has a key only its owner knows. */
    public static boolean isScript(Bytes script) {
        return script.size() == 34 && script.unsigned(0) == 0x51 && script.unsigned(1) == 32;
    }

    /**
     * {@code tx} with the witness of the input at {@code input}, whose output has {@link #script} of the secret's key.
     *
     * @param spent what each of the transaction's inputs spends: the signature covers all of it
     */
    public static Tx sign(Tx tx, int input, List<TxOutput> spent, PrivateKey secret) {
        Signature signature = Curve.signSchnorr(digest(tx, input, spent, DEFAULT), tweaked(secret, Bytes.EMPTY));
        return tx.withWitness(input, List.of(signature.bytes()));
    }

    /** Whether an input's witness is one signature by the output's key, for all of {@code tx}. @param spent as above */
    public static boolean isSigned(Tx tx, int input, List<TxOutput> spent) {
        List<Bytes> witness = tx.inputs().get(input).witness();
        Bytes script = spent.get(input).script();
        if (witness.size() != 1 || !isScript(script)) return false;
        Bytes given = witness.getFirst();
        boolean hasType = given.size() == Signature.SIZE + 1;
        if (given.size() != Signature.SIZE && !(hasType && given.unsigned(Signature.SIZE) == SighashType.ALL.flag()))
            return false;
        return Curve.verifySchnorr(digest(tx, input, spent, hasType ? SighashType.ALL.flag() : DEFAULT),
                new Signature(given.slice(0, Signature.SIZE)), new Bytes32(script.slice(2, 34)));
    }

    /** What a signature for all inputs and outputs signs. @param type 0 or SIGHASH_ALL @see <a href="https://github.com/bitcoin/bips/blob/master/bip-0341.mediawiki#common-signature-message">BIP 341</a> */
    static Bytes32 digest(Tx tx, int input, List<TxOutput> spent, int type) {
        if (spent.size() != tx.inputs().size())
            throw new IllegalArgumentException("a taproot signature covers what every input spends");
        var message = ByteBuffer.allocate(1 + 1 + 4 + 4 + 5 * 32 + 1 + 4).order(ByteOrder.LITTLE_ENDIAN);
        // The epoch, the type, the version, the lock time.
        message.put((byte) 0).put((byte) type).putInt((int) tx.version()).putInt((int) tx.lockTime());
        message.put(outPoints(tx)).put(amounts(spent)).put(scripts(spent)).put(sequences(tx)).put(outputs(tx));
        // By the key path, without an annex.
        message.put((byte) 0).putInt(input);
        return tagged("TapSighash", Bytes.ofOwned(message.array()));
    }

    /** @param merkleRoot of scripts; empty: there are none */
    static PublicKey outputKey(PublicKey internal, Bytes merkleRoot) {
        PublicKey even = new PublicKey(Bytes.fromHex("02").concat(xOnly(internal).bytes()));
        return Curve.add(even, Curve.publicKey(tweak(internal, merkleRoot)));
    }

    /** The secret of {@link #outputKey}. */
    static PrivateKey tweaked(PrivateKey secret, Bytes merkleRoot) {
        PublicKey internal = Curve.publicKey(secret);
        boolean isEven = internal.bytes().unsigned(0) == 2;
        return Curve.add(isEven ? secret : Curve.negate(secret), tweak(internal, merkleRoot));
    }

    static PrivateKey tweak(PublicKey internal, Bytes merkleRoot) {
        return new PrivateKey(tagged("TapTweak", xOnly(internal).bytes().concat(merkleRoot)).bytes());
    }

    static Bytes32 xOnly(PublicKey key) {
        return new Bytes32(key.bytes().slice(1, PublicKey.SIZE));
    }

    private static Bytes32 tagged(String tag, Bytes message) {
        Bytes hash = Hashes.sha256(Bytes.ofOwned(tag.getBytes(StandardCharsets.US_ASCII))).bytes();
        return Hashes.sha256(hash, hash, message);
    }

    private static byte[] outPoints(Tx tx) {
        var all = ByteBuffer.allocate(36 * tx.inputs().size()).order(ByteOrder.LITTLE_ENDIAN);
        for (TxInput input : tx.inputs())
            all.put(input.outPoint().txid().toByteArray()).putInt(input.outPoint().index());
        return once(all);
    }

    private static byte[] amounts(List<TxOutput> spent) {
        var all = ByteBuffer.allocate(8 * spent.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (TxOutput output : spent) all.putLong(output.amount().sat());
        return once(all);
    }

    private static byte[] scripts(List<TxOutput> spent) {
        int size = 0;
        for (TxOutput output : spent) size += TxBytes.sizeOf(output) - 8;
        var all = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (TxOutput output : spent) {
            TxBytes.putVarInt(all, output.script().size());
            all.put(output.script().toByteArray());
        }
        return once(all);
    }

    private static byte[] sequences(Tx tx) {
        var all = ByteBuffer.allocate(4 * tx.inputs().size()).order(ByteOrder.LITTLE_ENDIAN);
        for (TxInput input : tx.inputs()) all.putInt((int) input.sequence());
        return once(all);
    }

    private static byte[] outputs(Tx tx) {
        int size = 0;
        for (TxOutput output : tx.outputs()) size += TxBytes.sizeOf(output);
        var all = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (TxOutput output : tx.outputs()) TxBytes.put(all, output);
        return once(all);
    }

    private static byte[] once(ByteBuffer filled) {
        return Hashes.sha256(Bytes.ofOwned(filled.array())).toByteArray();
    }
}
