package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;

/**
 * An HTLC from its proposal until its removal is irrevocable.
 *
 * @param id counted by the side that offers
 * @param sequence its place among all updates of the channel
 * @param stage of its addition
 * @param removal by the other side; only an irrevocably committed HTLC has one
 * @param origin present when we offered it
 * @param preimage once known; it stays known when the removal that brought it is lost with the connection
 * @param mustFail see {@link fulgurite.protocol.channel.IncomingHtlc}
 * @param pathKey of an HTLC inside a blinded path
 */
public record Htlc(
        Side offeredBy,
        long id,
        MilliSatoshi amount,
        PaymentHash paymentHash,
        CltvExpiry expiry,
        Bytes onion,
        long sequence,
        Stage stage,
        Optional<Removal> removal,
        Optional<HtlcOrigin> origin,
        Optional<PaymentPreimage> preimage,
        boolean mustFail,
        Optional<PublicKey> pathKey) {

    /** Outside blinded paths. */
    public Htlc(
            Side offeredBy, long id, MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry, Bytes onion,
            long sequence, Stage stage, Optional<Removal> removal, Optional<HtlcOrigin> origin,
            Optional<PaymentPreimage> preimage, boolean mustFail) {
        this(offeredBy, id, amount, paymentHash, expiry, onion, sequence, stage, removal, origin, preimage, mustFail,
                Optional.empty());
    }

    boolean is(Side offerer, long wantedId) {
        return offeredBy == offerer && id == wantedId;
    }

    /** Whether it is an output (or dust) of that commitment. */
    public boolean isPendingIn(View view) {
        return view.includes(offeredBy, stage) && !isRemovedIn(view);
    }

    /** Whether that commitment has it added and removed again. */
    public boolean isRemovedIn(View view) {
        return removal.isPresent() && view.includes(offeredBy.other(), removal.get().stage());
    }

    CommittedHtlc seenBy(Side owner) {
        var direction = owner == offeredBy ? CommittedHtlc.Direction.OFFERED : CommittedHtlc.Direction.RECEIVED;
        return new CommittedHtlc(direction, id, amount, paymentHash, expiry);
    }

    Htlc withStage(Stage next) {
        return new Htlc(offeredBy, id, amount, paymentHash, expiry, onion, sequence, next, removal, origin, preimage,
                mustFail, pathKey);
    }

    Htlc withRemoval(Optional<Removal> next) {
        Optional<PaymentPreimage> known = next.isPresent()
                && next.get().result() instanceof HtlcResult.Fulfilled(PaymentPreimage p) ? Optional.of(p) : preimage;
        return new Htlc(offeredBy, id, amount, paymentHash, expiry, onion, sequence, stage, next, origin, known,
                mustFail, pathKey);
    }

    Htlc withPreimage(PaymentPreimage known) {
        return new Htlc(offeredBy, id, amount, paymentHash, expiry, onion, sequence, stage, removal, origin,
                Optional.of(known), mustFail, pathKey);
    }

    Htlc withPathKey(PublicKey known) {
        return new Htlc(offeredBy, id, amount, paymentHash, expiry, onion, sequence, stage, removal, origin, preimage,
                mustFail, Optional.of(known));
    }

    /** Moves the updates of one sender from one stage to the next. */
    Htlc advance(Side sender, Stage from, Stage to) {
        Htlc moved = offeredBy == sender && stage == from ? withStage(to) : this;
        if (removal.isPresent() && offeredBy != sender && removal.get().stage() == from)
            return moved.withRemoval(Optional.of(new Removal(removal.get().result(), removal.get().sequence(), to)));
        return moved;
    }
}
