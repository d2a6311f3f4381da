package fulgurite.protocol.sweep;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.HtlcTransaction;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;

/** An output that a channel wants spent, and that the next block may see spent. */
public sealed interface Wanted {
    /** Its name: nothing is wanted twice. */
    OutPoint outPoint();

    Hurry hurry();

    /** An output that our key alone spends: all of it goes to the wallet, less the fee. */
    record Output(Claim claim, Hurry hurry) implements Wanted {
        @Override
        public OutPoint outPoint() {
            return claim.outPoint();
        }
    }

    /**
     * An HTLC of our commitment with anchors. The peer's signature covers one input and one output, so others may stand
     * beside them; it pays no fee itself.
     *
     * @param byPeer the peer's signature of {@code transaction}
     * @param preimage empty for HTLC-timeout
     * @bolt 5, Generation of HTLC Transactions
     */
    record SecondStage(HtlcTransaction transaction, Signature byPeer, Bytes preimage, PrivateKey htlcSecret,
            Hurry hurry) implements Wanted {
        @Override
        public OutPoint outPoint() {
            return transaction.tx().inputs().getFirst().outPoint();
        }

        @Override
        public String toString() {
            return "SecondStage(" + outPoint() + ")";
        }
    }

    /**
     * A commitment transaction that is not in a block: our anchor can pay for it.
     *
     * @param commitment signed by both
     * @param fee that it pays itself
     * @param claim on our anchor in it
     * @bolt 3, to_local_anchor and to_remote_anchor Output
     */
    record Anchor(Tx commitment, Satoshi fee, Claim claim, Hurry hurry) implements Wanted {
        @Override
        public OutPoint outPoint() {
            return claim.outPoint();
        }
    }
}
