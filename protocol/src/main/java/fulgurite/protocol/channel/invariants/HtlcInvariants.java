package fulgurite.protocol.channel.invariants;

import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.Quiescence;
import fulgurite.protocol.channel.Settlement;
import fulgurite.protocol.channel.commitment.FeeUpdate;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.Removal;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.PaymentPreimage;
import java.util.List;
import java.util.Optional;

/**
 * Every update is in one stage, and moves as the exchange of commitment_signed and revoke_and_ack moves it.
 *
 * <p>An update of one side goes PROPOSED, COMMITTED, ACKNOWLEDGED, RETURNED, IRREVOCABLE. Our commitment_signed moves
 * our proposed ones and the peer's acknowledged ones; the peer's revocation our committed and the peer's returned ones;
 * the peer's commitment_signed, which we revoke at once, moves the peer's by two and finishes ours. Nothing else moves
 * any. An HTLC comes with the next id of its offerer; is removed once, and only when it is irrevocable; is gone when
 * that removal is irrevocable, and its amount is then its receiver's if it was fulfilled, with a preimage that fits. A
 * lost connection takes back what the peer had proposed and not committed, and makes the removals that a quiet
 * channel had to defer. An HTLC of ours has one result for its
 * origin.
 *
 * @bolt 2, Normal Operation; Message Retransmission
 */
final class HtlcInvariants {
    private HtlcInvariants() {}

    static Optional<InvariantBreach> ofEvent(ActiveChannel before, ChannelEvent event, ActiveChannel after) {
        return settlements(before, event, after)
                .or(() -> before.ledger() == after.ledger()
                        ? Optional.empty()
                        : new Walk(before, event, after.ledger()).check())
                .or(() -> preimage(before, event));
    }

    /** No HTLC has two results, and a preimage is told only of an HTLC that was there. */
    private static Optional<InvariantBreach> settlements(
            ActiveChannel before, ChannelEvent event, ActiveChannel after) {
        List<Settlement> now = after.settlements();
        if (now == before.settlements()) return Optional.empty();
        for (int i = 0; i < now.size(); i++)
            for (int j = i + 1; j < now.size(); j++)
                if (now.get(i).htlcId() == now.get(j).htlcId())
                    return broken("our HTLC " + now.get(i).htlcId() + " would have two results");
        if (event instanceof ChannelEvent.SettlementAcknowledged) return Optional.empty();
        for (Settlement one : now)
            if (!before.settlements().contains(one) && before.ledger().find(Side.LOCAL, one.htlcId()).isEmpty())
                return broken("our HTLC " + one.htlcId() + " has a result though it is not pending");
        return Optional.empty();
    }

    private static Optional<InvariantBreach> preimage(ActiveChannel before, ChannelEvent event) {
        return switch (event) {
            case ChannelEvent.HtlcRemoved e when e.result() instanceof HtlcResult.Fulfilled(var preimage) ->
                fits(before, Side.REMOTE, e.htlcId(), preimage);
            case ChannelEvent.HtlcRemovedByPeer e when e.result() instanceof HtlcResult.Fulfilled(var preimage) ->
                fits(before, Side.LOCAL, e.htlcId(), preimage);
            case ChannelEvent.HtlcSettledOnChain e when e.result() instanceof HtlcResult.Fulfilled(var preimage) ->
                fits(before, Side.LOCAL, e.htlcId(), preimage);
            case ChannelEvent.RemovalDeferred e -> deferrable(before, e.htlcId())
                    .or(() -> e.result() instanceof HtlcResult.Fulfilled(var preimage)
                            ? fits(before, Side.REMOTE, e.htlcId(), preimage)
                            : Optional.empty());
            case ChannelEvent.PreimageLearned e -> fits(before, Side.REMOTE, e.htlcId(), e.preimage());
            case ChannelEvent e -> Optional.empty();
        };
    }

    private static Optional<InvariantBreach> deferrable(ActiveChannel before, long id) {
        boolean may = before.ledger()
                .find(Side.REMOTE, id)
                .filter(htlc -> htlc.stage() == Stage.IRREVOCABLE && htlc.removal().isEmpty())
                .isPresent();
        return InvariantBreach.unless(may && !before.quiescence().defers(id), Invariant.STAGES,
                () -> "the peer's HTLC " + id + " has a second result, or is not irrevocably committed");
    }

    private static Optional<InvariantBreach> fits(
            ActiveChannel before, Side offerer, long id, PaymentPreimage preimage) {
        Optional<Htlc> htlc = before.ledger().find(offerer, id);
        return htlc.isPresent()
                ? InvariantBreach.unless(
                        Hashes.sha256(preimage.bytes()).bytes().equals(htlc.get().paymentHash().bytes()),
                        Invariant.STAGES, () -> "HTLC " + id + " is fulfilled with a preimage that does not fit")
                : broken("HTLC " + id + " is fulfilled and is not pending");
    }

    private static Optional<InvariantBreach> broken(String detail) {
        return Optional.of(new InvariantBreach(Invariant.STAGES, detail));
    }

    /** Where an event takes an update of {@code sender} that has come to {@code stage}. */
    private static Stage moved(ChannelEvent event, Side sender, Stage stage) {
        boolean ours = sender == Side.LOCAL;
        return switch (event) {
            case ChannelEvent.CommitmentSent e when ours && stage == Stage.PROPOSED -> Stage.COMMITTED;
            case ChannelEvent.CommitmentSent e when !ours && stage == Stage.ACKNOWLEDGED -> Stage.RETURNED;
            case ChannelEvent.CommitmentReceived e when !ours && stage == Stage.PROPOSED -> Stage.ACKNOWLEDGED;
            case ChannelEvent.CommitmentReceived e when ours && stage == Stage.ACKNOWLEDGED -> Stage.IRREVOCABLE;
            case ChannelEvent.RevocationReceived e when ours && stage == Stage.COMMITTED -> Stage.ACKNOWLEDGED;
            case ChannelEvent.RevocationReceived e when !ours && stage == Stage.RETURNED -> Stage.IRREVOCABLE;
            case ChannelEvent e -> stage;
        };
    }

    /** One walk along both lists, which are in the same order. Used once. */
    private static final class Walk {
        private final Ledger before;
        private final Quiescence deferred;
        private final ChannelEvent event;
        private final Ledger after;
        private long gained;
        private long forgotten;

        Walk(ActiveChannel before, ChannelEvent event, Ledger after) {
            this.before = before.ledger();
            this.deferred = before.quiescence();
            this.event = event;
            this.after = after;
        }

        Optional<InvariantBreach> check() {
            List<Htlc> now = after.htlcs();
            int next = 0;
            for (Htlc old : before.htlcs()) {
                boolean stays = next < now.size() && isSame(old, now.get(next));
                Optional<InvariantBreach> breach = stays ? changed(old, now.get(next)) : gone(old);
                if (breach.isPresent()) return breach;
                if (stays) next++;
            }
            return added(now.subList(next, now.size())).or(this::balances).or(this::fees);
        }

        private static boolean isSame(Htlc one, Htlc other) {
            return one.offeredBy() == other.offeredBy() && one.id() == other.id();
        }

        private Optional<InvariantBreach> changed(Htlc old, Htlc now) {
            if (old == now && moved(event, old.offeredBy(), old.stage()) == old.stage() && old.removal().isEmpty())
                return isRemovedBy(old) ? broken(name(old) + " is not removed by its removal") : Optional.empty();
            if (!old.amount().equals(now.amount()) || !old.paymentHash().equals(now.paymentHash())
                    || !old.expiry().equals(now.expiry()))
                return broken(name(old) + " has other terms than before");
            if (now.stage() != moved(event, old.offeredBy(), old.stage()))
                return broken(name(old) + " goes from " + old.stage() + " to " + now.stage());
            if (old.preimage().isPresent() && !old.preimage().equals(now.preimage()))
                return broken(name(old) + " forgets its preimage");
            return removal(old, now);
        }

        private Optional<InvariantBreach> removal(Htlc old, Htlc now) {
            if (isRemovedBy(old)) {
                if (old.removal().isPresent()) return broken(name(old) + " is removed twice");
                if (old.stage() != Stage.IRREVOCABLE)
                    return broken(name(old) + " is removed before it is irrevocably committed");
                return InvariantBreach.unless(
                        now.removal().filter(removal -> removal.stage() == Stage.PROPOSED).isPresent(),
                        Invariant.STAGES, () -> name(old) + " is not removed by its removal");
            }
            if (old.removal().isEmpty())
                return now.removal().isEmpty() ? Optional.empty() : broken(name(old) + " has a removal of nobody's");
            Removal was = old.removal().get();
            if (now.removal().isEmpty())
                return InvariantBreach.unless(isForgotten(old.offeredBy().other(), was.stage()), Invariant.STAGES,
                        () -> name(old) + " loses its removal at " + was.stage());
            Stage expected = moved(event, old.offeredBy().other(), was.stage());
            return InvariantBreach.unless(
                    now.removal().get().stage() == expected && expected != Stage.IRREVOCABLE
                            && now.removal().get().result().equals(was.result()),
                    Invariant.STAGES,
                    () -> name(old) + "'s removal goes from " + was.stage() + " to " + now.removal().get().stage());
        }

        private Optional<InvariantBreach> gone(Htlc old) {
            if (isForgotten(old.offeredBy(), old.stage())) {
                forgotten++;
                return Optional.empty();
            }
            Stage end = old.removal()
                    .map(removal -> moved(event, old.offeredBy().other(), removal.stage()))
                    .orElse(Stage.PROPOSED);
            if (end != Stage.IRREVOCABLE) return broken(name(old) + " is gone before its removal is irrevocable");
            boolean paid = old.removal().orElseThrow().result() instanceof HtlcResult.Fulfilled;
            long amount = paid ? old.amount().msat() : 0;
            gained = Math.addExact(gained, old.offeredBy() == Side.LOCAL ? -amount : amount);
            return Optional.empty();
        }

        private boolean isForgotten(Side sender, Stage stage) {
            return event instanceof ChannelEvent.LinkDropped && sender == Side.REMOTE && stage == Stage.PROPOSED;
        }

        private boolean isRemovedBy(Htlc htlc) {
            return switch (event) {
                case ChannelEvent.HtlcRemoved e -> htlc.offeredBy() == Side.REMOTE && htlc.id() == e.htlcId();
                case ChannelEvent.HtlcRemovedByPeer e -> htlc.offeredBy() == Side.LOCAL && htlc.id() == e.htlcId();
                // The end of the quiet: what could not be removed during it is now.
                case ChannelEvent.LinkDropped e -> htlc.offeredBy() == Side.REMOTE && deferred.defers(htlc.id());
                case ChannelEvent e -> false;
            };
        }

        private Optional<InvariantBreach> added(List<Htlc> more) {
            boolean ours = event instanceof ChannelEvent.HtlcOffered;
            boolean theirs = event instanceof ChannelEvent.HtlcAdded;
            if (more.size() != (ours || theirs ? 1 : 0)) return broken(more.size() + " HTLCs are new");
            long offered = before.nextOffered() + (ours ? 1 : 0);
            long received = before.nextReceived() + (theirs ? 1 : 0) - forgotten;
            if (after.nextOffered() != offered || after.nextReceived() != received)
                return broken("the next ids are " + after.nextOffered() + " and " + after.nextReceived()
                        + ", and should be " + offered + " and " + received);
            if (more.isEmpty()) return unknownRemoval();
            Htlc htlc = more.getFirst();
            long id = ours ? before.nextOffered() : before.nextReceived();
            return InvariantBreach.unless(
                    htlc.offeredBy() == (ours ? Side.LOCAL : Side.REMOTE) && htlc.id() == id
                            && htlc.stage() == Stage.PROPOSED && htlc.removal().isEmpty()
                            && htlc.amount().msat() > 0,
                    Invariant.STAGES, () -> name(htlc) + " is new at " + htlc.stage() + " where " + id + " is next");
        }

        private Optional<InvariantBreach> unknownRemoval() {
            boolean exists = switch (event) {
                case ChannelEvent.HtlcRemoved e -> before.find(Side.REMOTE, e.htlcId()).isPresent();
                case ChannelEvent.HtlcRemovedByPeer e -> before.find(Side.LOCAL, e.htlcId()).isPresent();
                case ChannelEvent e -> true;
            };
            return InvariantBreach.unless(exists, Invariant.STAGES, () -> "an HTLC is removed that is not pending");
        }

        private Optional<InvariantBreach> balances() {
            long moved = after.local().msat() - before.local().msat();
            return InvariantBreach.unless(moved == gained, Invariant.CONSERVATION,
                    () -> "our balance moves by " + moved + " msat, and the HTLCs that end pay us " + gained);
        }

        private Optional<InvariantBreach> fees() {
            int next = 0;
            for (FeeUpdate old : before.fees()) {
                Stage end = moved(event, before.funder(), old.stage());
                if (end == Stage.IRREVOCABLE || isForgotten(before.funder(), old.stage())) continue;
                if (next == after.fees().size() || after.fees().get(next).stage() != end
                        || !after.fees().get(next).feerate().equals(old.feerate()))
                    return broken("the feerate " + old.feerate() + " is lost at " + old.stage());
                next++;
            }
            boolean proposed = event instanceof ChannelEvent.FeeProposed && before.funder() == Side.LOCAL
                    || event instanceof ChannelEvent.FeeProposedByPeer && before.funder() == Side.REMOTE;
            int more = after.fees().size() - next;
            return InvariantBreach.unless(more == (proposed ? 1 : 0), Invariant.STAGES,
                    () -> more + " feerates are new");
        }

        private static String name(Htlc htlc) {
            return (htlc.offeredBy() == Side.LOCAL ? "our HTLC " : "the peer's HTLC ") + htlc.id();
        }
    }
}
