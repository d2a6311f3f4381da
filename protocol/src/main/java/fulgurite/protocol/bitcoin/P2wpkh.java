package fulgurite.protocol.bitcoin;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import java.util.List;

/** Outputs of a single key: their script, what spending one weighs, and signing it with SIGHASH_ALL. */
public final class P2wpkh {
    /** Below this bitcoind does not relay the output. */
    public static final Satoshi DUST_LIMIT = new Satoshi(294);
    /** A witness of the greatest size that a low-S signature can have: for weighing before signing. */
    public static final List<Bytes> WIDEST_WITNESS = List.of(Bytes.zeros(72), Bytes.zeros(PublicKey.SIZE));

    private P2wpkh() {}

    /** {@code OP_0 <20-byte hash of the key>}. */
    public static Bytes script(PublicKey key) {
        return Scripts.payToWitnessKeyHash(key);
    }

    /** Whether the witness of the input at {@code inputIndex} spends {@code spent}, an output of a single key, for all of {@code tx}. */
    public static boolean isSigned(Tx tx, int inputIndex, TxOutput spent) {
        List<Bytes> witness = tx.inputs().get(inputIndex).witness();
        if (witness.size() != 2 || witness.get(1).size() != PublicKey.SIZE || witness.get(0).isEmpty()) return false;
        Bytes signature = witness.get(0).slice(0, witness.get(0).size() - 1);
        int type = witness.get(0).unsigned(witness.get(0).size() - 1);
        PublicKey key = new PublicKey(witness.get(1));
        if (type != SighashType.ALL.flag() || !Curve.isOnCurve(key) || !script(key).equals(spent.script()))
            return false;
        return Curve.fromDer(signature)
                .filter(given -> Sighash.verify(tx, inputIndex, Scripts.keyHashScriptCode(key), spent.amount(),
                        SighashType.ALL, given, key))
                .isPresent();
    }

    /** {@code tx} with the witness of the input at {@code inputIndex}, which spends {@code amount} of the key's script. */
    public static Tx sign(Tx tx, int inputIndex, Satoshi amount, PrivateKey secret) {
        PublicKey key = Curve.publicKey(secret);
        Signature signature = Sighash.sign(tx, inputIndex, Scripts.keyHashScriptCode(key), amount, SighashType.ALL,
                secret);
        return tx.withWitness(inputIndex, List.of(Sighash.toWitness(signature, SighashType.ALL), key.bytes()));
    }
}
