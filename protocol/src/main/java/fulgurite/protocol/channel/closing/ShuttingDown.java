package fulgurite.protocol.channel.closing;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.channel.ShutdownStatus;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.channel.normal.Committing;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Shutdown;
import java.util.Optional;

/** shutdown, ours and the peer's, and waiting until no HTLC is left. @bolt 2, Closing Initiation: shutdown */
public final class ShuttingDown {
    private ShuttingDown() {}

    /** We want to close. The message goes out at once, or when what we have proposed is signed, or when connected. */
    public static Decision decide(ChannelContext context, Established state, ChannelCommand.Shutdown c) {
        ActiveChannel channel = state.channel();
        if (channel.shutdown().localScript().isPresent()) return Decision.refuse(new Refusal.ShuttingDown());
        Bytes promised = channel.terms().ours().shutdownScript();
        if (!promised.isEmpty() && !promised.equals(c.script()))
            return Decision.refuse(new Refusal.BadShutdownScript("another script was promised at opening"));
        if (!isAcceptable(context, channel, c.script()))
            return Decision.refuse(new Refusal.BadShutdownScript("a segwit program is needed"));
        var t = new Transition(context, state).record(new ChannelEvent.ShutdownDecided(c.script()))
                .then(new ChannelEffect.ChannelUnusable(channel.id()));
        Committing.advance(t);
        return t.accepted();
    }

    /** The peer wants to close: we answer with our own as soon as we may. */
    public static Decision received(ChannelContext context, Established state, Shutdown m) {
        ActiveChannel channel = state.channel();
        Bytes promised = channel.terms().theirs().shutdownScript();
        if (!promised.isEmpty() && !promised.equals(m.scriptpubkey()))
            return Failing.warning(context, state, "shutdown to another script than promised at opening");
        if (!isAcceptable(context, channel, m.scriptpubkey()))
            return Failing.warning(context, state, "shutdown to a script of no allowed form");
        var t = new Transition(context, state);
        ShutdownStatus before = channel.shutdown();
        boolean again = before.remoteScript().isPresent();
        if (again && !before.remoteScript().get().equals(m.scriptpubkey())
                && !channel.link().negotiates(context.features(), Feature.SIMPLE_CLOSE))
            return Failing.warning(context, state, "a second shutdown to another script");
        if (!before.remoteScript().equals(Optional.of(m.scriptpubkey())))
            t.record(new ChannelEvent.ShutdownReceived(m.scriptpubkey()));
        if (before.localScript().isEmpty()) {
            Bytes ours = channel.terms().ours().shutdownScript();
            t.record(new ChannelEvent.ShutdownDecided(ours.isEmpty() ? context.shutdownScript() : ours))
                    .then(new ChannelEffect.ChannelUnusable(channel.id()));
        }
        Committing.advance(t);
        if (state instanceof Negotiating n && SimpleClosing.isNegotiated(context, n)) SimpleClosing.begin(t);
        return t.accepted();
    }

    /** Sends the shutdown that was decided once nothing of ours is uncommitted, and begins the negotiation once all is clean. */
    public static void advance(Transition t) {
        if (!(t.state() instanceof Established) || t.state() instanceof Negotiating) return;
        ActiveChannel c = t.channel();
        if (!c.link().isUp() || c.quiescence().isBegun()) return;
        ShutdownStatus s = c.shutdown();
        if (s.localScript().isPresent() && !s.sent() && !c.ledger().anyUpdate(Side.LOCAL, Stage.PROPOSED))
            t.record(new ChannelEvent.ShutdownSent()).send(new Shutdown(c.id(), s.localScript().get()));
        if (t.channel().shutdown().isComplete() && c.ledger().isClean() && c.chain().unacknowledged().isEmpty()) {
            t.record(new ChannelEvent.NegotiationStarted());
            FeeNegotiation.begin(t);
        }
    }

    /** After reconnection a shutdown that was sent is sent again. */
    public static void repeat(Transition t) {
        ActiveChannel c = t.channel();
        if (c.shutdown().sent()) t.send(new Shutdown(c.id(), c.shutdown().localScript().orElseThrow()));
    }

    /** Whether a closing transaction may pay that script on this connection. */
    static boolean isAcceptable(ChannelContext context, ActiveChannel c, Bytes script) {
        return ShutdownScripts.isAcceptable(script,
                c.link().negotiates(context.features(), Feature.SHUTDOWN_ANYSEGWIT),
                c.link().negotiates(context.features(), Feature.SIMPLE_CLOSE));
    }
}
