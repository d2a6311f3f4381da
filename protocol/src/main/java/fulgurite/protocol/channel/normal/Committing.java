package fulgurite.protocol.channel.normal;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent.CommitmentReceived;
import fulgurite.protocol.channel.ChannelEvent.CommitmentSent;
import fulgurite.protocol.channel.ChannelEvent.RevocationReceived;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.IncomingHtlc;
import fulgurite.protocol.channel.Settlement;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.closing.ShuttingDown;
import fulgurite.protocol.channel.commitment.CommitmentChain;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.ShaChain;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.CommitmentSigned;
import fulgurite.protocol.wire.RevokeAndAck;
import java.util.List;

/** The dance of commitment_signed and revoke_and_ack. @bolt 2, Committing Updates So Far; Completing the Transition to the Updated State */
public final class Committing {
    private Committing() {}

    /** Signs what is pending; nothing while the peer has not acknowledged our last signature. */
    public static Decision commit(ChannelContext context, Normal state) {
        var t = new Transition(context, state);
        advance(t);
        return t.accepted();
    }

    /** What follows by itself from any step: sign what is pending, then send the shutdown that waited for that. */
    public static void advance(Transition t) {
        if (t.state() instanceof Normal && canSign(t.channel())) sign(t);
        Quieting.advance(t);
        ShuttingDown.advance(t);
    }

    /** The peer signs our next commitment: verified whole, then recorded, then the one before is revoked. */
    public static Decision received(ChannelContext context, Normal state, CommitmentSigned m) {
        ActiveChannel channel = state.channel();
        if (!channel.ledger().hasChangesToSign(Side.REMOTE))
            return Failing.warning(context, state, "commitment_signed without any update");
        Commitment next = CommitmentSigning.local(context.keys(), channel, View.LOCAL_NEXT,
                channel.chain().localNumber() + 1);
        if (m.htlcSignatures().size() != next.htlcTransactions().size())
            return Failing.violation(context, state, "commitment_signed has " + m.htlcSignatures().size()
                    + " HTLC signatures, expected " + next.htlcTransactions().size());
        if (!CommitmentSigning.isSigned(next, m.signature()))
            return Failing.violation(context, state, "commitment_signed has an invalid signature");
        if (!CommitmentSigning.areSigned(next, m.htlcSignatures()))
            return Failing.violation(context, state, "commitment_signed has an invalid HTLC signature");
        var t = new Transition(context, state).record(new CommitmentReceived(m.signature(), m.htlcSignatures()));
        t.send(revocation(context.keys(), t.channel()));
        advance(t);
        return t.accepted();
    }

    /** The peer revokes its commitment: what it makes irrevocable is told. */
    public static Decision received(ChannelContext context, Normal state, RevokeAndAck m) {
        CommitmentChain chain = state.channel().chain();
        if (chain.unacknowledged().isEmpty())
            return Failing.violation(context, state, "revoke_and_ack without a commitment_signed");
        if (!Curve.isValidSecret(m.perCommitmentSecret())
                || !Curve.publicKey(m.perCommitmentSecret()).equals(chain.remotePoint()))
            return Failing.violation(context, state, "revoke_and_ack with a wrong per_commitment_secret");
        if (!(chain.remoteSecrets()
                .insert(ShaChain.FIRST_INDEX - chain.remoteNumber(),
                        m.perCommitmentSecret()) instanceof ShaChain.Inserted))
            return Failing.violation(context, state,
                    "revoke_and_ack with a secret that does not descend from one seed");
        if (!Curve.isOnCurve(m.nextPerCommitmentPoint()))
            return Failing.violation(context, state, "next_per_commitment_point is not a valid point");
        var t = new Transition(context, state)
                .record(new RevocationReceived(m.perCommitmentSecret(), m.nextPerCommitmentPoint()));
        for (Htlc htlc : state.channel().ledger().htlcs())
            if (htlc.offeredBy() == Side.REMOTE && htlc.stage() == Stage.RETURNED)
                t.then(new ChannelEffect.HtlcReceived(incoming(htlc)));
        for (Settlement s : t.channel().settlements())
            if (!state.channel().settlements().contains(s))
                t.then(new ChannelEffect.HtlcSettled(s.origin(), s.htlcId(), s.result()));
        advance(t);
        return t.accepted();
    }

    /** The revoke_and_ack of our commitment before the latest. */
    static RevokeAndAck revocation(ChannelKeys keys, ActiveChannel c) {
        long latest = c.chain().localNumber();
        return new RevokeAndAck(c.id(), keys.perCommitmentSecret(latest - 1), keys.perCommitmentPoint(latest + 1));
    }

    /** An HTLC as those see it that are to resolve it. */
    public static IncomingHtlc incoming(Htlc htlc) {
        return new IncomingHtlc(htlc.id(), htlc.amount(), htlc.paymentHash(), htlc.expiry(), htlc.onion(),
                htlc.mustFail(), htlc.pathKey());
    }

    private static boolean canSign(ActiveChannel c) {
        return c.link().isUp() && c.chain().unacknowledged().isEmpty() && c.chain().remoteNextPoint().isPresent()
                && c.ledger().hasChangesToSign(Side.LOCAL);
    }

    private static void sign(Transition t) {
        ActiveChannel c = t.channel();
        ChannelKeys keys = t.context().keys();
        Commitment next = CommitmentSigning.remote(c, View.REMOTE_NEXT, c.chain().remoteNumber() + 1,
                c.chain().remoteNextPoint().orElseThrow());
        var signature = CommitmentSigning.sign(keys, next);
        List<Signature> htlcs = CommitmentSigning.signHtlcs(keys, next);
        t.record(new CommitmentSent(signature, htlcs)).send(new CommitmentSigned(c.id(), signature, htlcs));
    }
}
