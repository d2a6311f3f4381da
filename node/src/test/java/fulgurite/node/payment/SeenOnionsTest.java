package fulgurite.node.payment;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.channel.OpenedPair;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.IncomingHtlc;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("rule:22")
class SeenOnionsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ChannelId ONE = new ChannelId(Bytes.fromHex("01".repeat(32)));
    private static final ChannelId OTHER = new ChannelId(Bytes.fromHex("02".repeat(32)));
    private final SeenOnions seen = new SeenOnions();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static Bytes onion(int n) {
        return Bytes.fromHex("00" + String.format("%02x", n).repeat(1365));
    }

    private static IncomingHtlc htlc(long id, int onion) {
        return new IncomingHtlc(id, new MilliSatoshi(1000), new PaymentHash(Bytes.zeros(32)), new CltvExpiry(200),
                onion(onion), false);
    }

    @Test
    void an_onion_that_comes_with_another_htlc_is_a_replay_on_any_channel() {
        assertThat(seen.isReplay(ONE, htlc(0, 5))).isFalse();
        assertThat(seen.isReplay(ONE, htlc(1, 5))).isTrue();
        assertThat(seen.isReplay(OTHER, htlc(0, 5))).isTrue();
        assertThat(seen.isReplay(OTHER, htlc(1, 6))).isFalse();
    }

    @Test
    void the_same_htlc_told_again_is_none() {
        assertThat(seen.isReplay(ONE, htlc(0, 5))).isFalse();
        assertThat(seen.isReplay(ONE, htlc(0, 5))).isFalse();
    }

    @Test
    void an_onion_is_remembered_until_its_htlc_has_expired() {
        seen.isReplay(ONE, htlc(0, 5));
        seen.forget(new BlockHeight(199));
        assertThat(seen.isReplay(ONE, htlc(1, 5))).isTrue();
        seen.forget(new BlockHeight(200));
        assertThat(seen.isReplay(ONE, htlc(2, 5))).isFalse();
    }

    @Test
    void a_restart_remembers_what_the_channels_have_in_their_journals_and_judges_what_waits_no_second_time() {
        var pair = OpenedPair.open();
        pair.offer(onion(5));
        pair.offer(onion(6));
        pair.offer(onion(6));
        pair.fundeeSays(new ChannelCommand.FailHtlc(0, Bytes.EMPTY));
        ActorRef<ChannelActor.Command> nobody = KIT.<ChannelActor.Command>createTestProbe().ref();
        ChannelId id = pair.channel().id();
        seen.changed(new LiveChannel(1, pair.channel().terms().peer(), nobody, pair.fundee(),
                Optional.empty()));

        assertThat(seen.isReplay(OTHER, htlc(0, 5))).isTrue();
        assertThat(seen.isReplay(id, htlc(1, 6))).isFalse();
        assertThat(seen.isReplay(id, htlc(2, 6))).isFalse();
        assertThat(seen.isReplay(id, htlc(3, 6))).isTrue();
        var kept = pair.channel().onions();
        assertThat(kept.size()).isEqualTo(3);
        assertThat(kept.expired(new BlockHeight(200))).isEqualTo(3);
        assertThat(kept.without(new BlockHeight(199)).size()).isEqualTo(3);
        assertThat(kept.without(new BlockHeight(200)).size()).isZero();
    }
}
