package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.commitment.CommitmentChain;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.crypto.ShaChain;
import fulgurite.protocol.transactions.Breach;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.ChannelScripts;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentKeys;
import fulgurite.protocol.transactions.CommitmentNumber;
import fulgurite.protocol.transactions.CommitmentParameters;
import fulgurite.protocol.transactions.Commitments;
import fulgurite.protocol.transactions.KeyDerivation;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PublicKey;
import java.util.Optional;

/** Which transaction has spent the funding output. @bolt 5, General Requirements */
sealed interface FundingSpender {
    /** Both have signed it at the end of a shutdown. */
    record MutualClose() implements FundingSpender {}

    /** Our latest commitment. */
    record OurCommitment(Commitment commitment) implements FundingSpender {}

    /** The peer's: the one that it has not revoked, or the next, that we have signed. */
    record TheirCommitment(Commitment commitment) implements FundingSpender {}

    /** An old one of the peer: all of it is ours. */
    record TheirRevoked(Breach breach) implements FundingSpender {}

    /** One of ours, of a channel that was restored from a backup: its delayed balance is ours unless it was revoked. */
    record OurForgotten(Optional<Claim> toLocal) implements FundingSpender {}

    /** An old one of ours: all of it is the peer's. */
    record OurRevoked() implements FundingSpender {}

    /** One of the peer that we know nothing of: we have lost data. */
    record Future() implements FundingSpender {}

    /** Nobody but the keeper of both keys can have made it. */
    record Unknown() implements FundingSpender {}

    /** What a person should know at once, if anything. */
    default Optional<String> warning() {
        return switch (this) {
            case Unknown u -> Optional
                    .of("an unknown transaction spent the channel: its keys may have leaked, its funds may be lost");
            case Future f -> Optional
                    .of("the peer published a commitment that we do not know: we have lost data, and take our balance");
            case TheirRevoked r -> Optional.of("the peer published a revoked commitment: we take all of it");
            case OurForgotten f -> Optional
                    .of("a commitment of our own was published before the data was lost: we take our balance in it");
            case OurRevoked r -> Optional
                    .of("a revoked commitment of our own was published: the peer may take all of it");
            case MutualClose m -> Optional.empty();
            case OurCommitment o -> Optional.empty();
            case TheirCommitment t -> Optional.empty();
        };
    }

    /** Why the channel is over, for a person; empty when we began it ourselves and know better. */
    default Optional<String> reason() {
        return switch (this) {
            case MutualClose m -> Optional.of("closed by both");
            case OurCommitment o -> Optional.empty();
            case TheirCommitment t -> Optional.of("closed by the peer alone");
            case TheirRevoked r -> Optional.of("the peer published a revoked commitment and lost it");
            case OurForgotten f -> Optional.of("closed by us before the data was lost");
            case OurRevoked r -> Optional.of("a revoked commitment of our own was published");
            case Future f -> Optional.of("closed by the peer after we had lost data");
            case Unknown u -> Optional.of("spent by an unknown transaction");
        };
    }

    /** Recognises a spend of the funding. @param keys of the channel */
    static FundingSpender of(ActiveChannel c, ChannelKeys keys, Tx spend) {
        if (!CommitmentNumber.looksLikeCommitment(spend))
            // Of a restored channel we do not know what we signed; but nothing is spent without our signature.
            return c.isRestored() || isMutualClose(c, spend) ? new MutualClose() : new Unknown();
        CommitmentChain chain = c.chain();
        CommitmentParameters ours = c.commitmentsOf(Side.LOCAL);
        CommitmentParameters theirs = c.commitmentsOf(Side.REMOTE);
        long number = CommitmentNumber.read(spend, ours.obscuringFactor());
        if (number == chain.localNumber()) {
            Commitment latest = Commitments
                    .build(ours, c.spec(View.LOCAL_CURRENT), number, keys.perCommitmentPoint(number));
            if (latest.tx().txid().equals(spend.txid())) return new OurCommitment(latest);
        }
        if (number == chain.remoteNumber()) {
            Commitment current = Commitments.build(theirs, c.spec(View.REMOTE_CURRENT), number, chain.remotePoint());
            if (current.tx().txid().equals(spend.txid())) return new TheirCommitment(current);
        }
        if (number == chain.remoteNumber() + 1 && chain.unacknowledged().isPresent()) {
            PublicKey point = chain.remoteNextPoint().orElseThrow();
            Commitment next = Commitments.build(theirs, c.spec(View.REMOTE_SIGNED), number, point);
            if (next.tx().txid().equals(spend.txid())) return new TheirCommitment(next);
        }
        return old(c, keys, spend, number);
    }

    /** We have signed it, perhaps long ago: then it pays nobody but the two of us, where we said. */
    private static boolean isMutualClose(ActiveChannel c, Tx spend) {
        return c.shutdown().isComplete() && spend.inputs().size() == 1
                && spend.outputs().stream().allMatch(output -> c.shutdown().mayPay(output.script()));
    }

    private static FundingSpender old(ActiveChannel c, ChannelKeys keys, Tx spend, long number) {
        Optional<Breach> breach = number >= c.chain().remoteNumber()
                ? Optional.empty()
                : c.chain()
                        .remoteSecrets()
                        .secretAt(ShaChain.FIRST_INDEX - number)
                        .map(secret -> Breach.of(c.commitmentsOf(Side.REMOTE), secret, keys));
        // The peer's delayed balance is proof; to_remote is not, for the peer has chosen the key that it pays.
        if (breach.isPresent() && breach.get().toLocal(spend).isPresent()) return new TheirRevoked(breach.get());
        if (number < c.chain().localNumber() && paysLikeOurs(c.commitmentsOf(Side.LOCAL), keys, spend, number))
            return new OurRevoked();
        if (breach.isPresent()) return new TheirRevoked(breach.get());
        if (c.isRestored() && paysLikeOurs(c.commitmentsOf(Side.LOCAL), keys, spend, number))
            return new OurForgotten(forgotten(c.commitmentsOf(Side.LOCAL), keys, spend, number));
        return number > c.chain().remoteNumber() ? new Future() : new Unknown();
    }

    /** Whether it pays as only a commitment of ours does: the peer at once, or us with a delay. */
    private static boolean paysLikeOurs(CommitmentParameters ours, ChannelKeys keys, Tx spend, long number) {
        var derived = CommitmentKeys.derive(ours.owner(), ours.other(), keys.perCommitmentPoint(number));
        Bytes delayed = Scripts.payToWitnessScriptHash(
                ChannelScripts.delayed(derived.revocation(), ours.toSelfDelay(), derived.localDelayed()));
        Bytes remote = toRemoteScript(ours.format(), ours.other().payment());
        for (TxOutput output : spend.outputs())
            if (output.script().equals(delayed) || output.script().equals(remote)) return true;
        return false;
    }

    /** Our delayed balance in a commitment of ours of which nothing but its number is known. */
    private static Optional<Claim> forgotten(CommitmentParameters ours, ChannelKeys keys, Tx spend, long number) {
        PublicKey point = keys.perCommitmentPoint(number);
        var derived = CommitmentKeys.derive(ours.owner(), ours.other(), point);
        Bytes code = ChannelScripts.delayed(derived.revocation(), ours.toSelfDelay(), derived.localDelayed());
        Bytes script = Scripts.payToWitnessScriptHash(code);
        for (int i = 0; i < spend.outputs().size(); i++)
            if (spend.outputs().get(i).script().equals(script))
                return Optional.of(new Claim(new OutPoint(spend.txid(), i), spend.outputs().get(i).amount(), code,
                        new Claim.Delayed(ours.toSelfDelay()),
                        KeyDerivation.secret(keys.delayedPayment(), keys.basepoints().delayedPayment(), point)));
        return Optional.empty();
    }

    /** The output script of to_remote. @param payment basepoint of the side that does not own the commitment */
    static Bytes toRemoteScript(CommitmentFormat format, PublicKey payment) {
        return switch (format) {
            case STATIC_REMOTEKEY -> Scripts.payToWitnessKeyHash(payment);
            case ANCHORS_ZERO_FEE_HTLC_TX -> Scripts
                    .payToWitnessScriptHash(ChannelScripts.toRemoteWithAnchors(payment));
        };
    }
}
