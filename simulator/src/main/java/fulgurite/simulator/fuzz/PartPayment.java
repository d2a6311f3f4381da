package fulgurite.simulator.fuzz;

import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.ChannelsActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.HopPayloadCodec;
import fulgurite.protocol.onion.PaymentData;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.payment.incoming.Invoice;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.simulator.world.CrashableWorld;
import fulgurite.simulator.world.WorldNode;
import java.util.List;
import java.util.Optional;

/** One of two parts of a payment between neighbours. The payee keeps it until it is sure that the other will not come. */
final class PartPayment {
    private static final int FIRST_ATTEMPT = 1;

    private PartPayment() {}

    /** @return the channel that took it; empty when none is usable */
    static Optional<LiveChannel> send(CrashableWorld world, WorldNode.Running payer, WorldNode payee, Invoice invoice) {
        Optional<LiveChannel> channel = channels(world, payer).stream()
                .filter(one -> one.peer().equals(payee.id()) && one.isUsable())
                .findFirst();
        channel.ifPresent(one -> one.actor().tell(new ChannelActor.Tell(offer(world, payee, invoice))));
        return channel;
    }

    private static List<LiveChannel> channels(CrashableWorld world, WorldNode.Running payer) {
        return world.await(AskPattern.<ChannelsActor.Command, ChannelsActor.Channels>ask(payer.actors().channels(),
                ChannelsActor.GetChannels::new, CrashableWorld.PATIENCE, world.scheduler())).channels();
    }

    private static ChannelCommand.OfferHtlc offer(CrashableWorld world, WorldNode payee, Invoice invoice) {
        MilliSatoshi total = invoice.amount().orElseThrow();
        var half = new MilliSatoshi(Math.max(1, total.msat() / 2));
        CltvExpiry expiry = CltvExpiry.at(world.chain().tip().height()).plus(invoice.minFinalDelta());
        HopPayload payload = HopPayload.Final.ofInvoice(half, expiry, new PaymentData(invoice.secret(), total),
                invoice.metadata());
        var onion = Sphinx.build(new PrivateKey(world.entropy().next().bytes()),
                List.of(payee.id().key()), List.of(HopPayloadCodec.encode(payload)),
                invoice.paymentHash().bytes());
        return new ChannelCommand.OfferHtlc(half, invoice.paymentHash(), expiry, onion.packet().toBytes(),
                new HtlcOrigin.Local(new Bytes32(invoice.paymentHash().bytes()), FIRST_ATTEMPT));
    }
}
