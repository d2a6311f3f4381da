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
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.UpdateFee;
import java.util.Optional;

/** The feerate of the commitments, which the funder sets. @bolt 2, Updating Fees: update_fee */
public final class Fees {
    /** Without anchors a commitment's fee is final once it is signed: it should suffice for these many blocks. */
    private static final int CONFIRM_WITHIN = 6;
    /** How often the way to the feerate that we cannot pay is halved. */
    private static final int TRIES = 8;

    private Fees() {}

    /** Proposes a feerate, when we fund and can pay it. One that is in force already is nothing to do. */
    public static Decision propose(ChannelContext context, Normal state, ChannelCommand.UpdateFee c) {
        ActiveChannel channel = state.channel();
        ChannelLimits limits = context.limits();
        if (channel.terms().funder() != Side.LOCAL) return Decision.refuse(new Refusal.NotFunder());
        if (!channel.link().isUp()) return Decision.refuse(new Refusal.NotConnected());
        if (!channel.shutdown().allowsAdding()) return Decision.refuse(new Refusal.ShuttingDown());
        if (channel.quiescence().isBegun()) return Decision.refuse(new Refusal.Quiescing());
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
        Optional<MilliSatoshi> dust = tooMuchDust(limits, channel, t.channel());
        if (dust.isPresent())
            return Decision.refuse(new Refusal.TooMuchDust(limits.maxDustExposure(), dust.get()));
        return t.send(new UpdateFee(channel.id(), c.feerate())).accepted();
    }

    /**
     * Follows the chain's feerates: proposes another one when ours is off by more than a step, as much of the way as we
     * can pay and dust allows. With anchors the commitment only has to enter the mempools: a child pays for its haste.
     */
    public static Decision follow(ChannelContext context, Normal state) {
        ActiveChannel c = state.channel();
        boolean pending = c.ledger().feerate(View.REMOTE_NEXT).compareTo(c.ledger().feerate()) != 0;
        if (c.terms().funder() != Side.LOCAL || !c.link().isUp() || pending) return Decision.nothing();
        long now = c.ledger().feerate().satPerKw();
        long wanted = wanted(context, c).satPerKw();
        for (int tries = 0; tries < TRIES; tries++) {
            if (Math.abs(wanted - now) * 100 <= now * context.limits().feeStepPercent()) return Decision.nothing();
            Decision decision = propose(context, state, new ChannelCommand.UpdateFee(new FeeratePerKw(wanted)));
            boolean tooDear = decision instanceof Decision.Refused(Refusal refusal)
                    && (refusal instanceof Refusal.FeeNotCovered || refusal instanceof Refusal.TooMuchDust);
            if (!tooDear) return decision instanceof Decision.Refused ? Decision.nothing() : decision;
            wanted = (now + wanted) / 2;
        }
        return Decision.nothing();
    }

    private static FeeratePerKw wanted(ChannelContext context, ActiveChannel c) {
        FeeratePerKw rate = c.terms().format().hasAnchors()
                ? context.feerates().slow()
                : context.feerates().within(CONFIRM_WITHIN);
        return new FeeratePerKw(Math.max(context.limits().minFeerate().satPerKw(),
                Math.min(rate.satPerKw(), context.limits().maxFeerate().satPerKw())));
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
        // Our commitment still has the old feerate: published now it has an output for each of them.
        if (tooMuchDust(context.limits(), channel, t.channel()).isPresent())
            return Failing.violation(context, state, "update_fee makes more of the HTLCs dust than we risk");
        return t.accepted();
    }

    /** The exposure to dust beyond our limit, when the feerate has raised it. Without anchors the dearer, the more is dust. */
    private static Optional<MilliSatoshi> tooMuchDust(
            ChannelLimits limits, ActiveChannel before, ActiveChannel after) {
        for (View view : new View[]{View.LOCAL_EVENTUAL, View.REMOTE_EVENTUAL}) {
            MilliSatoshi was = Affordability.dustExposure(before.terms(), before.ledger(), view);
            MilliSatoshi is = Affordability.dustExposure(after.terms(), after.ledger(), view);
            if (was.lessThan(is) && limits.maxDustExposure().lessThan(is)) return Optional.of(is);
        }
        return Optional.empty();
    }

    private static boolean isInRange(ChannelLimits limits, FeeratePerKw feerate) {
        return !feerate.lessThan(limits.minFeerate()) && !limits.maxFeerate().lessThan(feerate);
    }
}
