package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Sighash;
import fulgurite.protocol.bitcoin.SighashType;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;

/** The output that holds a channel, and the transactions whose only input spends it. @bolt 3, Funding Transaction Output */
public final class Funding {
    private Funding() {}

    /** The output, whichever key is whose. */
    public static TxOutput output(PublicKey oneFunding, PublicKey otherFunding, Satoshi amount) {
        return new TxOutput(amount, Scripts.payToWitnessScriptHash(Scripts.multisig(oneFunding, otherFunding)));
    }

    /** One side's signature of input 0. @param amount of the funding output @param ourSecret of {@code ours} */
    public static Signature sign(Tx spend, Satoshi amount, PublicKey ours, PublicKey theirs, PrivateKey ourSecret) {
        return Sighash.sign(spend, 0, Scripts.multisig(ours, theirs), amount, SighashType.ALL, ourSecret);
    }

    /** Whether {@code theirs} has signed input 0. @param amount of the funding output */
    public static boolean verify(
            Tx spend, Satoshi amount, PublicKey ours, PublicKey theirs, Signature byThem) {
        return Sighash.verify(spend, 0, Scripts.multisig(ours, theirs), amount, SighashType.ALL, byThem, theirs);
    }

    /** The spend with both signatures in it. */
    public static Tx complete(Tx spend, PublicKey ours, Signature byUs, PublicKey theirs, Signature byThem) {
        return spend.withWitness(0, Scripts.multisigWitness(ours, byUs, theirs, byThem, SighashType.ALL));
    }
}
