package fulgurite.protocol.channel.closing;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.units.BlockHeight;
import java.util.Optional;

/**
 * When a channel must go on chain because an HTLC cannot wait for the peer any longer.
 *
 * <p>An HTLC that we forwarded has both deadlines: the outgoing one is forced some blocks after its expiry, the
 * incoming one some blocks before its own, and {@code cltv_expiry_delta} keeps the first before the second. An incoming
 * HTLC without a preimage needs no deadline of ours: until the outgoing one is resolved nothing can be done with it.
 *
 * @bolt 2, cltv_expiry_delta Selection
 */
public final class Deadlines {
    /** Blocks after its expiry that the peer gets to fail an HTLC of ours. */
    private static final int GRACE = 2;
    private Deadlines() {}

    /**
     * Why the channel must be closed at that height, in the words of a person; nothing while it may go on.
     *
     * @param fulfilment blocks before its expiry at which an HTLC that we can claim must be on its way to the chain
     */
    public static Optional<String> missed(ActiveChannel channel, BlockHeight now, int fulfilment) {
        for (Htlc htlc : channel.ledger().htlcs()) {
            long left = htlc.expiry().blocksFrom(now);
            boolean ours = htlc.offeredBy() == Side.LOCAL;
            // One that is not signed yet too: a peer that withholds its revocation has us sign it when the HTLC that it
            // forwards has long expired.
            if (ours && left <= -GRACE)
                return Optional.of("our HTLC " + htlc.id() + " expired at " + htlc.expiry()
                        + " and the peer has not removed it");
            if (!ours && htlc.preimage().isPresent() && left <= fulfilment)
                return Optional.of("the peer's HTLC " + htlc.id() + " expires at " + htlc.expiry()
                        + " and our preimage is not acknowledged");
        }
        return Optional.empty();
    }
}
