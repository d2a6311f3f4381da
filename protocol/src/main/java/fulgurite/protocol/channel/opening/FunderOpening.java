package fulgurite.protocol.channel.opening;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.FundingReady;
import fulgurite.protocol.channel.ChannelCommand.OpenAsFunder;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent.ChannelFunded;
import fulgurite.protocol.channel.ChannelEvent.OpeningProposed;
import fulgurite.protocol.channel.ChannelEvent.ProposalAccepted;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal.BadOpening;
import fulgurite.protocol.channel.SideTerms;
import fulgurite.protocol.channel.Transition;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.transactions.ChannelBasepoints;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.AcceptChannel;
import fulgurite.protocol.wire.AcceptChannelTlv;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.FundingCreated;
import fulgurite.protocol.wire.FundingSigned;
import fulgurite.protocol.wire.OpenChannel;
import fulgurite.protocol.wire.OpenChannelTlv;
import fulgurite.protocol.wire.UpfrontShutdownScript;
import java.util.Optional;

/** Opening a channel that we fund: open_channel, funding_created, and what answers them. @bolt 2, Channel Establishment v1 */
public final class FunderOpening {
    private FunderOpening() {}

    /** Sends open_channel. */
    public static Decision propose(ChannelContext context, Unopened state, OpenAsFunder c) {
        if (c.zeroReserve() && !context.limits().zeroReserve())
            return Decision.refuse(new BadOpening("channels without a reserve are for regtest only"));
        if (c.zeroConf() && !OpeningChecks.knowZeroConf(context.features(), c.peerFeatures()))
            return Decision.refuse(new BadOpening("the peer does not know channels that are used unconfirmed"));
        ChannelType plain = OpeningChecks.preferredType(context.features(), c.peerFeatures());
        ChannelType type = c.zeroConf() ? plain.with(Feature.ZEROCONF) : plain;
        SideTerms ours = OpeningChecks.ourTerms(context, c.capacity(), Satoshi.ZERO, c.zeroReserve());
        var event = new OpeningProposed(c.peer(), c.peerFeatures(), c.keyIndex(),
                context.chainHash(), c.temporaryId(), c.alias(), c.capacity(), c.push(), c.feerate(), type,
                c.announce(), ours);
        Optional<String> objection = OpeningChecks
                .amounts(c.capacity(), c.push(), c.feerate(), context.limits(), context.features(), c.peerFeatures())
                .or(() -> OpeningChecks.firstCommitment(c.capacity(), c.push(), c.feerate(), FundingOutput.format(type),
                        ours, ours));
        if (objection.isPresent()) return Decision.refuse(new BadOpening(objection.get()));
        return new Transition(context, state).record(event).send(openChannel(context, event)).accepted();
    }

    /** The peer accepts: the wallet is asked for the funding transaction. */
    public static Decision accepted(ChannelContext context, AwaitingAccept state, AcceptChannel m) {
        OpeningProposed p = state.proposal();
        SideTerms theirs = terms(m);
        Optional<ChannelType> type = m.tlvs().get(ChannelType.class);
        if (!m.temporaryChannelId().equals(p.temporaryId()))
            return Failing.violation(context, state, "accept_channel for another temporary_channel_id");
        if (type.isEmpty() || !type.get().features().sameBits(p.type().features()))
            return Failing.violation(context, state, "accept_channel must repeat the channel_type");
        if (m.minimumDepth() > context.limits().maxMinimumDepth())
            return Failing.violation(context, state, "minimum_depth is unreasonably large");
        Optional<String> objection = OpeningChecks
                .peerTerms(theirs, p.ours(), p.capacity(), context.limits())
                .or(() -> OpeningChecks.firstCommitment(p.capacity(), p.push(), p.feerate(),
                        FundingOutput.format(p.type()),
                        p.ours(), theirs));
        if (objection.isEmpty() && !Curve.isOnCurve(m.firstPerCommitmentPoint()))
            objection = Optional.of("first_per_commitment_point is not a valid point");
        if (objection.isPresent()) return Failing.violation(context, state, objection.get());
        var output = Funding.output(p.ours().basepoints().funding(), theirs.basepoints().funding(), p.capacity());
        int depth = p.type().has(Feature.ZEROCONF) ? 0 : Math.max((int) m.minimumDepth(), 1);
        return new Transition(context, state)
                .record(new ProposalAccepted(theirs, m.firstPerCommitmentPoint(), depth))
                .then(new ChannelEffect.FundChannel(output.script(), p.capacity(), context.feerates().normal()))
                .accepted();
    }

    /** The wallet has made the transaction: the fundee's first commitment is signed. Nothing is published yet. */
    public static Decision funded(ChannelContext context, AwaitingFundingTx state, FundingReady c) {
        Opening o = state.opening();
        var output = Funding.output(o.terms().ours().basepoints().funding(), o.terms().theirs().basepoints().funding(),
                o.terms().capacity());
        if (c.outputIndex() < 0 || c.outputIndex() >= c.tx().outputs().size() || c.outputIndex() > 0xffff
                || !c.tx().outputs().get(c.outputIndex()).equals(output))
            return Decision.refuse(new BadOpening("the transaction does not pay the channel at that output"));
        var funding = new OutPoint(c.tx().txid(), c.outputIndex());
        var theirs = FundingOutput.firstCommitment(context, o, Side.REMOTE, funding);
        var signature = CommitmentSigning.sign(context.keys(), theirs);
        return new Transition(context, state)
                .record(new ChannelEvent.FundingCreated(c.tx(), c.outputIndex()))
                .then(new ChannelEffect.ChannelCreated(o.temporaryId(), ChannelId.fromFunding(funding)))
                .send(new FundingCreated(o.temporaryId(), funding.txid(), funding.index(), signature))
                .accepted();
    }

    /** The fundee has signed our first commitment: now the funding may be published. */
    public static Decision signed(ChannelContext context, AwaitingFundingSigned state, FundingSigned m) {
        Tx tx = state.fundingTx();
        var funding = new OutPoint(tx.txid(), state.outputIndex());
        if (!m.channelId().equals(ChannelId.fromFunding(funding)))
            return Failing.violation(context, state, "funding_signed for another channel_id");
        var ours = FundingOutput.firstCommitment(context, state.opening(), Side.LOCAL, funding);
        if (!CommitmentSigning.isSigned(ours, m.signature()))
            return Failing.violation(context, state, "funding_signed has an invalid signature");
        var t = new Transition(context, state).record(new ChannelFunded(funding, m.signature()));
        t.then(new ChannelEffect.Publish(tx))
                .then(FundingOutput.watchConfirmed(t.channel(), t.channel().terms().minimumDepth()))
                .then(FundingOutput.watchSpent(t.channel()));
        FundingOutput.watchInputs(t.channel()).forEach(t::then);
        Readiness.readyUnconfirmed(t);
        return t.accepted();
    }

    /** The wallet has not got the money: the peer is told, and the opening forgotten. */
    public static Decision cannotFund(ChannelContext context, AwaitingFundingTx state, String reason) {
        var t = new Transition(context, state)
                .send(ErrorMessage.of(state.opening().temporaryId(), "the channel cannot be funded"));
        return Failing.abandon(t, reason).accepted();
    }

    private static OpenChannel openChannel(ChannelContext context, OpeningProposed p) {
        SideTerms o = p.ours();
        ChannelBasepoints b = o.basepoints();
        // The TLV for the shutdown script must be there even when it promises nothing.
        TlvStream<OpenChannelTlv> tlvs = TlvStream.of(new UpfrontShutdownScript(o.shutdownScript()), p.type());
        return new OpenChannel(p.chainHash(), p.temporaryId(), p.capacity(), p.push(), o.dustLimit(), o.maxInFlight(),
                o.reserve(), o.htlcMinimum(), p.feerate(), o.toSelfDelay(), o.maxAcceptedHtlcs(), b.funding(),
                b.revocation(), b.payment(), b.delayedPayment(), b.htlc(), context.keys().perCommitmentPoint(0),
                p.announce() ? OpenChannel.ANNOUNCE_CHANNEL : 0, tlvs);
    }

    private static SideTerms terms(AcceptChannel m) {
        TlvStream<AcceptChannelTlv> tlvs = m.tlvs();
        Bytes script = tlvs.get(UpfrontShutdownScript.class)
                .map(UpfrontShutdownScript::scriptpubkey)
                .orElse(Bytes.EMPTY);
        var keys = new ChannelBasepoints(m.fundingPubkey(), m.revocationBasepoint(), m.paymentBasepoint(),
                m.delayedPaymentBasepoint(), m.htlcBasepoint());
        return new SideTerms(m.dustLimit(), m.maxHtlcValueInFlight(), m.channelReserve(), m.htlcMinimum(),
                m.toSelfDelay(), m.maxAcceptedHtlcs(), keys, script);
    }
}
