package fulgurite.protocol.bitcoin;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import java.util.List;

/** Outputs of a single key: their script, what spending one weighs, and signing it (BIP 141 and BIP 143, SIGHASH_ALL). */
public final class P2wpkh {
    /** Weight units of an input with its witness: 41 bytes × 4, and 1 + 1 + 72 + 1 + 33 of witness (low-R not assumed). */
    public static final int INPUT_WEIGHT = 4 * 41 + 108;
    /** Weight units of an output. */
    public static final int OUTPUT_WEIGHT = 4 * 31;
    /** Below this bitcoind does not relay the output. */
    public static final Satoshi DUST_LIMIT = new Satoshi(294);

    private P2wpkh() {}

    /** {@code OP_0 <20-byte hash of the key>}. */
    public static Bytes script(PublicKey key) {
        return Scripts.payToWitnessKeyHash(key);
    }

    /** {@code tx} with the witness of the input at {@code inputIndex}, which spends {@code amount} of the key's script. */
    public static Tx sign(Tx tx, int inputIndex, Satoshi amount, PrivateKey secret) {
        PublicKey key = Curve.publicKey(secret);
        Signature signature = Curve.sign(digest(tx, inputIndex, amount, key), secret);
        return tx.withWitness(inputIndex, List.of(Sighash.toWitness(signature, SighashType.ALL), key.bytes()));
    }

    /** What the signature of the input signs. */
    static Bytes32 digest(Tx tx, int inputIndex, Satoshi amount, PublicKey key) {
        return Sighash.digest(tx, inputIndex, Scripts.keyHashScriptCode(key), amount, SighashType.ALL);
    }
}
