package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Sighash;
import fulgurite.protocol.bitcoin.SighashType;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Signature;
import java.util.List;

/** Signs and completes HTLC transactions. @bolt 3, HTLC-Timeout and HTLC-Success Transactions; bolt 5, Generation of HTLC Transactions */
public final class HtlcTransactions {
    private HtlcTransactions() {}

    /**
     * The signature that goes to the commitment's owner in commitment_signed.
     *
     * @param htlcSecret of the side that does not own the commitment, derived for it
     */
    public static Signature signForOwner(HtlcTransaction h, PrivateKey htlcSecret) {
        return Sighash.sign(
                h.tx(), 0, h.inputScript(), h.inputAmount(), h.format().counterpartyHtlcSighash(), htlcSecret);
    }

    /** Whether a signature that came in commitment_signed is valid. @param remoteHtlc of the side that does not own the commitment */
    public static boolean verifyForOwner(HtlcTransaction h, Signature byOther, PublicKey remoteHtlc) {
        return Sighash.verify(
                h.tx(), 0, h.inputScript(), h.inputAmount(), h.format().counterpartyHtlcSighash(), byOther, remoteHtlc);
    }

    /** The HTLC-timeout transaction, signed by the owner as it stands. */
    public static Tx completeTimeout(HtlcTransaction h, Signature byOther, PrivateKey ownerHtlcSecret) {
        return complete(h, h.tx(), 0, byOther, Bytes.EMPTY, ownerHtlcSecret);
    }

    /** The HTLC-success transaction, signed by the owner as it stands. */
    public static Tx completeSuccess(
            HtlcTransaction h, Signature byOther, PaymentPreimage preimage, PrivateKey ownerHtlcSecret) {
        return complete(h, h.tx(), 0, byOther, preimage.bytes(), ownerHtlcSecret);
    }

    /**
     * Signs the HTLC's input in a transaction that has grown: with anchors other inputs pay the fee, and several HTLCs may
     * go together.
     *
     * @param grown has the input and the output of {@code h} at {@code index}, as the peer has signed them
     * @param preimage empty for HTLC-timeout
     */
    public static Tx complete(
            HtlcTransaction h, Tx grown, int index, Signature byOther, Bytes preimage, PrivateKey ownerHtlcSecret) {
        // Ours is always ALL, else anybody could attach more to the transaction.
        Signature ours = Sighash.sign(grown, index, h.inputScript(), h.inputAmount(), SighashType.ALL, ownerHtlcSecret);
        return grown.withWitness(
                index,
                List.of(
                        Bytes.EMPTY, Sighash.toWitness(byOther, h.format().counterpartyHtlcSighash()),
                        Sighash.toWitness(ours, SighashType.ALL), preimage, h.inputScript()));
    }
}
