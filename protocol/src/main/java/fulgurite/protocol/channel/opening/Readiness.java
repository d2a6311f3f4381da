package fulgurite.protocol.channel.opening;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Established;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.FundingStatus;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelReady;
import fulgurite.protocol.wire.ChannelReadyTlv;
import java.util.Optional;

/** From the confirmed funding to channel_ready both ways. @bolt 2, The channel_ready Message */
public final class Readiness {
    /** Confirmations before a coinbase's output can be spent, so before a channel on it can be closed. */
    private static final int COINBASE_MATURITY = 100;

    private Readiness() {}

    /**
     * The funding has confirmations. Only now is it seen that the peer's transaction pays what it promised: its id and
     * index alone could name anything.
     */
    public static Decision confirmed(ChannelContext context, Established state, ChannelCommand.FundingConfirmed c) {
        ActiveChannel channel = state.channel();
        if (!c.tx().txid().equals(channel.funding().txid())) return Decision.nothing();
        if (!FundingOutput.isIn(c.tx(), channel))
            return Failing.unfunded(context, state, "the funding transaction does not pay the channel");
        FundingStatus before = channel.fundingStatus();
        var scid = ShortChannelId.of(c.height(), c.txIndex(), channel.funding().index());
        int enough = c.txIndex() == 0 ? COINBASE_MATURITY : channel.terms().minimumDepth();
        var t = new Transition(context, state);
        if (!before.readySent() && c.depth() < enough) t.then(FundingOutput.watchConfirmed(channel, enough));
        if (before.shortChannelId().equals(Optional.of(scid)) && before.depth() >= c.depth()) return t.accepted();
        if (channel.fundingTx().isEmpty()) {
            t.record(new ChannelEvent.FundingSeen(c.tx()));
            FundingOutput.watchInputs(t.channel()).forEach(t::then);
        }
        boolean moved = !before.shortChannelId().equals(Optional.of(scid));
        t.record(new ChannelEvent.FundingConfirmed(scid, c.depth()));
        // A channel in use has its first place on the chain, or, by a reorganisation, another one.
        if (moved && before.readySent()) tellIfUsable(t);
        if (!before.readySent() && c.depth() >= enough) {
            t.record(new ChannelEvent.ReadySent());
            if (t.channel().link().isUp()) t.send(message(context, t.channel()));
            tellIfUsable(t);
        }
        boolean deep = c.depth() >= Announcing.DEPTH;
        if (deep && (moved || before.depth() < Announcing.DEPTH)) Announcing.offer(t);
        if (!deep) t.then(FundingOutput.watchConfirmed(channel, Announcing.DEPTH));
        return t.accepted();
    }

    /** A channel that needs no confirmations is ready once it is funded. */
    static void readyUnconfirmed(Transition t) {
        if (t.channel().terms().minimumDepth() > 0) return;
        t.record(new ChannelEvent.ReadySent()).send(message(t.context(), t.channel()));
    }

    /** The peer says channel_ready. A repeated one changes nothing but perhaps the alias. */
    public static Decision received(ChannelContext context, Established state, ChannelReady m) {
        if (!Curve.isOnCurve(m.secondPerCommitmentPoint()))
            return Failing.violation(context, state, "second_per_commitment_point is not a valid point");
        FundingStatus before = state.channel().fundingStatus();
        Optional<ShortChannelId> alias = m.tlvs().get(ChannelReadyTlv.Alias.class).map(ChannelReadyTlv.Alias::alias);
        boolean sameAlias = alias.isEmpty() || alias.equals(before.remoteAlias());
        if (before.readyReceived() && sameAlias) return Decision.nothing();
        var t = new Transition(context, state)
                .record(new ChannelEvent.ReadyReceived(m.secondPerCommitmentPoint(), alias));
        tellIfUsable(t);
        if (!before.readyReceived()) Announcing.offer(t);
        return t.accepted();
    }

    /** Our channel_ready. */
    public static ChannelReady message(ChannelContext context, ActiveChannel c) {
        TlvStream<ChannelReadyTlv> alias = TlvStream.of(new ChannelReadyTlv.Alias(c.terms().alias()));
        return new ChannelReady(c.id(), context.keys().perCommitmentPoint(1), alias);
    }

    /** The channel as others may use it. */
    public static ChannelEffect usable(ActiveChannel c) {
        return new ChannelEffect.ChannelUsable(c.id(), c.fundingStatus().shortChannelId(), c.terms().alias(),
                c.fundingStatus().remoteAlias());
    }

    private static void tellIfUsable(Transition t) {
        if (t.channel().isReady()) t.then(usable(t.channel()));
    }
}
