package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Quiescence;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Stfu;

/**
 * Bringing a channel to rest by stfu, for protocols that change it fundamentally.
 *
 * <p>Results of the peer's HTLCs that come after our stfu are recorded, a preimage among them so that its deadline
 * holds, and sent on the next connection.
 *
 * @bolt 2, Channel Quiescence
 */
public final class Quieting {
    private Quieting() {}

    /** We are asked for quiet: nothing is added from now on, and stfu goes out when all of ours is irrevocable. */
    public static Decision want(ChannelContext context, Normal state) {
        ActiveChannel c = state.channel();
        if (!c.link().isUp()) return Decision.refuse(new Refusal.NotConnected());
        if (!isNegotiated(context, c)) return Decision.refuse(new Refusal.NotNegotiated("option_quiesce"));
        if (!c.shutdown().allowsAdding()) return Decision.refuse(new Refusal.ShuttingDown());
        if (c.quiescence().isBegun()) return Decision.refuse(new Refusal.Quiescing());
        var t = begin(new Transition(context, state).record(new ChannelEvent.QuiescenceWanted()));
        Committing.advance(t);
        return t.accepted();
    }

    /** The peer's stfu: answered once nothing of ours is pending. */
    public static Decision received(ChannelContext context, Normal state, Stfu m) {
        ActiveChannel c = state.channel();
        Quiescence q = c.quiescence();
        if (!isNegotiated(context, c)) return Failing.warning(context, state, "stfu was not negotiated");
        if (q.received().isPresent()) return Failing.warning(context, state, "stfu was said before");
        if (!m.initiator() && q.sent().isEmpty())
            return Failing.warning(context, state, "stfu answers none of ours");
        if (isPending(c, Side.REMOTE)) return Failing.warning(context, state, "stfu with updates pending");
        var t = new Transition(context, state).record(new ChannelEvent.QuiescenceAccepted(m.initiator()));
        if (!q.isBegun()) begin(t);
        if (t.channel().quiescence().isQuiet()) tell(t);
        Committing.advance(t);
        return t.accepted();
    }

    /** A minute has passed: HTLCs may not wait for what the quiet is for, nor for a peer that does not answer. */
    public static Decision expired(ChannelContext context, Normal state) {
        ActiveChannel c = state.channel();
        Quiescence q = c.quiescence();
        boolean idle = q.isQuiet() && c.ledger().htlcs().isEmpty() && c.shutdown().allowsAdding();
        if (!q.isBegun() || idle) return Decision.nothing();
        return Failing.warning(context, state, "the channel has been quiet for too long");
    }

    /** Sends stfu, ours or the answer, once nothing of ours is pending in either commitment. */
    static void advance(Transition t) {
        if (!(t.state() instanceof Normal)) return;
        ActiveChannel c = t.channel();
        Quiescence q = c.quiescence();
        if (!q.isBegun() || q.sent().isPresent() || !c.link().isUp() || isPending(c, Side.LOCAL)) return;
        boolean initiator = q.received().isEmpty();
        t.record(new ChannelEvent.QuiescenceOffered(initiator)).send(new Stfu(c.id(), initiator));
        if (t.channel().quiescence().isQuiet()) tell(t);
    }

    private static Transition begin(Transition t) {
        return t.then(new ChannelEffect.LimitQuiescence(t.channel().id()));
    }

    private static void tell(Transition t) {
        ActiveChannel c = t.channel();
        t.then(new ChannelEffect.ChannelQuiescent(c.id(), c.quiescence().isOurs(c.terms().funder() == Side.LOCAL)));
    }

    /** Whether an update by {@code sender} is not irrevocable on both sides yet. */
    private static boolean isPending(ActiveChannel c, Side sender) {
        for (Stage stage : Stage.values())
            if (stage != Stage.IRREVOCABLE && c.ledger().anyUpdate(sender, stage)) return true;
        return false;
    }

    private static boolean isNegotiated(ChannelContext context, ActiveChannel c) {
        return c.link().negotiates(context.features(), Feature.QUIESCE);
    }
}
