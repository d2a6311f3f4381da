package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Established;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Link;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.Violation;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.closing.FeeNegotiation;
import fulgurite.protocol.channel.closing.ShuttingDown;
import fulgurite.protocol.channel.commitment.CommitmentChain;
import fulgurite.protocol.channel.commitment.FeeUpdate;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.SentCommitment;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.channel.opening.Announcing;
import fulgurite.protocol.channel.opening.Readiness;
import fulgurite.protocol.crypto.ShaChain;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.ChannelReestablish;
import fulgurite.protocol.wire.CommitmentSigned;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.UpdateFee;
import fulgurite.protocol.wire.UpdateMessage;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Taking a channel up again on a new connection.
 *
 * <p>Our own updates are never dropped. Those that our last commitment_signed covers are repeated with it, the very
 * same, when the peer has not received it; those never signed are sent again after that, and signed then.
 *
 * @bolt 2, Message Retransmission
 */
public final class Reestablishing {
    private static final PrivateKey NO_SECRET = new PrivateKey(Bytes.zeros(PrivateKey.SIZE));

    private Reestablishing() {}

    /** A new connection: channel_reestablish goes out, and nothing else before the peer's has come. */
    public static Decision connected(ChannelContext context, Established state, Features peerFeatures) {
        var t = new Transition(context, state);
        if (!(state.channel().link() instanceof Link.Down)) t.record(new ChannelEvent.LinkDropped());
        t.record(new ChannelEvent.LinkRestored(peerFeatures));
        return t.send(message(context, t.channel())).accepted();
    }

    /** The connection is lost, or the node was. */
    public static Decision disconnected(ChannelContext context, Established state) {
        if (state.channel().link() instanceof Link.Down) return Decision.nothing();
        return new Transition(context, state).record(new ChannelEvent.LinkDropped()).accepted();
    }

    /** The peer's channel_reestablish: what it lacks is repeated, in the order it was first sent. */
    public static Decision received(ChannelContext context, Established state, ChannelReestablish m) {
        ActiveChannel c = state.channel();
        CommitmentChain chain = c.chain();
        // First what it proves: who is behind must not publish, whatever else the peer asks for.
        Optional<Decision> revocation = checkRevocations(context, state, m);
        boolean behind = revocation.isPresent() && revocation.get() instanceof Decision.Violated v
                && v.violation().consequence() == Violation.Consequence.WAIT_FOR_PEER;
        if (m.nextCommitmentNumber() == 0 && !behind)
            return Failing.violation(context, state, "the peer asks for our commitment transaction");
        if (revocation.isPresent()) return revocation.get();
        long nextToSign = chain.remoteNumber() + 1;
        boolean lacksCommitment = chain.unacknowledged().isPresent() && m.nextCommitmentNumber() == nextToSign;
        long expected = chain.unacknowledged().isPresent() ? nextToSign + 1 : nextToSign;
        if (!lacksCommitment && m.nextCommitmentNumber() != expected)
            return Failing.violation(context, state, "channel_reestablish expects commitment "
                    + m.nextCommitmentNumber() + ", ours is " + expected);

        var t = new Transition(context, state).record(new ChannelEvent.Reestablished());
        if (c.fundingStatus().readySent() && chain.localNumber() == 0 && m.nextCommitmentNumber() == 1)
            t.send(Readiness.message(context, c));
        boolean lacksRevocation = m.nextRevocationNumber() == chain.localNumber() - 1;
        repeat(t, lacksRevocation, lacksCommitment);
        ShuttingDown.repeat(t);
        sendUpdates(t, Stage.PROPOSED);
        Announcing.offerAgain(t);
        Committing.advance(t);
        FeeNegotiation.restart(t);
        return t.accepted();
    }

    private static ChannelReestablish message(ChannelContext context, ActiveChannel c) {
        CommitmentChain chain = c.chain();
        PrivateKey last = chain.remoteNumber() == 0
                ? NO_SECRET
                : chain.remoteSecrets().secretAt(ShaChain.FIRST_INDEX - (chain.remoteNumber() - 1)).orElseThrow();
        return new ChannelReestablish(c.id(), chain.localNumber() + 1, chain.remoteNumber(), last,
                context.keys().perCommitmentPoint(chain.localNumber()));
    }

    /** What is wrong with the peer's count of our revocations, and with its proof of the last. */
    private static Optional<Decision> checkRevocations(
            ChannelContext context, Established state, ChannelReestablish m) {
        long ours = state.channel().chain().localNumber();
        long theirs = m.nextRevocationNumber();
        boolean inRange = theirs >= 0 && theirs <= ShaChain.FIRST_INDEX;
        boolean proven = inRange && m.yourLastPerCommitmentSecret()
                .equals(
                        theirs == 0 ? NO_SECRET : context.keys().perCommitmentSecret(theirs - 1));
        if (inRange && theirs > ours && proven)
            return Optional.of(Failing.behind(context, state,
                    "we have lost data: please publish your commitment transaction"));
        if (!proven)
            return Optional.of(Failing.violation(context, state,
                    "channel_reestablish with a wrong your_last_per_commitment_secret"));
        if (theirs != ours && theirs != ours - 1)
            return Optional.of(Failing.violation(context, state, "channel_reestablish expects revocation " + theirs
                    + ", ours is " + ours));
        return Optional.empty();
    }

    /** revoke_and_ack and commitment_signed, in the order in which they were sent first. */
    private static void repeat(Transition t, boolean revocation, boolean commitment) {
        ActiveChannel c = t.channel();
        // We had this number when we signed: so our last revocation, which gave us the number, went before.
        boolean revokedFirst = c.chain().unacknowledged().isPresent()
                && c.chain().unacknowledged().get().localNumber() == c.chain().localNumber();
        if (revocation && revokedFirst) t.send(Committing.revocation(t.context().keys(), c));
        if (commitment) {
            sendUpdates(t, Stage.COMMITTED);
            SentCommitment sent = c.chain().unacknowledged().orElseThrow();
            t.send(new CommitmentSigned(c.id(), sent.signature(), sent.htlcSignatures()));
        }
        if (revocation && !revokedFirst) t.send(Committing.revocation(t.context().keys(), c));
    }

    /** Our updates of that stage, in the order in which they were made. */
    private static void sendUpdates(Transition t, Stage stage) {
        ActiveChannel c = t.channel();
        ChannelId id = c.id();
        Ledger ledger = c.ledger();
        SortedMap<Long, UpdateMessage> inOrder = new TreeMap<>();
        for (Htlc h : ledger.htlcs()) {
            if (h.offeredBy() == Side.LOCAL && h.stage() == stage)
                inOrder.put(h.sequence(), Offering.message(id, h));
            if (h.offeredBy() == Side.REMOTE && h.removal().isPresent() && h.removal().get().stage() == stage)
                inOrder.put(h.removal().get().sequence(),
                        Settling.message(id, h.id(), h.removal().get().result()));
        }
        if (ledger.funder() == Side.LOCAL)
            for (FeeUpdate fee : ledger.fees())
                if (fee.stage() == stage) inOrder.put(fee.sequence(), new UpdateFee(id, fee.feerate()));
        inOrder.values().forEach(t::send);
    }
}
