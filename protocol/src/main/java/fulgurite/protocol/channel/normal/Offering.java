package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand.OfferHtlc;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEvent.HtlcOffered;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.Settlement;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.UpdateAddHtlc;
import java.util.List;
import java.util.Optional;

/** Offering an HTLC. @bolt 2, Adding an HTLC: update_add_htlc */
public final class Offering {
    /** From here on a cltv_expiry would be a time. */
    static final long EXPIRY_BOUND = 500_000_000;
    /** Our offers are checked where the peer will check them, and in our own commitment once all is in it. */
    private static final List<View> CHECKED = List.of(View.REMOTE_NEXT, View.LOCAL_EVENTUAL);

    private Offering() {}

    /** Offers it, when the channel is up and every limit holds. */
    public static Decision offer(ChannelContext context, Normal state, OfferHtlc c) {
        ActiveChannel channel = state.channel();
        Optional<Refusal> refusal = duplicate(channel, c)
                .or(() -> phase(channel))
                .or(() -> values(context, channel, c));
        if (refusal.isPresent()) return Decision.refuse(refusal.get());
        var event = new HtlcOffered(channel.ledger().nextOffered(), c.amount(), c.paymentHash(), c.expiry(),
                c.onion(), c.origin());
        var t = new Transition(context, state).record(event);
        refusal = limits(context, channel, t.channel().ledger(), c.amount());
        if (refusal.isPresent()) return Decision.refuse(refusal.get());
        return t.send(new UpdateAddHtlc(channel.id(), event.htlcId(), c.amount(), c.paymentHash(), c.expiry(),
                c.onion())).accepted();
    }

    private static Optional<Refusal> duplicate(ActiveChannel channel, OfferHtlc c) {
        for (Htlc htlc : channel.ledger().htlcs())
            if (htlc.origin().isPresent() && htlc.origin().get().equals(c.origin()))
                return Optional.of(new Refusal.AlreadyOffered(c.origin(), htlc.id()));
        for (Settlement settlement : channel.settlements())
            if (settlement.origin().equals(c.origin()))
                return Optional.of(new Refusal.AlreadyOffered(c.origin(), settlement.htlcId()));
        return Optional.empty();
    }

    private static Optional<Refusal> phase(ActiveChannel channel) {
        if (!channel.link().isUp()) return Optional.of(new Refusal.NotConnected());
        if (!channel.shutdown().allowsAdding()) return Optional.of(new Refusal.ShuttingDown());
        if (channel.quiescence().isBegun()) return Optional.of(new Refusal.Quiescing());
        return Optional.empty();
    }

    private static Optional<Refusal> values(ChannelContext context, ActiveChannel channel, OfferHtlc c) {
        MilliSatoshi minimum = channel.terms().theirs().htlcMinimum().max(new MilliSatoshi(1));
        if (c.amount().lessThan(minimum)) return Optional.of(new Refusal.BelowMinimum(minimum, c.amount()));
        CltvExpiry expiry = c.expiry();
        if (expiry.height() >= EXPIRY_BOUND || expiry.blocksFrom(context.height()) <= 0)
            return Optional.of(new Refusal.ExpiryOutOfRange(expiry, context.height()));
        return Optional.empty();
    }

    /** @param after the ledger with the HTLC in it */
    private static Optional<Refusal> limits(
            ChannelContext context, ActiveChannel channel, Ledger after, MilliSatoshi amount) {
        ChannelTerms terms = channel.terms();
        var theirNext = after.spec(View.REMOTE_NEXT);
        int most = Math.min(terms.theirs().maxAcceptedHtlcs(), context.limits().maxAcceptedHtlcs());
        if (Affordability.count(theirNext, View.REMOTE_NEXT, Side.LOCAL) > most)
            return Optional.of(new Refusal.TooManyHtlcs(most));
        MilliSatoshi inFlight = Affordability.inFlight(theirNext, View.REMOTE_NEXT, Side.LOCAL);
        if (terms.theirs().maxInFlight().lessThan(inFlight))
            return Optional.of(new Refusal.TooMuchInFlight(terms.theirs().maxInFlight(), inFlight));
        for (View view : CHECKED) {
            Optional<Refusal> refusal = balance(context, channel, after, view, amount)
                    .or(() -> dust(context, terms, after, view, amount));
            if (refusal.isPresent()) return refusal;
        }
        return Optional.empty();
    }

    private static Optional<Refusal> balance(
            ChannelContext context, ActiveChannel channel, Ledger after, View view, MilliSatoshi amount) {
        ChannelTerms terms = channel.terms();
        var spec = after.spec(view);
        MilliSatoshi ours = Affordability.balance(spec, view, Side.LOCAL);
        MilliSatoshi above = ours.minus(terms.reserveOf(Side.LOCAL).toMilliSatoshi());
        if (above.isNegative())
            return Optional.of(new Refusal.InsufficientBalance(
                    Affordability.sendable(channel, context.limits(), Side.LOCAL), amount));
        if (terms.funder() == Side.LOCAL) {
            Satoshi cost = Affordability.spikeCost(terms, after, view, context.limits().feeSpikeMultiple());
            return above.lessThan(cost.toMilliSatoshi())
                    ? Optional.of(new Refusal.FeeNotCovered(cost, amount))
                    : Optional.empty();
        }
        // The peer pays the fee: it must be able to, with our HTLC's output too.
        if (Affordability.margin(terms, after, view, Side.REMOTE).isNegative())
            return Optional.of(new Refusal.FeeNotCovered(Affordability.spikeCost(terms, after, view, 1), amount));
        return Optional.empty();
    }

    private static Optional<Refusal> dust(
            ChannelContext context, ChannelTerms terms, Ledger after, View view, MilliSatoshi amount) {
        if (!Affordability.isDust(terms, after, view, Side.LOCAL, amount)) return Optional.empty();
        MilliSatoshi exposure = Affordability.dustExposure(terms, after, view);
        MilliSatoshi limit = context.limits().maxDustExposure();
        return limit.lessThan(exposure)
                ? Optional.of(new Refusal.TooMuchDust(limit, exposure))
                : Optional.empty();
    }
}
