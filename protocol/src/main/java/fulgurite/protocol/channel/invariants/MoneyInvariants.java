package fulgurite.protocol.channel.invariants;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Conservation, no debt, and the reserve.
 *
 * <p>Conservation and no debt hold in every view of the ledger. The sum of both balances is looked at after each event;
 * a view is added up after the events that change what is in it.
 *
 * <p>The reserve. A side may well be below its reserve: the fundee is from the start, when less was pushed to it; the
 * funder becomes so when HTLCs of the other side make the commitment dearer, or when the other side's removals, still
 * on their way, make room that is not in that commitment yet. What BOLT 2 forbids is to <em>act</em> so: whoever adds
 * an HTLC ends at or above its reserve, and, when it is the funder, with the fee and the anchors beside it; when the
 * other side is the funder and we add, that one must be able to pay, as we check what we offer ourselves. Whoever
 * changes the feerate ends able to pay it beside its reserve. It is checked in the commitment that the change enters
 * first, that of the other side, and for our own changes in our commitment too once all that is proposed is in it.
 * Removals are never forbidden by it.
 *
 * @bolt 2, Adding an HTLC; Updating Fees; the open_channel Message
 */
final class MoneyInvariants {
    private static final Set<View> BY_US = EnumSet.of(View.REMOTE_NEXT, View.LOCAL_EVENTUAL);
    private static final Set<View> BY_PEER = EnumSet.of(View.LOCAL_NEXT, View.REMOTE_EVENTUAL);
    private static final Set<View> WHEN_SENT = EnumSet.of(View.REMOTE_SIGNED);
    private static final Set<View> WHEN_RECEIVED = EnumSet.of(View.LOCAL_CURRENT, View.REMOTE_NEXT);
    private static final Set<View> WHEN_REVOKED = EnumSet.of(View.REMOTE_CURRENT, View.LOCAL_NEXT);
    private static final Set<View> NONE = EnumSet.noneOf(View.class);
    private static final Set<View> ALL = EnumSet.allOf(View.class);

    private MoneyInvariants() {}

    /** Both first commitments. */
    static Optional<InvariantBreach> opened(ActiveChannel channel) {
        return views(channel, ALL).or(() -> canPay(channel, View.LOCAL_CURRENT, Satoshi.ZERO))
                .or(() -> canPay(channel, View.REMOTE_CURRENT, Satoshi.ZERO));
    }

    static Optional<InvariantBreach> ofEvent(ActiveChannel before, ChannelEvent event, ActiveChannel after) {
        if (before.ledger() == after.ledger()) return Optional.empty();
        return total(after).or(() -> views(after, touchedBy(event))).or(() -> acted(event, after));
    }

    /** The views in which the event changes what is in the commitment. */
    private static Set<View> touchedBy(ChannelEvent event) {
        return switch (event) {
            case ChannelEvent.HtlcOffered e -> BY_US;
            case ChannelEvent.HtlcRemoved e -> BY_US;
            case ChannelEvent.FeeProposed e -> BY_US;
            case ChannelEvent.HtlcAdded e -> BY_PEER;
            case ChannelEvent.HtlcRemovedByPeer e -> BY_PEER;
            case ChannelEvent.FeeProposedByPeer e -> BY_PEER;
            case ChannelEvent.CommitmentSent e -> WHEN_SENT;
            case ChannelEvent.CommitmentReceived e -> WHEN_RECEIVED;
            case ChannelEvent.RevocationReceived e -> WHEN_REVOKED;
            case ChannelEvent.LinkDropped e -> ALL;
            case ChannelEvent.HtlcBlinded e -> NONE;
            case ChannelEvent.PreimageLearned e -> NONE;
            case ChannelEvent.RemovalDeferred e -> NONE;
            case ChannelEvent.HtlcSettledOnChain e -> NONE;
            // No other event should have changed the ledger at all.
            case ChannelEvent e -> ALL;
        };
    }

    private static Optional<InvariantBreach> total(ActiveChannel c) {
        MilliSatoshi sum = c.ledger().local().plus(c.ledger().remote());
        return InvariantBreach.unless(sum.equals(c.terms().capacity().toMilliSatoshi()), Invariant.CONSERVATION,
                () -> "both balances are " + sum + " together, the capacity is " + c.terms().capacity());
    }

    private static Optional<InvariantBreach> views(ActiveChannel c, Set<View> touched) {
        MilliSatoshi capacity = c.terms().capacity().toMilliSatoshi();
        for (View view : touched) {
            CommitmentSpec spec = c.spec(view);
            MilliSatoshi sum = spec.toLocal().plus(spec.toRemote());
            for (CommittedHtlc htlc : spec.htlcs()) sum = sum.plus(htlc.amount());
            if (!sum.equals(capacity))
                return Optional.of(new InvariantBreach(Invariant.CONSERVATION,
                        view + " pays " + sum + ", the capacity is " + capacity));
            if (spec.toLocal().isNegative() || spec.toRemote().isNegative())
                return Optional.of(new InvariantBreach(Invariant.NO_DEBT,
                        view + " has balances of " + spec.toLocal() + " and " + spec.toRemote()));
        }
        return Optional.empty();
    }

    private static Optional<InvariantBreach> acted(ChannelEvent event, ActiveChannel after) {
        if (event instanceof ChannelEvent.HtlcOffered)
            return added(after, View.REMOTE_NEXT, Side.LOCAL)
                    .or(() -> added(after, View.LOCAL_EVENTUAL, Side.LOCAL))
                    .or(() -> canPay(after, View.REMOTE_NEXT, reserve(after)))
                    .or(() -> canPay(after, View.LOCAL_EVENTUAL, reserve(after)));
        if (event instanceof ChannelEvent.HtlcAdded) {
            Optional<InvariantBreach> breach = added(after, View.LOCAL_NEXT, Side.REMOTE);
            return breach.isPresent() || after.terms().funder() == Side.LOCAL
                    ? breach
                    : canPay(after, View.LOCAL_NEXT, reserve(after));
        }
        if (event instanceof ChannelEvent.FeeProposed)
            return canPay(after, View.REMOTE_NEXT, reserve(after))
                    .or(() -> canPay(after, View.LOCAL_EVENTUAL, reserve(after)));
        if (event instanceof ChannelEvent.FeeProposedByPeer) return canPay(after, View.LOCAL_NEXT, reserve(after));
        return Optional.empty();
    }

    private static Satoshi reserve(ActiveChannel c) {
        return c.terms().reserveOf(c.terms().funder());
    }

    /** Whoever has added an HTLC is at or above its reserve. */
    private static Optional<InvariantBreach> added(ActiveChannel c, View view, Side by) {
        MilliSatoshi balance = balance(c.spec(view), view, by);
        Satoshi reserve = c.terms().reserveOf(by);
        return InvariantBreach.unless(balance.atLeast(reserve.toMilliSatoshi()), Invariant.RESERVE,
                () -> view + " leaves " + balance + " to the side that adds, whose reserve is " + reserve);
    }

    /** The funder can pay the commitment's fee and anchors beside {@code kept}. */
    private static Optional<InvariantBreach> canPay(ActiveChannel c, View view, Satoshi kept) {
        ChannelTerms terms = c.terms();
        CommitmentSpec spec = c.spec(view);
        Satoshi cost = spec.funderCost(terms.format(), terms.of(view.owner()).dustLimit());
        MilliSatoshi balance = balance(spec, view, terms.funder());
        return InvariantBreach.unless(balance.atLeast(kept.plus(cost).toMilliSatoshi()), Invariant.RESERVE,
                () -> view + " costs " + cost + ", and the opener has " + balance + " of which it keeps " + kept);
    }

    private static MilliSatoshi balance(CommitmentSpec spec, View view, Side side) {
        return view.owner() == side ? spec.toLocal() : spec.toRemote();
    }
}
