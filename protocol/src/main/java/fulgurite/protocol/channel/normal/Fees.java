package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEvent.FeeProposed;
import fulgurite.protocol.channel.ChannelEvent.FeeProposedByPeer;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.UpdateFee;

/** The feerate of the commitments, which the funder sets. @bolt 2, Updating Fees: update_fee */
public final class Fees {
    private Fees() {}

    /** Proposes a feerate, when we fund and can pay it. One that is in force already is nothing to do. */
    public static Decision propose(ChannelContext context, Normal state, ChannelCommand.UpdateFee c) {
        ActiveChannel channel = state.channel();
        ChannelLimits limits = context.limits();
        if (channel.terms().funder() != Side.LOCAL) return Decision.refuse(new Refusal.NotFunder());
        if (!channel.link().isUp()) return Decision.refuse(new Refusal.NotConnected());
        if (!channel.shutdown().allowsAdding()) return Decision.refuse(new Refusal.ShuttingDown());
        if (!isInRange(limits, c.feerate()))
            return Decision.refuse(new Refusal.FeerateOutOfRange(c.feerate(), limits.minFeerate(),
                    limits.maxFeerate()));
        if (channel.ledger().feerate(View.REMOTE_NEXT).equals(c.feerate())) return Decision.nothing();
        var t = new Transition(context, state).record(new FeeProposed(c.feerate()));
        for (View view : new View[]{View.REMOTE_NEXT, View.LOCAL_EVENTUAL})
            if (Affordability.margin(channel.terms(), t.channel().ledger(), view, Side.LOCAL).isNegative()) {
                Satoshi cost = Affordability.spikeCost(channel.terms(), t.channel().ledger(), view, 1);
                return Decision.refuse(new Refusal.FeeNotCovered(cost, t.channel().ledger().local()));
            }
        return t.send(new UpdateFee(channel.id(), c.feerate())).accepted();
    }

    /** The peer proposes a feerate. */
    public static Decision received(ChannelContext context, Normal state, UpdateFee m) {
        ActiveChannel channel = state.channel();
        if (channel.terms().funder() != Side.REMOTE)
            return Failing.violation(context, state, "update_fee is for the funder");
        if (!isInRange(context.limits(), m.feeratePerKw()))
            return Failing.violation(context, state, "update_fee with a feerate out of range");
        var t = new Transition(context, state).record(new FeeProposedByPeer(m.feeratePerKw()));
        if (Affordability.margin(channel.terms(), t.channel().ledger(), View.LOCAL_NEXT, Side.REMOTE).isNegative())
            return Failing.violation(context, state, "update_fee beyond the funder's balance");
        return t.accepted();
    }

    private static boolean isInRange(ChannelLimits limits, FeeratePerKw feerate) {
        return !feerate.lessThan(limits.minFeerate()) && !limits.maxFeerate().lessThan(feerate);
    }
}
