package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.Commitments;
import fulgurite.protocol.transactions.HtlcTransaction;
import fulgurite.protocol.transactions.HtlcTransactions;
import fulgurite.protocol.transactions.KeyDerivation;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Signature;
import java.util.ArrayList;
import java.util.List;

/** Builds the commitments of both sides, signs the peer's and checks ours. @bolt 2, Committing Updates So Far */
public final class CommitmentSigning {
    private CommitmentSigning() {}

    /** A commitment of ours. @param view one of ours */
    public static Commitment local(ChannelKeys keys, ActiveChannel c, View view, long number) {
        return Commitments.build(c.commitmentsOf(Side.LOCAL), c.spec(view), number, keys.perCommitmentPoint(number));
    }

    /** A commitment of the peer. @param view one of the peer's; @param point the peer's for that number */
    public static Commitment remote(ActiveChannel c, View view, long number, PublicKey point) {
        return Commitments.build(c.commitmentsOf(Side.REMOTE), c.spec(view), number, point);
    }

    /** Our signature of a commitment of the peer. */
    public static Signature sign(ChannelKeys keys, Commitment remote) {
        return Commitments.signForOwner(remote, keys.funding());
    }

    /** Our signatures of the HTLC transactions of the peer's commitment, in the order of its outputs. */
    public static List<Signature> signHtlcs(ChannelKeys keys, Commitment remote) {
        if (remote.htlcTransactions().isEmpty()) return List.of();
        PrivateKey secret = KeyDerivation.secret(keys.htlc(), keys.basepoints().htlc(),
                remote.keys().perCommitmentPoint());
        var signatures = new ArrayList<Signature>(remote.htlcTransactions().size());
        for (HtlcTransaction h : remote.htlcTransactions())
            signatures.add(HtlcTransactions.signForOwner(h, secret));
        return signatures;
    }

    /** Whether the peer has signed a commitment of ours. */
    public static boolean isSigned(Commitment local, Signature byPeer) {
        return Commitments.verifyForOwner(local, byPeer);
    }

    /** Whether the peer has signed each HTLC transaction of a commitment of ours. @param byPeer as many as there are, in order */
    public static boolean areSigned(Commitment local, List<Signature> byPeer) {
        for (int i = 0; i < byPeer.size(); i++)
            if (!HtlcTransactions.verifyForOwner(local.htlcTransactions().get(i), byPeer.get(i),
                    local.keys().remoteHtlc()))
                return false;
        return true;
    }

    /** Our latest commitment, signed by both. */
    public static Tx latestSigned(ChannelKeys keys, ActiveChannel c) {
        Commitment ours = local(keys, c, View.LOCAL_CURRENT, c.chain().localNumber());
        return Commitments.complete(ours, c.chain().signature(), keys.funding());
    }
}
