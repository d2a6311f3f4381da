package fulgurite.protocol.channel.opening;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.AnnouncementProof;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Established;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.AnnouncementSignatures;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.Features;
import java.util.Optional;

/** announcement_signatures, and the channel_announcement that both sides' make. @bolt 7, The announcement_signatures Message */
public final class Announcing {
    /** Confirmations before a channel is told to the world. */
    public static final int DEPTH = 6;
    private static final Signature NONE = new Signature(Bytes.zeros(Signature.SIZE));

    private Announcing() {}

    /** Sends our signatures when the time has come, and the announcement when the peer's are there already. */
    public static void offer(Transition t) {
        ActiveChannel c = t.channel();
        if (!isDue(c)) return;
        if (c.link().isUp()) t.send(ourSignatures(t.context(), c));
        announcement(t.context(), c).ifPresent(a -> t.then(new ChannelEffect.AnnounceChannel(a)));
    }

    /** After reconnection: only when we lack the peer's, who then answers with them. */
    public static void offerAgain(Transition t) {
        boolean has = t.channel()
                .remoteProof()
                .map(AnnouncementProof::shortChannelId)
                .equals(t.channel().fundingStatus().shortChannelId());
        if (isDue(t.channel()) && !has)
            t.send(ourSignatures(t.context(), t.channel()));
    }

    /** The peer's signatures. They are kept unverified while we do not know where the funding confirmed. */
    public static Decision received(ChannelContext context, Established state, AnnouncementSignatures m) {
        ActiveChannel c = state.channel();
        var t = new Transition(context, state);
        if (!c.terms().announce()) return Decision.nothing();
        var proof = new AnnouncementProof(m.shortChannelId(), m.nodeSignature(), m.bitcoinSignature());
        if (c.remoteProof().equals(Optional.of(proof))) {
            // It has repeated them, so it lacks ours. We do not answer a first time: then ours went out by themselves.
            if (isDue(c)) t.send(ourSignatures(context, c));
            return t.accepted();
        }
        Optional<ShortChannelId> scid = c.fundingStatus().shortChannelId();
        if (scid.isPresent() && !isValid(context, c, scid.get(), proof))
            return Failing.warning(context, state, "announcement_signatures are invalid");
        t.record(new ChannelEvent.AnnouncementSigned(proof));
        if (isDue(t.channel()))
            announcement(context, t.channel()).ifPresent(a -> t.then(new ChannelEffect.AnnounceChannel(a)));
        return t.accepted();
    }

    /** The announcement signed by all four keys; nothing while the peer's signatures are missing or wrong. */
    public static Optional<ChannelAnnouncement> announcement(ChannelContext context, ActiveChannel c) {
        Optional<ShortChannelId> scid = c.fundingStatus().shortChannelId();
        if (scid.isEmpty() || c.remoteProof().isEmpty()) return Optional.empty();
        AnnouncementProof theirs = c.remoteProof().get();
        if (!isValid(context, c, scid.get(), theirs)) return Optional.empty();
        var ours = sign(context, c, scid.get());
        boolean first = isFirst(context, c);
        ChannelAnnouncement u = unsigned(context, c, scid.get());
        return Optional.of(new ChannelAnnouncement(first ? ours.node() : theirs.node(),
                first ? theirs.node() : ours.node(), first ? ours.bitcoin() : theirs.bitcoin(),
                first ? theirs.bitcoin() : ours.bitcoin(), u.features(), u.chainHash(), u.shortChannelId(),
                u.nodeId1(), u.nodeId2(), u.bitcoinKey1(), u.bitcoinKey2(), u.extension()));
    }

    /** Whether our signatures may go out. */
    public static boolean isDue(ActiveChannel c) {
        return c.terms().announce() && c.isReady() && c.fundingStatus().depth() >= DEPTH && !c.shutdown().sent();
    }

    private static AnnouncementSignatures ourSignatures(ChannelContext context, ActiveChannel c) {
        AnnouncementProof ours = sign(context, c, c.fundingStatus().shortChannelId().orElseThrow());
        return new AnnouncementSignatures(c.id(), ours.shortChannelId(), ours.node(), ours.bitcoin());
    }

    private static AnnouncementProof sign(ChannelContext context, ActiveChannel c, ShortChannelId scid) {
        Bytes32 digest = Hashes.sha256Twice(unsigned(context, c, scid).signedBytes());
        return new AnnouncementProof(scid, Curve.sign(digest, context.nodeSecret()),
                Curve.sign(digest, context.keys().funding()));
    }

    private static boolean isValid(
            ChannelContext context, ActiveChannel c, ShortChannelId scid, AnnouncementProof theirs) {
        Bytes32 digest = Hashes.sha256Twice(unsigned(context, c, scid).signedBytes());
        return theirs.shortChannelId().equals(scid)
                && Curve.verify(digest, theirs.node(), c.terms().peer().key())
                && Curve.verify(digest, theirs.bitcoin(), c.terms().theirs().basepoints().funding());
    }

    private static ChannelAnnouncement unsigned(ChannelContext context, ActiveChannel c, ShortChannelId scid) {
        boolean first = isFirst(context, c);
        PublicKey ours = c.terms().ours().basepoints().funding();
        PublicKey theirs = c.terms().theirs().basepoints().funding();
        return new ChannelAnnouncement(NONE, NONE, NONE, NONE, Features.EMPTY, c.terms().chainHash(), scid,
                first ? context.nodeId() : c.terms().peer(), first ? c.terms().peer() : context.nodeId(),
                first ? ours : theirs, first ? theirs : ours, Bytes.EMPTY);
    }

    /** Nodes stand in the order of their ids. */
    private static boolean isFirst(ChannelContext context, ActiveChannel c) {
        return context.nodeId().compareTo(c.terms().peer()) < 0;
    }
}
