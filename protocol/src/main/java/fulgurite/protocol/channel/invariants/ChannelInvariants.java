package fulgurite.protocol.channel.invariants;

import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelCommand.OfferHtlc;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.ChannelState.Funded;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.units.CltvExpiry;
import java.util.List;
import java.util.Optional;

/**
 * The invariants of a channel, each checked of what a decision is about to do: of an event as the states before and
 * after it, of effects as the state that they come from, of an offer as the command.
 *
 * <p>Design. The rules decide; this says whether they have decided something that can never be right. So it shares no
 * code with them, only the ledger's own account of who owns what ({@code Ledger.spec}, from which transactions are
 * made). It looks at what an event can touch and at nothing else, so that it may stay switched on: each event costs one
 * walk along the pending HTLCs, and the commitments that it changes are added up.
 *
 * @see Invariant
 */
public final class ChannelInvariants {
    private ChannelInvariants() {}

    /** What the event breaks, when anything. */
    public static Optional<InvariantBreach> ofEvent(ChannelState before, ChannelEvent event, ChannelState after) {
        if (!(after instanceof Funded now)) return Optional.empty();
        // What a restored channel holds is not known.
        if (event instanceof ChannelEvent.ChannelRestored) return Optional.empty();
        if (!(before instanceof Funded old)) return MoneyInvariants.opened(now.channel());
        return SignatureInvariants.ofEvent(old, event, now)
                .or(() -> HtlcInvariants.ofEvent(old.channel(), event, now.channel()))
                .or(() -> MoneyInvariants.ofEvent(old.channel(), event, now.channel()));
    }

    /**
     * What a decision's effects break, when anything.
     *
     * @param context whose keys are the channel's
     * @param after the state that the decision leads to
     */
    public static Optional<InvariantBreach> ofEffects(
            ChannelContext context, ChannelState after, List<ChannelEffect> effects) {
        if (!(after instanceof Funded funded)) return Optional.empty();
        for (ChannelEffect effect : effects) {
            Optional<InvariantBreach> breach = SignatureInvariants.ofEffect(context, funded, effect);
            if (breach.isPresent()) return breach;
        }
        return Optional.empty();
    }

    /** What an offer breaks that is about to be accepted: a forwarded HTLC must leave us time to pass its result on. */
    public static Optional<InvariantBreach> ofOffer(OfferHtlc offer) {
        if (!(offer.origin() instanceof HtlcOrigin.Relayed)) return Optional.empty();
        Optional<CltvExpiry> incoming = offer.incomingExpiry();
        if (incoming.isEmpty())
            return Optional.of(new InvariantBreach(Invariant.DEADLINES,
                    "an HTLC is forwarded without the deadline of the one that pays for it"));
        return InvariantBreach.unless(incoming.get().height() > offer.expiry().height(), Invariant.DEADLINES,
                () -> "the outgoing HTLC expires at " + offer.expiry() + ", the incoming one at " + incoming.get());
    }

    /**
     * Whether a channel that was stopped still follows this command. It must not talk to its peer nor take on anything
     * new; but what the chain says, a preimage that we learn and the user's wish to close alone are followed from the
     * last good state, for they only ever save money.
     */
    public static boolean mayFollowWhenStopped(ChannelCommand command) {
        return switch (command) {
            case ChannelCommand.FulfilHtlc c -> true;
            case ChannelCommand.AcknowledgeSettlement c -> true;
            case ChannelCommand.ForceClose c -> true;
            case ChannelCommand.LinkLost c -> true;
            case ChannelCommand.FundingConfirmed c -> false;
            case ChannelCommand.FundingSpent c -> true;
            case ChannelCommand.OutputSpent c -> true;
            case ChannelCommand.SpendUndone c -> true;
            case ChannelCommand.SpendSeen c -> true;
            case ChannelCommand.TxConfirmed c -> true;
            case ChannelCommand.NewBlock c -> true;
            case ChannelCommand.FundingReady c -> true;
            case ChannelCommand.FundingFailed c -> true;
            case ChannelCommand.OpenAsFunder c -> false;
            case ChannelCommand.AcceptAsFundee c -> false;
            case OfferHtlc c -> false;
            case ChannelCommand.FailHtlc c -> false;
            case ChannelCommand.FailMalformedHtlc c -> false;
            case ChannelCommand.UpdateFee c -> false;
            case ChannelCommand.Commit c -> false;
            case ChannelCommand.Shutdown c -> false;
            case ChannelCommand.BumpClosing c -> false;
            case ChannelCommand.Receive c -> false;
            case ChannelCommand.LinkUp c -> false;
            case ChannelCommand.Quiesce c -> false;
            case ChannelCommand.QuiescenceOver c -> false;
        };
    }
}
