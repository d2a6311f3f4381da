package fulgurite.node.payment;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.ChannelNews;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.channel.OpenedPair;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ForwarderActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void a_result_is_acknowledged_below_when_the_channel_above_ends_without_an_answer() {
        var above = KIT.<ChannelActor.Command>createTestProbe();
        var below = KIT.<ChannelActor.Command>createTestProbe();
        var payments = KIT.<PaymentsActor.Command>createTestProbe();
        var pair = OpenedPair.open();
        pair.offer(Bytes.fromHex("00" + "05".repeat(1365)));
        ChannelState closing = Channel.evolve(pair.fundee(),
                new ChannelEvent.ClosedUnilaterally("we closed", Optional.empty()));
        var incoming = new LiveChannel(1, pair.channel().terms().peer(), above.ref(), closing, Optional.empty());
        var outgoing = new LiveChannel(2, pair.channel().terms().peer(), below.ref(), new ChannelState.Unopened(),
                Optional.empty());
        var terms = new ForwarderActor.Terms(MilliSatoshi.ZERO, 0, new CltvDelta(34), MilliSatoshi.ZERO,
                new CltvDelta(10));
        var forwarder = KIT.spawn(ForwarderActor.create(new PrivateKey(Bytes.fromHex("01".repeat(32))),
                () -> Bytes32.ZERO, terms,
                ChannelLimits.REGTEST, payments.ref(), IncomingGate.OPEN, new BlockHeight(100)));
        var origin = new HtlcOrigin.Relayed(pair.channel().id(), 0);
        var fulfilled = new HtlcResult.Fulfilled(new PaymentPreimage(Bytes.zeros(32)));

        forwarder.tell(new ForwarderActor.ChannelChanged(incoming));
        forwarder.tell(new ForwarderActor.HtlcSettled(
                new ChannelNews.HtlcSettled(outgoing, new ChannelEffect.HtlcSettled(origin, 7, fulfilled)), origin));
        var asked = above.expectMessageClass(ChannelActor.Execute.class);
        assertThat(asked.command()).isInstanceOf(ChannelCommand.FulfilHtlc.class);
        below.expectNoMessage(Duration.ZERO);

        ChannelState over = Channel.evolve(closing, new ChannelEvent.ClosedBecause("all is taken"));
        forwarder.tell(new ForwarderActor.ChannelChanged(
                new LiveChannel(1, incoming.peer(), above.ref(), over, Optional.empty())));
        var told = below.expectMessageClass(ChannelActor.Tell.class);
        assertThat(told.command()).isEqualTo(new ChannelCommand.AcknowledgeSettlement(7));
    }
}
