package fulgurite.protocol.channel.opening;

import fulgurite.protocol.channel.ChannelCommand.AcceptAsFundee;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent.ChannelFunded;
import fulgurite.protocol.channel.ChannelEvent.OpeningAccepted;
import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.ChannelTerms;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.SideTerms;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.transactions.ChannelBasepoints;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.wire.AcceptChannel;
import fulgurite.protocol.wire.AcceptChannelTlv;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.FundingCreated;
import fulgurite.protocol.wire.FundingSigned;
import fulgurite.protocol.wire.OpenChannel;
import fulgurite.protocol.wire.UpfrontShutdownScript;
import java.util.Optional;

/** Taking a channel that the peer funds: accept_channel and funding_signed. @bolt 2, Channel Establishment v1 */
public final class FundeeOpening {
    private FundeeOpening() {}

    /** Answers open_channel: by accept_channel, or by an error and a channel that is over at once. */
    public static Decision accept(ChannelContext context, Unopened state, AcceptAsFundee c) {
        OpenChannel m = c.open();
        SideTerms theirs = terms(m);
        boolean zeroReserve = context.limits().zeroReserve() && m.channelReserve().isZero();
        SideTerms ours = OpeningChecks.ourTerms(context, m.fundingAmount(), m.dustLimit(), zeroReserve);
        Optional<String> objection = objection(context, c, theirs, ours);
        if (objection.isPresent()) {
            var refused = Failing.violation(context, state, objection.get());
            return addressed(refused, m.temporaryChannelId(), objection.get());
        }
        ChannelType type = m.tlvs().get(ChannelType.class).orElseThrow();
        var terms = new ChannelTerms(c.peer(), c.keyIndex(), context.chainHash(), Side.REMOTE, m.fundingAmount(),
                type, m.announceChannel(), c.alias(),
                type.has(Feature.ZEROCONF) ? 0 : context.limits().minimumDepth(), ours, theirs);
        return new Transition(context, state)
                .record(new OpeningAccepted(terms, c.peerFeatures(), m.temporaryChannelId(), m.pushAmount(),
                        m.feeratePerKw(), m.firstPerCommitmentPoint()))
                .send(acceptChannel(context, m.temporaryChannelId(), terms))
                .accepted();
    }

    /** The funder has signed our first commitment: we sign its. From here on the channel must be remembered. */
    public static Decision created(ChannelContext context, AwaitingFundingCreated state, FundingCreated m) {
        Opening o = state.opening();
        if (!m.temporaryChannelId().equals(o.temporaryId()))
            return Failing.violation(context, state, "funding_created for another temporary_channel_id");
        var funding = new OutPoint(m.fundingTxid(), m.fundingOutputIndex());
        var ours = FundingOutput.firstCommitment(context, o, Side.LOCAL, funding);
        if (!CommitmentSigning.isSigned(ours, m.signature()))
            return Failing.violation(context, state, "funding_created has an invalid signature");
        var theirs = FundingOutput.firstCommitment(context, o, Side.REMOTE, funding);
        var signature = CommitmentSigning.sign(context.keys(), theirs);
        var id = ChannelId.fromFunding(funding);
        var t = new Transition(context, state).record(new ChannelFunded(funding, m.signature()));
        t.then(new ChannelEffect.ChannelCreated(o.temporaryId(), id))
                .send(new FundingSigned(id, signature))
                .then(FundingOutput.watchConfirmed(t.channel(), o.terms().minimumDepth()))
                .then(FundingOutput.watchSpent(t.channel()));
        Readiness.readyUnconfirmed(t);
        return t.accepted();
    }

    private static Optional<String> objection(
            ChannelContext context, AcceptAsFundee c, SideTerms theirs, SideTerms ours) {
        OpenChannel m = c.open();
        if (!m.chainHash().equals(context.chainHash())) return Optional.of("chain_hash is of another chain");
        if (m.fundingAmount().lessThan(context.limits().minCapacity()))
            return Optional.of("funding_satoshis is too small");
        Optional<ChannelType> type = m.tlvs().get(ChannelType.class);
        if (type.isEmpty()) return Optional.of("channel_type is missing");
        if (!OpeningChecks.isSuitable(type.get(), m.announceChannel(), context.features(), c.peerFeatures()))
            return Optional.of("channel_type is not suitable");
        if (type.get().has(Feature.ZEROCONF) && !c.trusted())
            return Optional.of("channel_type asks for trust that this node does not have in you");
        if (!Curve.isOnCurve(m.firstPerCommitmentPoint()))
            return Optional.of("first_per_commitment_point is not a valid point");
        return OpeningChecks
                .amounts(m.fundingAmount(), m.pushAmount(), m.feeratePerKw(), context.limits(), context.features(),
                        c.peerFeatures())
                .or(() -> OpeningChecks.peerTerms(theirs, ours, m.fundingAmount(), context.limits()))
                .or(() -> OpeningChecks.firstCommitment(m.fundingAmount(), m.pushAmount(), m.feeratePerKw(),
                        FundingOutput.format(type.get()), theirs, ours));
    }

    /** An opening that never began has no id in its state: the error takes it from the message. */
    private static Decision addressed(Decision refused, ChannelId temporaryId, String reason) {
        if (!(refused instanceof Decision.Violated v)) return refused;
        var effects = v.effects()
                .stream()
                .map(effect -> effect instanceof ChannelEffect.Send
                        ? new ChannelEffect.Send(ErrorMessage.of(temporaryId, reason))
                        : effect)
                .toList();
        return new Decision.Violated(v.violation(), v.events(), effects);
    }

    private static AcceptChannel acceptChannel(ChannelContext context, ChannelId temporaryId, ChannelTerms terms) {
        SideTerms o = terms.ours();
        ChannelBasepoints b = o.basepoints();
        TlvStream<AcceptChannelTlv> tlvs = TlvStream.of(new UpfrontShutdownScript(o.shutdownScript()), terms.type());
        return new AcceptChannel(temporaryId, o.dustLimit(), o.maxInFlight(), o.reserve(), o.htlcMinimum(),
                terms.minimumDepth(), o.toSelfDelay(), o.maxAcceptedHtlcs(), b.funding(), b.revocation(), b.payment(),
                b.delayedPayment(), b.htlc(), context.keys().perCommitmentPoint(0), tlvs);
    }

    private static SideTerms terms(OpenChannel m) {
        Bytes script = m.tlvs()
                .get(UpfrontShutdownScript.class)
                .map(UpfrontShutdownScript::scriptpubkey)
                .orElse(Bytes.EMPTY);
        var keys = new ChannelBasepoints(m.fundingPubkey(), m.revocationBasepoint(), m.paymentBasepoint(),
                m.delayedPaymentBasepoint(), m.htlcBasepoint());
        return new SideTerms(m.dustLimit(), m.maxHtlcValueInFlight(), m.channelReserve(), m.htlcMinimum(),
                m.toSelfDelay(), m.maxAcceptedHtlcs(), keys, script);
    }
}
