package fulgurite.node.payment;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.channel.OpenedPair;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.HopPayloadCodec;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.onion.blinded.BlindedPath;
import fulgurite.protocol.onion.blinded.Blinding;
import fulgurite.protocol.onion.blinded.PathTlv;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.HtlcKey;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FinalAnswersTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
    private static final PrivateKey NODE_KEY = new PrivateKey(Bytes.fromHex("01".repeat(32)));
    /** 0x0123 milliseconds. */
    private static final Bytes32 DRAWN = new Bytes32(Bytes.fromHex("0123" + "00".repeat(30)));
    private static final Duration DELAY = Duration.ofMillis(0x123);

    private final ManualTime time = ManualTime.get(KIT.system());
    private final TestProbe<ChannelActor.Command> channel = KIT.createTestProbe();
    private final OpenedPair pair = OpenedPair.open();

    private sealed interface Order {}

    private record Give(HtlcAnswer answer) implements Order {}

    private record Again(HtlcKey htlc) implements Order {}

    private record IsFailing(HtlcKey htlc, ActorRef<Boolean> replyTo) implements Order {}

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private HtlcKey htlc() {
        return new HtlcKey(pair.channel().id(), 0);
    }

    /** An actor that gives answers for a channel with one HTLC, of that onion. */
    private ActorRef<Order> answering(Bytes onion) {
        pair.offer(onion);
        var channels = new LocalChannels(ChannelLimits.REGTEST);
        channels.changed(new LiveChannel(1, pair.channel().terms().peer(), channel.ref(), pair.fundee(),
                Optional.empty()));
        return KIT.spawn(Behaviors.withTimers(timers -> {
            var answers = new FinalAnswers<Order>(channels, NODE_KEY, () -> DRAWN, timers, Again::new);
            return Behaviors.receiveMessage(order -> {
                switch (order) {
                    case Give(HtlcAnswer answer) -> answers.give(answer);
                    case Again(HtlcKey htlc) -> answers.again(htlc);
                    case IsFailing(HtlcKey htlc, var replyTo) -> replyTo.tell(answers.isFailing(htlc));
                }
                return Behaviors.same();
            });
        }));
    }

    /** For a payee with whom the blinded path begins. */
    private static Bytes onionOverOwnPath() {
        NodeId us = new NodeId(Curve.publicKey(NODE_KEY));
        BlindedPath path = Blinding.path(new PrivateKey(Bytes.fromHex("02".repeat(32))),
                List.of(new Blinding.Step(us, TlvStream.of(new PathTlv.PathId(Bytes.zeros(32))))));
        var amount = new MilliSatoshi(1_000_000);
        Bytes payload = HopPayloadCodec.encode(new HopPayload.BlindedFinal(amount, new CltvExpiry(200), amount,
                path.hops().getFirst().encryptedData(), Optional.of(path.firstPathKey())));
        return Sphinx.build(new PrivateKey(Bytes.fromHex("03".repeat(32))), List.of(us.key()), List.of(payload),
                Bytes.zeros(32)).packet().toBytes();
    }

    private void expectFailed() {
        assertThat(channel.expectMessageClass(ChannelActor.Tell.class).command())
                .isEqualTo(new ChannelCommand.FailHtlc(0, Bytes.EMPTY));
    }

    private boolean isFailing(ActorRef<Order> actor) {
        var asking = KIT.<Boolean>createTestProbe();
        actor.tell(new IsFailing(htlc(), asking.ref()));
        return asking.receiveMessage();
    }

    @Test
    void a_failure_at_the_end_of_a_path_that_begins_there_too_waits_and_is_told_again_when_asked() {
        ActorRef<Order> actor = answering(onionOverOwnPath());
        actor.tell(new Give(new HtlcAnswer.Fail(htlc(), Bytes.EMPTY)));
        // Meanwhile the channel asks again, and what was decided stays.
        actor.tell(new Again(htlc()));
        assertThat(isFailing(actor)).isTrue();
        time.expectNoMessageFor(DELAY.minusMillis(1), channel);
        time.timePasses(Duration.ofMillis(1));
        expectFailed();
        actor.tell(new Again(htlc()));
        expectFailed();
    }

    @Test
    void a_preimage_does_not_wait() {
        ActorRef<Order> actor = answering(onionOverOwnPath());
        actor.tell(new Give(new HtlcAnswer.Fulfil(htlc(), new PaymentPreimage(Bytes.zeros(32)))));
        assertThat(channel.expectMessageClass(ChannelActor.Tell.class).command())
                .isInstanceOf(ChannelCommand.FulfilHtlc.class);
        assertThat(isFailing(actor)).isFalse();
    }

    @Test
    void any_other_failure_does_not_wait() {
        ActorRef<Order> actor = answering(Bytes.fromHex("00" + "05".repeat(1365)));
        actor.tell(new Give(new HtlcAnswer.Fail(htlc(), Bytes.EMPTY)));
        expectFailed();
        assertThat(isFailing(actor)).isFalse();
    }
}
