package fulgurite.protocol.channel;

import fulgurite.protocol.channel.ChannelState.*;
import fulgurite.protocol.channel.closing.OnChain;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.channel.normal.Committing;
import fulgurite.protocol.channel.opening.Announcing;
import fulgurite.protocol.channel.opening.FundingOutput;
import fulgurite.protocol.channel.opening.Readiness;
import java.util.ArrayList;
import java.util.List;

/** The effects that a restart may have lost. Messages are not among them: channel_reestablish sees to those. */
final class Resumption {
    private Resumption() {}

    static List<ChannelEffect> resume(ChannelContext context, ChannelState state) {
        return switch (state) {
            case Unopened s -> List.of();
            case AwaitingAccept s -> List.of();
            case AwaitingFundingTx s -> List.of();
            case AwaitingFundingSigned s -> List.of();
            case AwaitingFundingCreated s -> List.of();
            case Negotiating s -> {
                var effects = new ArrayList<>(established(context, s.channel()));
                s.simple().toPublish().forEach(tx -> effects.add(new ChannelEffect.Publish(tx)));
                yield effects;
            }
            case AwaitingFunding s -> established(context, s.channel());
            case Normal s -> established(context, s.channel());
            case Closing s -> closing(context, s);
            case Closed s -> List.of(new ChannelEffect.ChannelClosed(s.reason().reason()));
        };
    }

    private static List<ChannelEffect> established(ChannelContext context, ActiveChannel c) {
        var effects = new ArrayList<ChannelEffect>();
        FundingStatus status = c.fundingStatus();
        if (status.depth() == 0) c.fundingTx().ifPresent(tx -> effects.add(new ChannelEffect.Publish(tx)));
        effects.add(FundingOutput.watchSpent(c));
        if (!status.readySent()) effects.add(FundingOutput.watchConfirmed(c, c.terms().minimumDepth()));
        // Also when it is deep: a reorganisation while we were away may have moved it, and given the channel another name.
        else effects.add(FundingOutput.watchConfirmed(c, status.depth() == 0 ? 1 : Announcing.DEPTH));
        if (status.depth() < Announcing.DEPTH) effects.addAll(FundingOutput.watchInputs(c));
        if (c.isReady()) effects.add(Readiness.usable(c));
        if (!c.shutdown().allowsAdding()) effects.add(new ChannelEffect.ChannelUnusable(c.id()));
        if (Announcing.isDue(c))
            Announcing.announcement(context, c).ifPresent(a -> effects.add(new ChannelEffect.AnnounceChannel(a)));
        effects.addAll(unresolved(c));
        return effects;
    }

    private static List<ChannelEffect> closing(ChannelContext context, Closing s) {
        var effects = new ArrayList<ChannelEffect>();
        effects.add(new ChannelEffect.ChannelUnusable(s.channel().id()));
        effects.addAll(OnChain.resume(context, s));
        effects.addAll(unresolved(s.channel()));
        return effects;
    }

    /** HTLCs that wait for somebody else in this node. */
    private static List<ChannelEffect> unresolved(ActiveChannel c) {
        var effects = new ArrayList<ChannelEffect>();
        for (Htlc htlc : c.ledger().htlcs())
            if (htlc.offeredBy() == Side.REMOTE && htlc.stage() == Stage.IRREVOCABLE && htlc.removal().isEmpty()
                    && htlc.preimage().isEmpty())
                effects.add(new ChannelEffect.HtlcReceived(Committing.incoming(htlc)));
        for (Settlement s : c.settlements())
            effects.add(new ChannelEffect.HtlcSettled(s.origin(), s.htlcId(), s.result()));
        return effects;
    }
}
