package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;

/** What each side can pay in a commitment, above its reserve and the fee. @bolt 2, Adding an HTLC; Updating Fees */
public final class Affordability {
    private Affordability() {}

    /** The balance of {@code side} in that commitment, less its reserve; less fee and anchors when it funds. Negative: it cannot pay. */
    static MilliSatoshi margin(ChannelTerms terms, Ledger ledger, View view, Side side) {
        CommitmentSpec spec = ledger.spec(view);
        MilliSatoshi above = balance(spec, view, side).minus(terms.reserveOf(side).toMilliSatoshi());
        if (terms.funder() != side) return above;
        return above.minus(cost(terms, spec, view, spec.feerate(), 0).toMilliSatoshi());
    }

    /**
     * What a funder must have beside its reserve before another HTLC is added: the fee at a multiple of the feerate,
     * with one HTLC more. A multiple of 1 asks for nothing beyond what the commitment itself costs.
     */
    static Satoshi spikeCost(ChannelTerms terms, Ledger ledger, View view, int multiple) {
        CommitmentSpec spec = ledger.spec(view);
        if (multiple <= 1) return cost(terms, spec, view, spec.feerate(), 0);
        return cost(terms, spec, view, multiplied(spec.feerate(), multiple), 1);
    }

    static MilliSatoshi balance(CommitmentSpec spec, View view, Side side) {
        return view.owner() == side ? spec.toLocal() : spec.toRemote();
    }

    /** In HTLCs that {@code offerer} has on offer in that commitment. */
    static MilliSatoshi inFlight(CommitmentSpec spec, View view, Side offerer) {
        MilliSatoshi sum = MilliSatoshi.ZERO;
        for (CommittedHtlc htlc : spec.htlcs()) if (isBy(htlc, view, offerer)) sum = sum.plus(htlc.amount());
        return sum;
    }

    /** How many HTLCs {@code offerer} has on offer in that commitment. */
    static int count(CommitmentSpec spec, View view, Side offerer) {
        int count = 0;
        for (CommittedHtlc htlc : spec.htlcs()) if (isBy(htlc, view, offerer)) count++;
        return count;
    }

    static MilliSatoshi dustExposure(ChannelTerms terms, Ledger ledger, View view) {
        return ledger.spec(view).dustExposure(terms.format(), terms.of(view.owner()).dustLimit());
    }

    /** Whether an HTLC is too small for an output in that commitment. */
    static boolean isDust(ChannelTerms terms, Ledger ledger, View view, Side offerer, MilliSatoshi amount) {
        var direction = view.owner() == offerer
                ? CommittedHtlc.Direction.OFFERED
                : CommittedHtlc.Direction.RECEIVED;
        Satoshi threshold = terms.format()
                .trimThreshold(ledger.feerate(view), direction,
                        terms.of(view.owner()).dustLimit());
        return amount.toSatoshi().lessThan(threshold);
    }

    /** The most that {@code side} could offer in one HTLC now, by balance, reserves, fees and what the other side takes; zero at least. */
    public static MilliSatoshi sendable(ActiveChannel c, ChannelLimits limits, Side side) {
        View next = side == Side.LOCAL ? View.REMOTE_NEXT : View.LOCAL_NEXT;
        View eventual = side == Side.LOCAL ? View.LOCAL_EVENTUAL : View.REMOTE_EVENTUAL;
        MilliSatoshi most = above(c, limits, next, side).min(above(c, limits, eventual, side));
        MilliSatoshi cap = c.terms().of(side.other()).maxInFlight();
        most = most.min(cap.minus(inFlight(c.spec(next), next, side)));
        boolean full = count(c.spec(next), next, side) >= c.terms().of(side.other()).maxAcceptedHtlcs();
        if (full || most.lessThan(c.terms().of(side.other()).htlcMinimum())) return MilliSatoshi.ZERO;
        return most.max(MilliSatoshi.ZERO);
    }

    private static MilliSatoshi above(ActiveChannel c, ChannelLimits limits, View view, Side side) {
        CommitmentSpec spec = c.spec(view);
        MilliSatoshi own = balance(spec, view, side).minus(c.terms().reserveOf(side).toMilliSatoshi());
        int multiple = limits.feeSpikeMultiple();
        // The HTLC itself, and with a buffer the one after it.
        Satoshi cost = cost(c.terms(), spec, view, multiplied(spec.feerate(), multiple), multiple > 1 ? 2 : 1);
        if (c.terms().funder() == side) return own.minus(cost.toMilliSatoshi());
        Side funder = side.other();
        Satoshi plain = cost(c.terms(), spec, view, spec.feerate(), 1);
        MilliSatoshi theirs = balance(spec, view, funder).minus(c.terms().reserveOf(funder).toMilliSatoshi());
        return theirs.lessThan(plain.toMilliSatoshi()) ? MilliSatoshi.ZERO : own;
    }

    private static Satoshi cost(ChannelTerms terms, CommitmentSpec spec, View view, FeeratePerKw feerate, int more) {
        CommitmentFormat format = terms.format();
        var priced = new CommitmentSpec(feerate, spec.toLocal(), spec.toRemote(), spec.htlcs());
        int outputs = priced.untrimmed(format, terms.of(view.owner()).dustLimit()).size() + more;
        return format.commitmentFee(feerate, outputs).plus(format.anchorsAmount());
    }

    private static FeeratePerKw multiplied(FeeratePerKw feerate, int multiple) {
        return new FeeratePerKw(Math.min(feerate.satPerKw() * multiple, 0xffffffffL));
    }

    private static boolean isBy(CommittedHtlc htlc, View view, Side offerer) {
        return htlc.direction() == CommittedHtlc.Direction.OFFERED == (view.owner() == offerer);
    }
}
