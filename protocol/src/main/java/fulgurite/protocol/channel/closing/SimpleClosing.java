package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand.BumpClosing;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Negotiating;
import fulgurite.protocol.channel.ClosingOffers.Offer;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.transactions.ClosingTransactions.Payout;
import fulgurite.protocol.transactions.ClosingTransactions;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.transactions.SimpleClose.Form;
import fulgurite.protocol.transactions.SimpleClose;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ClosingComplete;
import fulgurite.protocol.wire.ClosingSig;
import fulgurite.protocol.wire.ClosingTlv.CloseeOutputOnly;
import fulgurite.protocol.wire.ClosingTlv.CloserAndCloseeOutputs;
import fulgurite.protocol.wire.ClosingTlv.CloserOutputOnly;
import fulgurite.protocol.wire.ClosingTlv;
import fulgurite.protocol.wire.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Closing with option_simple_close: each side proposes a transaction that it pays for, and the other signs it. Nothing
 * has to be agreed on, and either may pay more later. The channel stays here until one of the transactions confirms, so
 * its commitment remains a way out.
 *
 * @bolt 2, Closing Negotiation: closing_complete and closing_sig
 */
public final class SimpleClosing {
    /** Blocks after which a peer that does not sign ours is asked again, on a new connection. */
    private static final int PATIENCE = 2;

    private SimpleClosing() {}

    /** Whether this connection closes so. */
    public static boolean isNegotiated(ChannelContext context, Negotiating state) {
        return state.channel().link().negotiates(context.features(), Feature.SIMPLE_CLOSE);
    }

    /** Proposes ours, unless one waits for its signature; after a lost connection the same as before, or one that pays more. */
    static void begin(Transition t) {
        var state = (Negotiating) t.state();
        if (!state.channel().link().isUp() || state.simple().unanswered().isPresent()) return;
        // Who wants the close pays for its haste: the other side's offer is cheap, and is replaced by the dearer one.
        Feerates now = t.context().feerates();
        FeeratePerKw usual = state.channel().shutdown().ours() ? now.normal() : now.slow();
        propose(t, state, state.simple().wanted().orElse(usual));
    }

    /** Our user wants to pay more. Without a connection it is kept for the next. */
    public static Decision bump(ChannelContext context, Negotiating state, BumpClosing c) {
        ActiveChannel channel = state.channel();
        if (channel.link().isUp() && !isNegotiated(context, state))
            return Decision.refuse(new Refusal.NotNegotiated("option_simple_close"));
        Payout ours = ours(channel);
        Payout theirs = theirs(channel);
        Satoshi asked = ClosingTransactions.fee(c.feerate(), ours.script(), theirs.script());
        Satoshi most = SimpleClose.mostFee(ours, theirs);
        if (most.lessThan(asked)) return Decision.refuse(new Refusal.FeeNotCovered(asked, ours.balance()));
        Satoshi step = ClosingTransactions.fee(FeeratePerKw.FLOOR, ours.script(), theirs.script());
        Satoshi least = state.simple().last().map(last -> last.fee().plus(step)).orElse(step);
        if (asked.lessThan(least)) return Decision.refuse(new Refusal.FeeTooLow(least, asked));
        var t = new Transition(context, state).record(new ChannelEvent.ClosingFeerateWanted(c.feerate()));
        begin(t);
        return t.accepted();
    }

    /** A peer that owes us a signature for too long is met again on a new connection. */
    public static Decision newBlock(ChannelContext context, Negotiating state) {
        boolean late = state.simple()
                .unanswered()
                .filter(offer -> context.height().height() - offer.lockTime() >= PATIENCE)
                .filter(offer -> state.simple().ours().filter(tx -> tx.lockTime() == offer.lockTime()).isEmpty())
                .isPresent();
        return late && state.channel().link().isUp()
                ? Failing.warning(context, state, "closing_complete was not answered")
                : Decision.nothing();
    }

    /** The peer proposes a transaction that it pays for: we sign it, if it pays us all of ours. */
    public static Decision received(ChannelContext context, Negotiating state, ClosingComplete m) {
        ActiveChannel c = state.channel();
        Payout ours = ours(c);
        if (!m.closeeScriptpubkey().equals(ours.script()))
            return Failing.warning(context, state, "closing_complete pays another script than ours");
        Bytes promised = c.terms().theirs().shutdownScript();
        if (!promised.isEmpty() && !promised.equals(m.closerScriptpubkey()))
            return Failing.warning(context, state, "closing_complete to another script than promised at opening");
        if (!ShuttingDown.isAcceptable(context, c, m.closerScriptpubkey()))
            return Failing.warning(context, state, "closing_complete to a script of no allowed form");
        if (m.fee().isNegative() || c.ledger().remote().toSatoshi().lessThan(m.fee()))
            return Failing.warning(context, state, "closing_complete with a fee beyond the closer's balance");
        var closer = new Payout(c.ledger().remote(), m.closerScriptpubkey());
        var close = new SimpleClose(c.funding(), closer, ours, m.fee(), m.locktime());
        Form form = formToSign(close, m.tlvs());
        Optional<Signature> theirs = signature(m.tlvs(), form);
        if (theirs.isEmpty()) return Failing.warning(context, state, "closing_complete lacks the signature " + form);
        Tx tx = close.tx(form).orElseThrow();
        if (!isSigned(c, tx, theirs.get()))
            return Failing.warning(context, state, "closing_complete has an invalid signature");
        Signature mine = sign(context, c, tx);
        Tx complete = complete(c, tx, mine, theirs.get());
        return new Transition(context, state)
                .record(new ChannelEvent.ClosingSigSent(complete, m.closerScriptpubkey()))
                .then(new ChannelEffect.Publish(complete))
                .send(new ClosingSig(m.channelId(), m.closerScriptpubkey(), m.closeeScriptpubkey(), m.fee(),
                        m.locktime(), TlvStream.of(tlv(form, mine))))
                .accepted();
    }

    /** The peer has signed ours. */
    public static Decision received(ChannelContext context, Negotiating state, ClosingSig m) {
        ActiveChannel c = state.channel();
        Optional<Offer> offer = state.simple().unanswered();
        if (offer.isEmpty() || !offer.get()
                .equals(
                        new Offer(m.closerScriptpubkey(), m.closeeScriptpubkey(), m.fee(), m.locktime())))
            return Failing.warning(context, state, "closing_sig answers no closing_complete of ours");
        SimpleClose close = close(c, offer.get());
        if (m.tlvs().records().size() != 1)
            return Failing.warning(context, state, "closing_sig must have exactly one signature");
        Form form = form(m.tlvs().records().getFirst());
        if (!close.forms().contains(form))
            return Failing.warning(context, state, "closing_sig signs " + form + ", which we did not");
        Tx tx = close.tx(form).orElseThrow();
        Signature theirs = signature(m.tlvs(), form).orElseThrow();
        if (!isSigned(c, tx, theirs)) return Failing.warning(context, state, "closing_sig has an invalid signature");
        Tx complete = complete(c, tx, sign(context, c, tx), theirs);
        var t = new Transition(context, state).record(new ChannelEvent.ClosingCompleteSigned(complete))
                .then(new ChannelEffect.Publish(complete));
        // Our user may have asked for more meanwhile.
        var next = (Negotiating) t.state();
        if (next.simple().wanted().filter(feerate -> offer.get().fee().lessThan(fee(c, feerate))).isPresent()) begin(t);
        return t.accepted();
    }

    private static void propose(Transition t, Negotiating state, FeeratePerKw feerate) {
        ActiveChannel c = state.channel();
        Satoshi fee = fee(c, feerate);
        long height = t.context().height().height();
        Optional<Offer> last = state.simple().last();
        boolean same = last.isPresent() && state.simple().ours().isPresent() && !last.get().fee().lessThan(fee)
                && last.get().closee().equals(theirs(c).script());
        Offer offer = same
                ? last.get()
                : new Offer(ours(c).script(), theirs(c).script(), last.map(Offer::fee).orElse(fee).max(fee), height);
        SimpleClose close = close(c, offer);
        Satoshi least = ClosingTransactions.fee(FeeratePerKw.FLOOR, offer.closer(), offer.closee());
        // Who has next to nothing leaves the closing to the other side.
        if (offer.fee().lessThan(least) || close.forms().isEmpty()) return;
        var signatures = new ArrayList<ClosingTlv>();
        for (Form form : close.forms())
            signatures.add(tlv(form, sign(t.context(), c, close.tx(form).orElseThrow())));
        t.record(new ChannelEvent.ClosingCompleteSent(offer.closer(), offer.closee(), offer.fee(), offer.lockTime()))
                .send(new ClosingComplete(c.id(), offer.closer(), offer.closee(), offer.fee(), offer.lockTime(),
                        TlvStream.of(signatures.toArray(ClosingTlv[]::new))));
    }

    /** What that feerate costs us, or all that we can give. */
    private static Satoshi fee(ActiveChannel c, FeeratePerKw feerate) {
        Payout ours = ours(c);
        Payout theirs = theirs(c);
        return ClosingTransactions.fee(feerate, ours.script(), theirs.script()).min(SimpleClose.mostFee(ours, theirs));
    }

    private static SimpleClose close(ActiveChannel c, Offer offer) {
        return new SimpleClose(c.funding(), new Payout(c.ledger().local(), offer.closer()),
                new Payout(c.ledger().remote(), offer.closee()), offer.fee(), offer.lockTime());
    }

    /** The closee's choice: never a form that leaves its own output out, unless that is dust. */
    private static Form formToSign(SimpleClose close, TlvStream<ClosingTlv> offered) {
        if (close.isCloseeDust()) return Form.CLOSER_ONLY;
        return offered.get(CloserAndCloseeOutputs.class).isPresent() ? Form.BOTH : Form.CLOSEE_ONLY;
    }

    private static Payout ours(ActiveChannel c) {
        return new Payout(c.ledger().local(), c.shutdown().localScript().orElseThrow());
    }

    private static Payout theirs(ActiveChannel c) {
        return new Payout(c.ledger().remote(), c.shutdown().remoteScript().orElseThrow());
    }

    private static ClosingTlv tlv(Form form, Signature signature) {
        return switch (form) {
            case CLOSER_ONLY -> new CloserOutputOnly(signature);
            case CLOSEE_ONLY -> new CloseeOutputOnly(signature);
            case BOTH -> new CloserAndCloseeOutputs(signature);
        };
    }

    private static Form form(ClosingTlv tlv) {
        return switch (tlv) {
            case CloserOutputOnly s -> Form.CLOSER_ONLY;
            case CloseeOutputOnly s -> Form.CLOSEE_ONLY;
            case CloserAndCloseeOutputs s -> Form.BOTH;
        };
    }

    private static Optional<Signature> signature(TlvStream<ClosingTlv> tlvs, Form form) {
        return switch (form) {
            case CLOSER_ONLY -> tlvs.get(CloserOutputOnly.class).map(CloserOutputOnly::signature);
            case CLOSEE_ONLY -> tlvs.get(CloseeOutputOnly.class).map(CloseeOutputOnly::signature);
            case BOTH -> tlvs.get(CloserAndCloseeOutputs.class).map(CloserAndCloseeOutputs::signature);
        };
    }

    private static Signature sign(ChannelContext context, ActiveChannel c, Tx tx) {
        return Funding.sign(tx, c.terms().capacity(), c.terms().ours().basepoints().funding(),
                c.terms().theirs().basepoints().funding(), context.keys().funding());
    }

    private static boolean isSigned(ActiveChannel c, Tx tx, Signature byPeer) {
        return Funding.verify(tx, c.terms().capacity(), c.terms().ours().basepoints().funding(),
                c.terms().theirs().basepoints().funding(), byPeer);
    }

    private static Tx complete(ActiveChannel c, Tx tx, Signature byUs, Signature byPeer) {
        return Funding.complete(tx.withWitness(0, List.of()), c.terms().ours().basepoints().funding(), byUs,
                c.terms().theirs().basepoints().funding(), byPeer);
    }
}
