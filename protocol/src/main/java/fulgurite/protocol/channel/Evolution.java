package fulgurite.protocol.channel;

import fulgurite.protocol.channel.ChannelEvent.*;
import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.commitment.CommitmentChain;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Ledger;
import fulgurite.protocol.channel.commitment.OnionArchive;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.List;
import java.util.Optional;

/** Applies recorded facts: no checks, no cryptography. Only a journal that no version ever wrote makes it throw. */
final class Evolution {
    private Evolution() {}

    static ChannelState evolve(ChannelState state, ChannelEvent event) {
        return switch (event) {
            case OpeningProposed e -> new AwaitingAccept(e);
            case ProposalAccepted e -> new AwaitingFundingTx(opening(((AwaitingAccept) state).proposal(), e));
            case OpeningAccepted e -> new AwaitingFundingCreated(
                    new Opening(e.terms(), e.peerFeatures(), e.temporaryId(), e.push(), e.feerate(), e.remotePoint()));
            case FundingCreated e -> new AwaitingFundingSigned(
                    ((AwaitingFundingTx) state).opening(), e.tx(), e.outputIndex());
            case ChannelFunded e -> funded(state, e);
            case OpeningAbandoned e -> new Closed(new ClosedBecause(e.reason()));
            case ClosedBecause e -> new Closed(e);
            case ChannelRestored e -> Restoring.restored(e);
            case NegotiationStarted e ->
                new Negotiating(channel(state), Optional.empty(), Optional.empty(), ClosingOffers.NONE);
            case ClosingFeeProposed e -> new Negotiating(channel(state),
                    Optional.of(new ClosingProposal(e.fee(), e.minFee(), e.maxFee())),
                    ((Negotiating) state).theirs(), ((Negotiating) state).simple());
            case ClosingFeeReceived e ->
                new Negotiating(channel(state).withUnsignedUpdate(), ((Negotiating) state).ours(),
                        Optional.of(e.fee()), ((Negotiating) state).simple());
            case ClosingFeerateWanted e -> offering(state, offers(state).wanting(e.feerate()));
            case ClosingCompleteSent e -> offering(with(state, channel(state).withUnsignedUpdate()), offers(state)
                    .offered(new ClosingOffers.Offer(e.ours(), e.theirs(), e.fee(), e.lockTime())));
            case ClosingCompleteSigned e -> offering(state, offers(state).signed(e.tx()));
            case ClosingSigSent e -> offering(
                    with(state, channel(state).with(channel(state).shutdown().received(e.theirs()))
                            .withUnsignedUpdate()),
                    offers(state).signedForPeer(e.tx()));
            case MutualCloseAgreed e -> new Closing(channel(state), ClosingProgress.mutual(e.tx()));
            case ClosedUnilaterally e -> new Closing(channel(state), state instanceof Closing closing
                    ? closing.progress().closedBy(e.reason(), e.commitment())
                    : ClosingProgress.unilateral(e.reason(), e.commitment()));
            case FundingSpendConfirmed e -> spent(state, e);
            case OutputSpendConfirmed e -> progressed(state, progress(state).spent(e.outPoint(), e.tx(), e.height()));
            case FundingSpendUndone e -> progressed(state, progress(state).undone());
            case OutputSpendUndone e -> progressed(state, progress(state).undone(e.outPoint()));
            case HtlcTransactionFunded e -> state;
            case HtlcSettledOnChain e -> settledOnChain(state, e);
            case LinkDropped e -> dropped((Funded) state);
            case HtlcOffered e -> with(state, offered(channel(state), e));
            case HtlcAdded e -> with(state, added(channel(state), e).withUnsignedUpdate());
            case HtlcBlinded e -> with(state, channel(state).with(
                    channel(state).ledger().blind(e.offeredBy(), e.htlcId(), e.pathKey())));
            case HtlcRemoved e -> with(state, channel(state).with(
                    channel(state).ledger().remove(Side.REMOTE, e.htlcId(), e.result())));
            case HtlcRemovedByPeer e -> with(state, removedByPeer(channel(state), e).withUnsignedUpdate());
            case PreimageLearned e -> with(state, channel(state).with(
                    channel(state).ledger().learn(Side.REMOTE, e.htlcId(), e.preimage())));
            case FeeProposed e -> with(state, channel(state).with(channel(state).ledger().changeFee(e.feerate())));
            case FeeProposedByPeer e -> with(state,
                    channel(state).with(channel(state).ledger().changeFee(e.feerate())).withUnsignedUpdate());
            case CommitmentSent e -> with(state, channel(state)
                    .with(channel(state).chain().sent(e.signature(), e.htlcSignatures()))
                    .with(channel(state).ledger().signed(Side.LOCAL)));
            case CommitmentReceived e -> with(state, channel(state)
                    .with(channel(state).chain().received(e.signature(), e.htlcSignatures()))
                    .with(channel(state).ledger().signed(Side.REMOTE).revoked(Side.LOCAL))
                    .withoutUnsignedUpdates());
            case RevocationReceived e -> with(state, revoked(channel(state), e));
            case OnionsForgotten e -> with(state, channel(state).with(channel(state).onions().without(e.expired())));
            case SettlementAcknowledged e -> with(state, channel(state).acknowledged(e.htlcId()));
            case LinkRestored e -> with(state, channel(state).with(new Link.Reestablishing(e.peerFeatures())));
            case Reestablished e -> with(state, reestablished(channel(state)));
            case QuiescenceWanted e -> with(state, channel(state).with(channel(state).quiescence().asked()));
            case QuiescenceOffered e ->
                with(state, channel(state).with(channel(state).quiescence().withSent(e.initiator())));
            case QuiescenceAccepted e ->
                with(state, channel(state).with(channel(state).quiescence().withReceived(e.initiator())));
            case RemovalDeferred e -> with(state, deferred(channel(state), e));
            case ShutdownDecided e ->
                with(state, channel(state).with(channel(state).shutdown().requested(e.script())));
            case ShutdownSent e -> with(state, channel(state).with(channel(state).shutdown().withSent()));
            case ShutdownReceived e ->
                with(state, channel(state).with(channel(state).shutdown().received(e.script())));
            case FundingConfirmed e -> with(state, channel(state).with(
                    channel(state).fundingStatus().confirmed(e.shortChannelId(), e.depth())));
            case FundingSeen e -> with(state, channel(state).withFunding(e.tx()));
            case FundingAwaited e -> with(state, channel(state).with(
                    channel(state).fundingStatus().awaited(e.since())));
            case FundingRivalled e -> with(state, channel(state).with(
                    channel(state).fundingStatus().rivalled(e.at())));
            case ReadySent e -> with(state, channel(state).with(channel(state).fundingStatus().withReadySent()));
            case ReadyReceived e -> with(state, channel(state)
                    .with(channel(state).fundingStatus().withReadyReceived(e.alias()))
                    .with(channel(state).chain().withSecondPoint(e.secondPoint()))
                    .withUnsignedUpdate());
            case AnnouncementSigned e -> with(state, channel(state).with(e.proof()).withUnsignedUpdate());
        };
    }

    private static ActiveChannel channel(ChannelState state) {
        return ((Funded) state).channel();
    }

    /** The same phase with a changed channel; both channel_ready together make it a normal one. */
    private static ChannelState with(ChannelState state, ActiveChannel next) {
        return switch ((Funded) state) {
            case AwaitingFunding s -> next.isReady() ? new Normal(next) : new AwaitingFunding(next);
            case Normal s -> new Normal(next);
            case Negotiating s -> new Negotiating(next, s.ours(), s.theirs(), s.simple());
            case Closing s -> new Closing(next, s.progress());
        };
    }

    private static ClosingOffers offers(ChannelState state) {
        return ((Negotiating) state).simple();
    }

    private static ChannelState offering(ChannelState state, ClosingOffers next) {
        var n = (Negotiating) state;
        return new Negotiating(n.channel(), n.ours(), n.theirs(), next);
    }

    private static Opening opening(OpeningProposed p, ProposalAccepted a) {
        var terms = new ChannelTerms(p.peer(), p.keyIndex(), p.chainHash(), Side.LOCAL, p.capacity(), p.type(),
                p.announce(), p.alias(), a.minimumDepth(), p.ours(), a.theirs());
        return new Opening(terms, p.peerFeatures(), p.temporaryId(), p.push(), p.feerate(), a.remotePoint());
    }

    private static ChannelState funded(ChannelState state, ChannelFunded e) {
        return switch (state) {
            case AwaitingFundingSigned s -> funded(s.opening(), Optional.of(s.fundingTx()), e);
            case AwaitingFundingCreated s -> funded(s.opening(), Optional.empty(), e);
            case Unopened s -> throw outOfPlace(state, e);
            case AwaitingAccept s -> throw outOfPlace(state, e);
            case AwaitingFundingTx s -> throw outOfPlace(state, e);
            case Funded s -> throw outOfPlace(state, e);
            case Closed s -> throw outOfPlace(state, e);
        };
    }

    private static ChannelState funded(Opening o, Optional<fulgurite.protocol.bitcoin.Tx> tx, ChannelFunded e) {
        boolean ours = o.terms().funder() == Side.LOCAL;
        MilliSatoshi rest = o.terms().capacity().toMilliSatoshi().minus(o.push());
        var ledger = Ledger.opened(o.terms().funder(), ours ? rest : o.push(), ours ? o.push() : rest, o.feerate());
        return new AwaitingFunding(new ActiveChannel(o.terms(), e.funding(), tx, ledger,
                CommitmentChain.opened(e.signature(), o.remotePoint()), List.of(),
                new Link.Up(o.peerFeatures()), FundingStatus.UNCONFIRMED, ShutdownStatus.NONE, Optional.empty(),
                Quiescence.NONE, 0, OnionArchive.EMPTY));
    }

    private static ChannelState spent(ChannelState state, FundingSpendConfirmed e) {
        ClosingProgress before = state instanceof Closing closing
                ? closing.progress()
                : state instanceof Negotiating n && n.simple().latest().isPresent()
                        ? ClosingProgress.mutual(n.simple().latest().get())
                        : ClosingProgress.byPeer();
        return new Closing(channel(state), before.spent(e.tx(), e.height()));
    }

    private static ClosingProgress progress(ChannelState state) {
        return ((Closing) state).progress();
    }

    private static ChannelState progressed(ChannelState state, ClosingProgress next) {
        return new Closing(channel(state), next);
    }

    private static ChannelState settledOnChain(ChannelState state, HtlcSettledOnChain e) {
        ActiveChannel c = channel(state);
        Optional<Htlc> htlc = c.ledger().find(Side.LOCAL, e.htlcId());
        // With its preimage known already, its origin has its result.
        if (htlc.isPresent() && htlc.get().origin().isPresent() && htlc.get().preimage().isEmpty())
            c = c.with(new Settlement(htlc.get().origin().get(), e.htlcId(), e.result()));
        if (e.result() instanceof HtlcResult.Fulfilled(var preimage))
            c = c.with(c.ledger().learn(Side.LOCAL, e.htlcId(), preimage));
        return new Closing(c, progress(state).settled(e.htlcId()));
    }

    private static ChannelState dropped(Funded state) {
        Ledger ledger = state.channel().ledger().withoutUncommittedOfPeer();
        // What could not be said for the quiet is said on the next connection.
        for (Quiescence.Deferred one : state.channel().quiescence().deferred())
            ledger = ledger.remove(Side.REMOTE, one.htlcId(), one.result());
        ActiveChannel next = state.channel().with(ledger).with(new Link.Down()).with(Quiescence.NONE);
        // The negotiation of the closing fee begins anew on the next connection (BOLT 2, Message Retransmission).
        if (state instanceof Negotiating n)
            return new Negotiating(next, Optional.empty(), Optional.empty(), n.simple().disconnected());
        return with(state, next);
    }

    private static ActiveChannel deferred(ActiveChannel c, RemovalDeferred e) {
        ActiveChannel next = c.with(c.quiescence().with(new Quiescence.Deferred(e.htlcId(), e.result())));
        return e.result() instanceof HtlcResult.Fulfilled(var preimage)
                ? next.with(c.ledger().learn(Side.REMOTE, e.htlcId(), preimage))
                : next;
    }

    private static ActiveChannel reestablished(ActiveChannel c) {
        return c.link() instanceof Link.Reestablishing(var features) ? c.with(new Link.Up(features)) : c;
    }

    private static ActiveChannel offered(ActiveChannel c, HtlcOffered e) {
        return c.with(c.ledger()
                .add(new Htlc(Side.LOCAL, e.htlcId(), e.amount(), e.paymentHash(), e.expiry(),
                        e.onion(), c.ledger().nextSequence(), Stage.PROPOSED, Optional.empty(), Optional.of(e.origin()),
                        Optional.empty(), false)));
    }

    private static ActiveChannel added(ActiveChannel c, HtlcAdded e) {
        return c.with(c.ledger()
                .add(new Htlc(Side.REMOTE, e.htlcId(), e.amount(), e.paymentHash(), e.expiry(),
                        e.onion(), c.ledger().nextSequence(), Stage.PROPOSED, Optional.empty(), Optional.empty(),
                        Optional.empty(), e.mustFail())));
    }

    private static ActiveChannel removedByPeer(ActiveChannel c, HtlcRemovedByPeer e) {
        Optional<Htlc> htlc = c.ledger().find(Side.LOCAL, e.htlcId());
        ActiveChannel next = c.with(c.ledger().remove(Side.LOCAL, e.htlcId(), e.result()));
        // A preimage settles at once, and only the first time: it may come again after a lost connection.
        if (htlc.isEmpty() || htlc.get().preimage().isPresent() || htlc.get().origin().isEmpty()
                || !(e.result() instanceof HtlcResult.Fulfilled))
            return next;
        return next.with(new Settlement(htlc.get().origin().get(), e.htlcId(), e.result()));
    }

    private static ActiveChannel revoked(ActiveChannel c, RevocationReceived e) {
        Ledger ledger = c.ledger().revoked(Side.REMOTE);
        ActiveChannel next = c.with(ledger).with(c.chain().revoked(e.secret(), e.nextPoint()));
        for (Htlc htlc : c.ledger().htlcs())
            if (htlc.offeredBy() == Side.REMOTE && htlc.stage() == Stage.RETURNED)
                next = next.with(next.onions()
                        .plus(OnionArchive.of(htlc.id(), htlc.onion(), htlc.expiry().height())));
        for (Htlc htlc : c.ledger().htlcs())
            if (htlc.offeredBy() == Side.LOCAL && htlc.preimage().isEmpty() && htlc.removal().isPresent()
                    && htlc.origin().isPresent() && ledger.find(Side.LOCAL, htlc.id()).isEmpty())
                next = next.with(new Settlement(htlc.origin().get(), htlc.id(), htlc.removal().get().result()));
        return next;
    }

    private static IllegalStateException outOfPlace(ChannelState state, ChannelEvent event) {
        return new IllegalStateException("the journal has " + event.getClass().getSimpleName() + " in state "
                + state.getClass().getSimpleName());
    }
}
