package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent.HtlcAdded;
import fulgurite.protocol.channel.ChannelEvent.HtlcBlinded;
import fulgurite.protocol.channel.ChannelEvent.HtlcRemovedByPeer;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.Settlement;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.OnionArchive;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.wire.UpdateAddHtlc;
import fulgurite.protocol.wire.UpdateAddHtlcTlv;
import fulgurite.protocol.wire.UpdateFailHtlc;
import fulgurite.protocol.wire.UpdateFailMalformedHtlc;
import fulgurite.protocol.wire.UpdateFee;
import fulgurite.protocol.wire.UpdateFulfillHtlc;
import fulgurite.protocol.wire.UpdateMessage;
import java.util.Optional;

/** The updates that the peer sends. @bolt 2, Adding an HTLC; Removing an HTLC */
public final class PeerUpdates {
    private static final int BADONION = 0x8000;

    private PeerUpdates() {}

    public static Decision received(ChannelContext context, Normal state, UpdateMessage message) {
        if (state.channel().quiescence().received().isPresent())
            return Failing.warning(context, state, "an update after stfu");
        return switch (message) {
            case UpdateAddHtlc m -> add(context, state, m);
            case UpdateFulfillHtlc m -> remove(context, state, m.id(), new HtlcResult.Fulfilled(m.paymentPreimage()));
            case UpdateFailHtlc m -> remove(context, state, m.id(), new HtlcResult.Failed(m.reason()));
            case UpdateFailMalformedHtlc m -> (m.failureCode() & BADONION) == 0
                    ? Failing.violation(context, state, "update_fail_malformed_htlc without BADONION")
                    : remove(context, state, m.id(),
                            new HtlcResult.FailedMalformed(m.failureCode(), m.sha256OfOnion()));
            case UpdateFee m -> Fees.received(context, state, m);
        };
    }

    private static Decision add(ChannelContext context, Normal state, UpdateAddHtlc m) {
        ActiveChannel channel = state.channel();
        ChannelTerms terms = channel.terms();
        if (channel.shutdown().remoteScript().isPresent())
            return Failing.violation(context, state, "update_add_htlc after shutdown");
        if (m.id() != channel.ledger().nextReceived())
            return Failing.violation(context, state, "update_add_htlc with id " + m.id() + ", expected "
                    + channel.ledger().nextReceived());
        if (m.amount().msat() <= 0 || m.amount().lessThan(terms.ours().htlcMinimum()))
            return Failing.violation(context, state, "update_add_htlc below htlc_minimum_msat");
        if (terms.capacity().toMilliSatoshi().lessThan(m.amount()))
            return Failing.violation(context, state, "update_add_htlc beyond the channel's capacity");
        if (m.cltvExpiry().height() >= Offering.EXPIRY_BOUND)
            return Failing.violation(context, state, "update_add_htlc with a cltv_expiry that is a time");
        var event = event(m, false);
        var t = new Transition(context, state).record(event);
        Optional<String> objection = beyondLimits(terms, t.channel().ledger());
        if (objection.isPresent()) return Failing.violation(context, state, objection.get());
        // SHOULD fail, not refuse: what came after our shutdown, and dust beyond our limit. And what could be a replay
        // that we would not know.
        boolean mustFail = channel.shutdown().sent() || channel.onions().size() >= OnionArchive.MOST
                || isTooMuchDust(context, terms, t.channel().ledger(), m.amount());
        Transition added = mustFail ? new Transition(context, state).record(event(m, true)) : t;
        m.tlvs()
                .get(UpdateAddHtlcTlv.BlindedPath.class)
                .ifPresent(path -> added.record(new HtlcBlinded(Side.REMOTE, m.id(), path.pathKey())));
        return added.accepted();
    }

    private static HtlcAdded event(UpdateAddHtlc m, boolean mustFail) {
        return new HtlcAdded(m.id(), m.amount(), m.paymentHash(), m.cltvExpiry(), m.onionRoutingPacket(), mustFail);
    }

    private static Optional<String> beyondLimits(ChannelTerms terms, Ledger after) {
        var spec = after.spec(View.LOCAL_NEXT);
        if (Affordability.count(spec, View.LOCAL_NEXT, Side.REMOTE) > terms.ours().maxAcceptedHtlcs())
            return Optional.of("more HTLCs than max_accepted_htlcs");
        if (terms.ours().maxInFlight().lessThan(Affordability.inFlight(spec, View.LOCAL_NEXT, Side.REMOTE)))
            return Optional.of("more in HTLCs than max_htlc_value_in_flight_msat");
        if (Affordability.margin(terms, after, View.LOCAL_NEXT, Side.REMOTE).isNegative())
            return Optional.of("update_add_htlc beyond the sender's balance, reserve and fees");
        return Optional.empty();
    }

    private static boolean isTooMuchDust(
            ChannelContext context, ChannelTerms terms, Ledger after, MilliSatoshi amount) {
        for (View view : new View[]{View.LOCAL_NEXT, View.REMOTE_EVENTUAL})
            if (Affordability.isDust(terms, after, view, Side.REMOTE, amount) && context.limits()
                    .maxDustExposure()
                    .lessThan(Affordability.dustExposure(terms, after, view)))
                return true;
        return false;
    }

    private static Decision remove(ChannelContext context, Normal state, long id, HtlcResult result) {
        Optional<Htlc> htlc = state.channel().ledger().find(Side.LOCAL, id);
        if (htlc.isEmpty() || htlc.get().stage() != Stage.IRREVOCABLE || htlc.get().removal().isPresent())
            return Failing.violation(context, state, "there is no HTLC " + id + " to remove");
        if (result instanceof HtlcResult.Fulfilled fulfilled
                && !Settling.isPreimage(fulfilled, htlc.get().paymentHash()))
            return Failing.violation(context, state, "update_fulfill_htlc with a wrong preimage");
        var t = new Transition(context, state).record(new HtlcRemovedByPeer(id, result));
        Optional<Settlement> before = state.channel().settlement(id);
        t.channel()
                .settlement(id)
                .filter(now -> before.isEmpty())
                .ifPresent(s -> t.then(new ChannelEffect.HtlcSettled(s.origin(), s.htlcId(), s.result())));
        return t.accepted();
    }
}
