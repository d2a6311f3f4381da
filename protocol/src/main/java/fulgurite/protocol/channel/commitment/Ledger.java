package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Who owns what in a channel, and every update on its way.
 *
 * <p>Balances are those of the irrevocable past; each update since then is kept with its sender and the
 * {@link Stage} it has come to. Every commitment transaction, of either side, current or next, is a {@link View} of
 * this: the balances with the updates that the view includes. So nothing is stored twice and nothing can disagree.
 *
 * @param funder pays the fees and alone may change the feerate
 * @param local what is ours, msat, every HTLC that is still in {@code htlcs} counted with its offerer
 * @param remote what is the peer's, counted alike
 * @param feerate irrevocable
 * @param htlcs of both sides, in the order of their sequence
 * @param fees on their way, in the order of their sequence
 * @param nextOffered the id of the next HTLC that we offer
 * @param nextReceived the id that the peer's next HTLC must have
 * @param nextSequence counts all updates, to repeat them in the order they were sent
 */
public record Ledger(
        Side funder,
        MilliSatoshi local,
        MilliSatoshi remote,
        FeeratePerKw feerate,
        List<Htlc> htlcs,
        List<FeeUpdate> fees,
        long nextOffered,
        long nextReceived,
        long nextSequence,
        HtlcArchive archive) {
    /** Below this an HTLC never has an output: the least dust limit that BOLT 2 allows. */
    private static final long LEAST_DUST_LIMIT_SAT = 354;

    public Ledger {
        htlcs = List.copyOf(htlcs);
        fees = List.copyOf(fees);
    }

    /** A new channel. */
    public static Ledger opened(Side funder, MilliSatoshi local, MilliSatoshi remote, FeeratePerKw feerate) {
        return new Ledger(funder, local, remote, feerate, List.of(), List.of(), 0, 0, 0, HtlcArchive.EMPTY);
    }

    /** What the commitment transaction of that view pays, seen from its owner. */
    public CommitmentSpec spec(View view) {
        MilliSatoshi ours = local;
        MilliSatoshi theirs = remote;
        var pending = new ArrayList<CommittedHtlc>(htlcs.size());
        for (Htlc htlc : htlcs) {
            if (!view.includes(htlc.offeredBy(), htlc.stage())) continue;
            boolean removed = htlc.isRemovedIn(view);
            if (removed && !isFulfilled(htlc)) continue;
            MilliSatoshi amount = htlc.amount();
            if (htlc.offeredBy() == Side.LOCAL) ours = ours.minus(amount);
            else theirs = theirs.minus(amount);
            if (!removed) pending.add(htlc.seenBy(view.owner()));
            else if (htlc.offeredBy() == Side.LOCAL) theirs = theirs.plus(amount);
            else ours = ours.plus(amount);
        }
        boolean isOurs = view.owner() == Side.LOCAL;
        return new CommitmentSpec(feerate(view), isOurs ? ours : theirs, isOurs ? theirs : ours, pending);
    }

    /** The feerate of that commitment. */
    public FeeratePerKw feerate(View view) {
        FeeratePerKw latest = feerate;
        for (FeeUpdate fee : fees) if (view.includes(funder, fee.stage())) latest = fee.feerate();
        return latest;
    }

    /** Every HTLC that a revoked commitment of the peer may have as an output, seen from the peer. */
    public List<CommittedHtlc> everHadSeenByPeer() {
        var all = new ArrayList<CommittedHtlc>();
        archive.stream().map(CommittedHtlc::mirrored).forEach(all::add);
        for (Htlc htlc : htlcs) all.add(htlc.seenBy(Side.REMOTE));
        return all;
    }

    /** The HTLC that {@code offerer} numbered {@code id}, unless its removal is irrevocable. */
    public Optional<Htlc> find(Side offerer, long id) {
        for (Htlc htlc : htlcs) if (htlc.is(offerer, id)) return Optional.of(htlc);
        return Optional.empty();
    }

    /** Whether a commitment_signed to the other side of {@code signer} would have something new. */
    public boolean hasChangesToSign(Side signer) {
        return anyUpdate(signer, Stage.PROPOSED) || anyUpdate(signer.other(), Stage.ACKNOWLEDGED);
    }

    /** Whether {@code sender} has an update at exactly that stage. */
    public boolean anyUpdate(Side sender, Stage stage) {
        for (Htlc htlc : htlcs) {
            if (htlc.offeredBy() == sender && htlc.stage() == stage) return true;
            if (htlc.offeredBy() != sender && htlc.removal().isPresent() && htlc.removal().get().stage() == stage)
                return true;
        }
        return funder == sender && fees.stream().anyMatch(fee -> fee.stage() == stage);
    }

    /** No HTLC in either commitment, no update on its way: the channel may be closed. */
    public boolean isClean() {
        return htlcs.isEmpty() && fees.isEmpty();
    }

    /** Adds an HTLC: its id is the next of its offerer. */
    public Ledger add(Htlc htlc) {
        boolean ours = htlc.offeredBy() == Side.LOCAL;
        return new Ledger(funder, local, remote, feerate, with(htlcs, htlc), fees,
                ours ? htlc.id() + 1 : nextOffered, ours ? nextReceived : htlc.id() + 1, nextSequence + 1, archive);
    }

    /** The side that received the HTLC removes it. An HTLC that is not there is left so. */
    public Ledger remove(Side offerer, long id, HtlcResult result) {
        var removal = Optional.of(new Removal(result, nextSequence, Stage.PROPOSED));
        return withHtlcs(map(htlc -> htlc.is(offerer, id) ? htlc.withRemoval(removal) : htlc), nextSequence + 1);
    }

    /** The preimage of that HTLC is known, however we came by it. */
    public Ledger learn(Side offerer, long id, PaymentPreimage preimage) {
        return withHtlcs(map(htlc -> htlc.is(offerer, id) ? htlc.withPreimage(preimage) : htlc), nextSequence);
    }

    /** That HTLC is inside a blinded path. */
    public Ledger blind(Side offerer, long id, PublicKey pathKey) {
        return withHtlcs(map(htlc -> htlc.is(offerer, id) ? htlc.withPathKey(pathKey) : htlc), nextSequence);
    }

    /** The funder proposes a feerate. */
    public Ledger changeFee(FeeratePerKw next) {
        return new Ledger(funder, local, remote, feerate, htlcs,
                with(fees, new FeeUpdate(next, nextSequence, Stage.PROPOSED)), nextOffered, nextReceived,
                nextSequence + 1, archive);
    }

    /** {@code signer} has sent commitment_signed. */
    public Ledger signed(Side signer) {
        return advance(signer, Stage.PROPOSED, Stage.COMMITTED)
                .advance(signer.other(), Stage.ACKNOWLEDGED, Stage.RETURNED);
    }

    /** {@code revoker} has sent revoke_and_ack: what has become irrevocable is settled in the balances. */
    public Ledger revoked(Side revoker) {
        return advance(revoker.other(), Stage.COMMITTED, Stage.ACKNOWLEDGED)
                .advance(revoker, Stage.RETURNED, Stage.IRREVOCABLE)
                .settled();
    }

    /** Forgets what the peer proposed and never committed. @bolt 2, Message Retransmission */
    public Ledger withoutUncommittedOfPeer() {
        var kept = new ArrayList<Htlc>(htlcs.size());
        for (Htlc htlc : htlcs) {
            boolean lostRemoval = htlc.offeredBy() == Side.LOCAL && htlc.removal().isPresent()
                    && htlc.removal().get().stage() == Stage.PROPOSED;
            if (htlc.offeredBy() == Side.LOCAL) kept.add(lostRemoval ? htlc.withRemoval(Optional.empty()) : htlc);
            else if (htlc.stage() != Stage.PROPOSED) kept.add(htlc);
        }
        var keptFees = funder == Side.LOCAL
                ? fees
                : fees.stream().filter(fee -> fee.stage() != Stage.PROPOSED).toList();
        return new Ledger(funder, local, remote, feerate, kept, keptFees, nextOffered,
                nextReceived - (htlcs.size() - kept.size()), nextSequence, archive);
    }

    private Ledger settled() {
        MilliSatoshi ours = local;
        MilliSatoshi theirs = remote;
        HtlcArchive archived = archive;
        var kept = new ArrayList<Htlc>(htlcs.size());
        for (Htlc htlc : htlcs) {
            if (htlc.removal().isEmpty() || htlc.removal().get().stage() != Stage.IRREVOCABLE) {
                kept.add(htlc);
                continue;
            }
            if (htlc.amount().toSatoshi().sat() >= LEAST_DUST_LIMIT_SAT)
                archived = archived.plus(htlc.seenBy(Side.LOCAL));
            if (!isFulfilled(htlc)) continue;
            boolean offered = htlc.offeredBy() == Side.LOCAL;
            ours = offered ? ours.minus(htlc.amount()) : ours.plus(htlc.amount());
            theirs = offered ? theirs.plus(htlc.amount()) : theirs.minus(htlc.amount());
        }
        FeeratePerKw rate = feerate;
        var keptFees = new ArrayList<FeeUpdate>();
        for (FeeUpdate fee : fees) {
            if (fee.stage() == Stage.IRREVOCABLE) rate = fee.feerate();
            else keptFees.add(fee);
        }
        return new Ledger(funder, ours, theirs, rate, kept, keptFees, nextOffered, nextReceived, nextSequence,
                archived);
    }

    private Ledger advance(Side sender, Stage from, Stage to) {
        var moved = map(htlc -> htlc.advance(sender, from, to));
        var movedFees = funder != sender
                ? fees
                : fees.stream()
                        .map(fee -> new FeeUpdate(fee.feerate(), fee.sequence(), fee.stage().advanced(from, to)))
                        .toList();
        return new Ledger(funder, local, remote, feerate, moved, movedFees, nextOffered, nextReceived, nextSequence,
                archive);
    }

    private Ledger withHtlcs(List<Htlc> next, long sequence) {
        return new Ledger(funder, local, remote, feerate, next, fees, nextOffered, nextReceived, sequence, archive);
    }

    private List<Htlc> map(UnaryOperator<Htlc> change) {
        return htlcs.stream().map(change).toList();
    }

    private static boolean isFulfilled(Htlc htlc) {
        return htlc.removal().isPresent() && htlc.removal().get().result() instanceof HtlcResult.Fulfilled;
    }

    private static <T> List<T> with(List<T> list, T added) {
        var next = new ArrayList<T>(list.size() + 1);
        next.addAll(list);
        next.add(added);
        return next;
    }
}
