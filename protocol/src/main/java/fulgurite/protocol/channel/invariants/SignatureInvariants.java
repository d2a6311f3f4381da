package fulgurite.protocol.channel.invariants;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Funded;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.commitment.CommitmentChain;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.crypto.ShaChain;
import fulgurite.protocol.transactions.CommitmentNumber;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelReestablish;
import fulgurite.protocol.wire.ClosingComplete;
import fulgurite.protocol.wire.ClosingSig;
import fulgurite.protocol.wire.ClosingSigned;
import fulgurite.protocol.wire.CommitmentSigned;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.RevokeAndAck;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What may be signed, published and revealed.
 *
 * <p>The peer's commitments: a number is signed once, for it is only signed while none before it waits for its
 * revocation, and what is sent later for that number is the very same signature. Our commitments: a new one is taken
 * before the secret of the one before is given, and that is the only secret that ever goes out; once the end is on chain
 * nothing is signed, taken or revealed any more. What we publish as a commitment is the latest, and nothing at all when
 * the peer has proved that we are behind. A closing transaction is signed only when no HTLC is left.
 *
 * @bolt 2, Committing Updates So Far; Completing the Transition to the Updated State; Message Retransmission
 */
final class SignatureInvariants {
    private SignatureInvariants() {}

    static Optional<InvariantBreach> ofEvent(Funded before, ChannelEvent event, Funded after) {
        CommitmentChain old = before.channel().chain();
        CommitmentChain now = after.channel().chain();
        return switch (event) {
            case ChannelEvent.CommitmentSent e -> sent(before, e, after.channel());
            case ChannelEvent.CommitmentReceived e -> received(before, e, after.channel());
            case ChannelEvent.RevocationReceived e -> revoked(before, e, now);
            case ChannelEvent.ClosedUnilaterally e -> closed(before, e);
            case ChannelEvent.MutualCloseAgreed e -> agreed(before, e.tx());
            case ChannelEvent.ClosingCompleteSigned e -> agreed(before, e.tx());
            case ChannelEvent.ClosingSigSent e -> agreed(before, e.tx());
            case ChannelEvent.ReadyReceived e -> holds(old.localNumber() == now.localNumber()
                    && old.remoteNumber() == now.remoteNumber() && old.remotePoint().equals(now.remotePoint())
                    && old.unacknowledged().equals(now.unacknowledged()),
                    () -> "channel_ready changes more of the commitments than the peer's next point");
            case ChannelEvent e -> holds(old == now, () -> "an event of another kind changes the commitments")
                    .or(() -> frozen(before, event));
        };
    }

    private static Optional<InvariantBreach> sent(Funded before, ChannelEvent.CommitmentSent e, ActiveChannel after) {
        CommitmentChain old = before.channel().chain();
        long number = old.remoteNumber() + 1;
        return holds(before instanceof Normal, () -> "a commitment is signed in state " + name(before))
                .or(() -> holds(old.unacknowledged().isEmpty(),
                        () -> "the peer's commitment " + number + " would be signed a second time"))
                .or(() -> holds(old.remoteNextPoint().isPresent(),
                        () -> "the point of commitment " + number + " is not known"))
                .or(() -> holds(before.channel().ledger().hasChangesToSign(Side.LOCAL),
                        () -> "commitment " + number + " would be signed without a change"))
                .or(() -> holds(after.chain().remoteNumber() == old.remoteNumber()
                        && after.chain().localNumber() == old.localNumber()
                        && after.chain().unacknowledged().filter(s -> s.signature().equals(e.signature())).isPresent(),
                        () -> "what was signed is not what is remembered"))
                .or(() -> holds(e.htlcSignatures().size() == outputs(after, View.REMOTE_SIGNED),
                        () -> "commitment " + number + " has another number of HTLC outputs than signatures"));
    }

    private static Optional<InvariantBreach> received(
            Funded before, ChannelEvent.CommitmentReceived e, ActiveChannel after) {
        long number = before.channel().chain().localNumber() + 1;
        CommitmentChain now = after.chain();
        return holds(before instanceof Normal,
                () -> "commitment " + (number - 1) + " would be revoked in state " + name(before))
                .or(() -> holds(now.localNumber() == number && now.signature().equals(e.signature())
                        && now.remoteNumber() == before.channel().chain().remoteNumber()
                        && now.unacknowledged().equals(before.channel().chain().unacknowledged()),
                        () -> "commitment " + (number - 1) + " would be revoked without another in its place"))
                .or(() -> holds(e.htlcSignatures().size() == outputs(after, View.LOCAL_CURRENT),
                        () -> "our commitment " + number + " has another number of HTLC outputs than signatures"));
    }

    private static Optional<InvariantBreach> revoked(
            Funded before, ChannelEvent.RevocationReceived e, CommitmentChain now) {
        CommitmentChain old = before.channel().chain();
        return holds(before instanceof Normal, () -> "a revocation is taken in state " + name(before))
                .or(() -> holds(old.unacknowledged().isPresent(), () -> "the peer revokes the only commitment it has"))
                .or(() -> holds(now.remoteNumber() == old.remoteNumber() + 1 && now.unacknowledged().isEmpty()
                        && now.localNumber() == old.localNumber(),
                        () -> "the revocation does not advance the peer by one"))
                .or(() -> holds(
                        now.remoteSecrets()
                                .secretAt(ShaChain.FIRST_INDEX - old.remoteNumber())
                                .equals(Optional.of(e.secret())),
                        () -> "the secret of the peer's commitment " + old.remoteNumber() + " is not kept"));
    }

    private static Optional<InvariantBreach> closed(Funded before, ChannelEvent.ClosedUnilaterally e) {
        if (e.commitment().isEmpty()) return Optional.empty();
        if (before instanceof Closing(var channel, var progress)
                && (progress.isSilent() || !progress.mutual() && progress.published().isPresent()
                        && !progress.published().equals(e.commitment())))
            return broken(
                    "another commitment would be published, or one though the peer has proved that we are behind");
        return isLatest(before.channel(), e.commitment().get());
    }

    private static Optional<InvariantBreach> agreed(Funded before, Tx tx) {
        ActiveChannel c = before.channel();
        boolean spends = tx.inputs().size() == 1 && tx.inputs().getFirst().outPoint().equals(c.funding());
        return holds(spends && !CommitmentNumber.looksLikeCommitment(tx),
                () -> "the closing transaction does not spend the channel as one")
                .or(() -> holds(c.ledger().isClean(), () -> "the channel is closed by both while HTLCs are pending"));
    }

    /** Once the end is on chain, the updates stand as they are. */
    private static Optional<InvariantBreach> frozen(Funded before, ChannelEvent event) {
        if (!(before instanceof Closing)) return Optional.empty();
        boolean isUpdate = event instanceof ChannelEvent.HtlcOffered || event instanceof ChannelEvent.HtlcAdded
                || event instanceof ChannelEvent.HtlcRemoved || event instanceof ChannelEvent.HtlcRemovedByPeer
                || event instanceof ChannelEvent.FeeProposed || event instanceof ChannelEvent.FeeProposedByPeer
                || event instanceof ChannelEvent.RemovalDeferred;
        return holds(!isUpdate, () -> "an update is made after the end has begun on chain");
    }

    static Optional<InvariantBreach> ofEffect(ChannelContext context, Funded after, ChannelEffect effect) {
        if (effect instanceof ChannelEffect.Send(LightningMessage message)) return ofMessage(context, after, message);
        if (effect instanceof ChannelEffect.Publish(Tx tx)) return ofPublication(after, tx);
        return Optional.empty();
    }

    private static Optional<InvariantBreach> ofMessage(
            ChannelContext context, Funded state, LightningMessage message) {
        CommitmentChain chain = state.channel().chain();
        long latest = chain.localNumber();
        return switch (message) {
            case CommitmentSigned m -> holds(
                    chain.unacknowledged()
                            .filter(s -> isOf(m, s.signature(), s.htlcSignatures()))
                            .isPresent(),
                    () -> "a commitment_signed other than the recorded one would be sent")
                    .or(() -> open(state, "commitment_signed"));
            case RevokeAndAck m -> holds(
                    latest > 0 && m.perCommitmentSecret().equals(context.keys().perCommitmentSecret(latest - 1)),
                    () -> "a secret other than that of commitment " + (latest - 1) + " would be given")
                    .or(() -> open(state, "revoke_and_ack"));
            // Asks the peer to close: of our commitments it counts none.
            case ChannelReestablish m when state instanceof Closing -> holds(m.nextCommitmentNumber() == 0,
                    () -> "channel_reestablish would go on with a channel that ends on chain");
            case ChannelReestablish m -> holds(m.nextCommitmentNumber() == latest + 1
                    && m.nextRevocationNumber() == chain.remoteNumber(),
                    () -> "channel_reestablish would count other commitments than ours");
            case ClosingSigned m -> clean(state);
            case ClosingComplete m -> clean(state);
            case ClosingSig m -> clean(state);
            case LightningMessage m -> Optional.empty();
        };
    }

    private static Optional<InvariantBreach> open(Funded state, String message) {
        return holds(!(state instanceof Closing), () -> message + " would be sent after the end has begun on chain");
    }

    private static Optional<InvariantBreach> clean(Funded state) {
        return holds(state.channel().ledger().isClean(),
                () -> "a closing transaction is signed while HTLCs are pending");
    }

    private static boolean isOf(CommitmentSigned m, Signature signature, List<Signature> htlcs) {
        return m.signature().equals(signature) && m.htlcSignatures().equals(htlcs);
    }

    private static Optional<InvariantBreach> ofPublication(Funded state, Tx tx) {
        ActiveChannel c = state.channel();
        boolean spends = tx.inputs().stream().anyMatch(input -> input.outPoint().equals(c.funding()));
        if (!spends || !CommitmentNumber.looksLikeCommitment(tx)) return Optional.empty();
        if (!(state instanceof Closing(var channel, var progress)))
            return broken("a commitment would be published without its event");
        return holds(progress.published().equals(Optional.of(tx)),
                () -> "a commitment would be published that is not the recorded one").or(() -> isLatest(c, tx));
    }

    private static Optional<InvariantBreach> isLatest(ActiveChannel c, Tx commitment) {
        boolean spends = commitment.inputs().getFirst().outPoint().equals(c.funding());
        if (!spends || !CommitmentNumber.looksLikeCommitment(commitment))
            return broken("what would be published is no commitment of this channel");
        long number = CommitmentNumber.read(commitment, c.commitmentsOf(Side.LOCAL).obscuringFactor());
        return holds(number == c.chain().localNumber(), () -> "commitment " + number
                + " would be published, the latest is " + c.chain().localNumber());
    }

    private static int outputs(ActiveChannel c, View view) {
        return c.spec(view).untrimmed(c.terms().format(), c.terms().of(view.owner()).dustLimit()).size();
    }

    private static Optional<InvariantBreach> holds(boolean holds, Supplier<String> detail) {
        return InvariantBreach.unless(holds, Invariant.SIGNATURES, detail);
    }

    private static Optional<InvariantBreach> broken(String detail) {
        return holds(false, () -> detail);
    }

    private static String name(Funded state) {
        return state.getClass().getSimpleName();
    }
}
