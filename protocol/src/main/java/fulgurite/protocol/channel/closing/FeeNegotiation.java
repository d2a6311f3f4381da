package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent.ClosingFeeProposed;
import fulgurite.protocol.channel.ChannelEvent.ClosingFeeReceived;
import fulgurite.protocol.channel.ChannelEvent.MutualCloseAgreed;
import fulgurite.protocol.channel.ChannelState.ClosingProposal;
import fulgurite.protocol.channel.ChannelState.Negotiating;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.transactions.ClosingTransactions.Payout;
import fulgurite.protocol.transactions.ClosingTransactions;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ClosingSigned;
import fulgurite.protocol.wire.ClosingSignedTlv.FeeRange;
import fulgurite.protocol.wire.ClosingSignedTlv;
import java.util.List;
import java.util.Optional;

/** Agreeing on the closing transaction's fee. @bolt 2, Legacy Closing Negotiation: closing_signed */
public final class FeeNegotiation {
    /** How far above our wish the funder's range reaches. */
    private static final int GENEROSITY = 2;

    private FeeNegotiation() {}

    /** The funder speaks first; with option_simple_close each side for itself. */
    static void begin(Transition t) {
        if (SimpleClosing.isNegotiated(t.context(), (Negotiating) t.state())) {
            SimpleClosing.begin(t);
            return;
        }
        ActiveChannel c = t.channel();
        if (c.terms().funder() == Side.LOCAL) propose(t, ourRange(t.context(), c));
    }

    /** After a reconnection the negotiation begins anew; with option_simple_close once the peer has repeated its shutdown. */
    public static void restart(Transition t) {
        if (t.state() instanceof Negotiating n && n.ours().isEmpty()
                && !SimpleClosing.isNegotiated(t.context(), n))
            begin(t);
    }

    /** The peer proposes a fee, or agrees to ours. */
    public static Decision received(ChannelContext context, Negotiating state, ClosingSigned m) {
        ActiveChannel c = state.channel();
        Optional<Tx> signed = signedByPeer(c, m);
        if (signed.isEmpty()) return Failing.violation(context, state, "closing_signed has an invalid signature");
        var t = new Transition(context, state).record(new ClosingFeeReceived(m.fee()));
        ClosingProposal range = ourRange(context, c);
        if (state.ours().isPresent() && state.ours().get().fee().equals(m.fee())) return agree(t, signed.get(), m);
        Optional<FeeRange> theirs = m.tlvs().get(FeeRange.class);
        boolean weFund = c.terms().funder() == Side.LOCAL;
        if (theirs.isEmpty()) return haggle(t, range, signed.get(), m);
        Satoshi low = theirs.get().minFee().max(range.minFee());
        Satoshi high = weFund ? theirs.get().maxFee().min(range.maxFee()) : theirs.get().maxFee();
        if (high.lessThan(low)) return Failing.warning(context, state, "our closing fee ranges do not overlap");
        boolean inOverlap = m.fee().atLeast(low) && high.atLeast(m.fee());
        if (weFund)
            return inOverlap
                    ? agree(t, signed.get(), m)
                    : Failing.violation(context, state, "closing_signed with a fee outside of both ranges");
        if (state.ours().isPresent())
            return Failing.violation(context, state, "closing_signed does not repeat the fee that we chose");
        if (inOverlap) return agree(t, signed.get(), m);
        propose(t, new ClosingProposal(range.fee().max(low).min(high), low, high));
        return t.accepted();
    }

    /** Without ranges both move towards each other; a fee within what we would pay (or take) is good enough. */
    private static Decision haggle(Transition t, ClosingProposal range, Tx signed, ClosingSigned m) {
        boolean weFund = t.channel().terms().funder() == Side.LOCAL;
        boolean fine = m.fee().atLeast(range.minFee()) && (!weFund || range.maxFee().atLeast(m.fee()));
        if (fine) return agree(t, signed, m);
        // Never beyond our range: half the way to a senseless fee, again and again, is senseless too; and with too
        // small a fee the closing would never confirm.
        Satoshi ours = ((Negotiating) t.state()).ours().map(ClosingProposal::fee).orElse(range.fee());
        Satoshi middle = new Satoshi((ours.sat() + m.fee().sat()) / 2).max(range.minFee());
        Satoshi between = weFund ? middle.min(range.maxFee()) : middle;
        if (between.equals(ours) && ((Negotiating) t.state()).ours().isPresent())
            return Failing.warning(t.context(), t.state(), "we cannot agree on a closing fee");
        propose(t, new ClosingProposal(between, range.minFee(), range.maxFee()));
        return t.accepted();
    }

    private static Decision agree(Transition t, Tx signed, ClosingSigned m) {
        ActiveChannel c = t.channel();
        Optional<ClosingProposal> ours = ((Negotiating) t.state()).ours();
        if (ours.isEmpty() || !ours.get().fee().equals(m.fee())) {
            ClosingProposal range = ours.orElse(ourRange(t.context(), c));
            t.send(closingSigned(t.context(), c, signed, new ClosingProposal(m.fee(),
                    range.minFee().min(m.fee()), range.maxFee().max(m.fee()))));
        }
        Tx complete = Funding.complete(signed.withWitness(0, List.of()), c.terms().ours().basepoints().funding(),
                sign(t.context(), c, signed), c.terms().theirs().basepoints().funding(), m.signature());
        return t.record(new MutualCloseAgreed(complete))
                .then(new ChannelEffect.Publish(complete))
                .then(new ChannelEffect.WatchSpent(c.funding(), Failing.fundingScript(c)))
                .accepted();
    }

    private static void propose(Transition t, ClosingProposal p) {
        ActiveChannel c = t.channel();
        Optional<Tx> tx = build(c, p.fee(), c.terms().ours().dustLimit());
        // Nothing worth an output is left: the channel simply waits, and may be closed by its commitment.
        if (tx.isEmpty()) return;
        t.record(new ClosingFeeProposed(p.fee(), p.minFee(), p.maxFee()))
                .send(closingSigned(t.context(), c, tx.get(), p));
    }

    private static ClosingSigned closingSigned(ChannelContext context, ActiveChannel c, Tx tx, ClosingProposal p) {
        TlvStream<ClosingSignedTlv> range = TlvStream.of(new FeeRange(p.minFee(), p.maxFee()));
        return new ClosingSigned(c.id(), p.fee(), sign(context, c, tx), range);
    }

    private static Signature sign(ChannelContext context, ActiveChannel c, Tx tx) {
        return Funding.sign(tx, c.terms().capacity(), c.terms().ours().basepoints().funding(),
                c.terms().theirs().basepoints().funding(), context.keys().funding());
    }

    /** The closing transaction that the peer's signature fits: sides with different dust limits may leave different outputs out. */
    private static Optional<Tx> signedByPeer(ActiveChannel c, ClosingSigned m) {
        for (Satoshi dust : List.of(c.terms().ours().dustLimit(), c.terms().theirs().dustLimit())) {
            Optional<Tx> tx = build(c, m.fee(), dust);
            if (tx.isPresent() && Funding.verify(tx.get(), c.terms().capacity(),
                    c.terms().ours().basepoints().funding(), c.terms().theirs().basepoints().funding(),
                    m.signature()))
                return tx;
        }
        return Optional.empty();
    }

    private static Optional<Tx> build(ActiveChannel c, Satoshi fee, Satoshi dust) {
        var ours = new Payout(c.ledger().local(), c.shutdown().localScript().orElseThrow());
        var theirs = new Payout(c.ledger().remote(), c.shutdown().remoteScript().orElseThrow());
        boolean weFund = c.terms().funder() == Side.LOCAL;
        Payout funder = weFund ? ours : theirs;
        if (fee.isNegative() || funder.balance().toSatoshi().lessThan(fee)) return Optional.empty();
        return ClosingTransactions.build(c.funding(), funder, weFund ? theirs : ours, fee, dust);
    }

    /** The fee that we wish for and the range that we would take, within what the funder has. */
    private static ClosingProposal ourRange(ChannelContext context, ActiveChannel c) {
        Bytes local = c.shutdown().localScript().orElseThrow();
        Bytes remote = c.shutdown().remoteScript().orElseThrow();
        boolean weFund = c.terms().funder() == Side.LOCAL;
        Satoshi funds = (weFund ? c.ledger().local() : c.ledger().remote()).toSatoshi();
        Satoshi fee = ClosingTransactions.fee(context.feerates().normal(), local, remote).min(funds);
        Satoshi least = ClosingTransactions.fee(FeeratePerKw.FLOOR, local, remote).min(fee);
        return new ClosingProposal(fee, least, fee.times(GENEROSITY).min(funds));
    }
}
