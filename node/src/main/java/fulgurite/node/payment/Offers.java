package fulgurite.node.payment;

import akka.actor.typed.ActorRef;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.payment.outgoing.OutgoingCommand;
import fulgurite.protocol.payment.outgoing.OutgoingEffect;
import fulgurite.protocol.units.Bytes32;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Asks channels to offer the HTLCs of payments that we make, each once: asked twice, a channel could offer it twice. */
final class Offers {
    private final LocalChannels channels;
    /** What a channel has been asked to offer and has not answered. */
    private final Set<HtlcOrigin> asked = new HashSet<>();

    Offers(LocalChannels channels) {
        this.channels = channels;
    }

    /**
     * @param replyTo told what the channel makes of it
     * @return what is to be decided instead, when the channel is gone
     */
    Optional<PaymentTask> ask(OutgoingEffect.OfferHtlc offer, ActorRef<ChannelActor.Outcome> replyTo) {
        var origin = new HtlcOrigin.Local(new Bytes32(offer.paymentHash().bytes()), offer.attempt());
        // It may have been offered before a restart.
        if (channels.carry(origin) || asked.contains(origin)) return Optional.empty();
        Optional<LiveChannel> channel = channels.find(offer.channel());
        if (channel.isEmpty())
            return Optional.of(new PaymentTask.Outgoing(offer.paymentHash(), new OutgoingCommand.HtlcNotOffered(
                    offer.attempt(), "the channel " + offer.channel() + " is gone")));
        asked.add(origin);
        var command = new ChannelCommand.OfferHtlc(offer.amount(), offer.paymentHash(), offer.expiry(), offer.onion(),
                origin);
        channel.get().actor().tell(new ChannelActor.Execute(command, replyTo));
        return Optional.empty();
    }

    /** @return what is left to decide of it */
    Optional<PaymentTask> answered(ChannelActor.Outcome outcome) {
        if (outcome.command() instanceof ChannelCommand.OfferHtlc offer) asked.remove(offer.origin());
        return PaymentTask.offered(outcome);
    }
}
