package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand.OfferHtlc;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEvent.HtlcBlinded;
import fulgurite.protocol.channel.ChannelEvent.HtlcOffered;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Link;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.Settlement;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.UpdateAddHtlc;
import fulgurite.protocol.wire.UpdateAddHtlcTlv;
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
                .or(() -> blinded(channel, c))
                .or(() -> values(context, channel, c));
        if (refusal.isPresent()) return Decision.refuse(refusal.get());
        var event = new HtlcOffered(channel.ledger().nextOffered(), c.amount(), c.paymentHash(), c.expiry(),
                c.onion(), c.origin());
        var t = new Transition(context, state).record(event);
        refusal = limits(context, channel, t.channel().ledger(), c.amount());
        if (refusal.isPresent()) return Decision.refuse(refusal.get());
        c.pathKey().ifPresent(key -> t.record(new HtlcBlinded(Side.LOCAL, event.htlcId(), key)));
        return t.send(message(channel.id(), t.channel().ledger().find(Side.LOCAL, event.htlcId()).orElseThrow()))
                .accepted();
    }

    /** The message that offers it. */
    static UpdateAddHtlc message(ChannelId channel, Htlc htlc) {
        TlvStream<UpdateAddHtlcTlv> tlvs = htlc.pathKey()
                .map(key -> TlvStream.<UpdateAddHtlcTlv>of(new UpdateAddHtlcTlv.BlindedPath(key)))
                .orElse(TlvStream.empty());
        return new UpdateAddHtlc(channel, htlc.id(), htlc.amount(), htlc.paymentHash(), htlc.expiry(), htlc.onion(),
                tlvs);
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

    /** Who does not know blinded paths takes the path key for an unknown even record, and fails the channel. */
    private static Optional<Refusal> blinded(ActiveChannel channel, OfferHtlc c) {
        boolean known = channel.link() instanceof Link.Up(Features theirs) && theirs.offers(Feature.ROUTE_BLINDING);
        return c.pathKey().isPresent() && !known
                ? Optional.of(new Refusal.NotNegotiated("option_route_blinding"))
                : Optional.empty();
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
