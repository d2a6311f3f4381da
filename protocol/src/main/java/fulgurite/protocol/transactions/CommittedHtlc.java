package fulgurite.protocol.transactions;

import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;

/**
 * An HTLC as a commitment transaction sees it. Its name is its direction and id together: each side counts its own ids.
 *
 * @param direction seen from the commitment's owner
 * @param id 0..2^64-1, of the offering side
 */
public record CommittedHtlc(
        Direction direction, long id, MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry) {
    /** Who offered an HTLC, seen from the owner of the commitment transaction. */
    public enum Direction {
        /** The owner pays it: an HTLC-timeout transaction takes it back. */
        OFFERED,
        /** The owner is paid by it: an HTLC-success transaction takes it. */
        RECEIVED;

        public Direction opposite() {
            return this == OFFERED ? RECEIVED : OFFERED;
        }
    }

    /** The same HTLC seen from the other side's commitment. */
    public CommittedHtlc mirrored() {
        return new CommittedHtlc(direction.opposite(), id, amount, paymentHash, expiry);
    }
}
