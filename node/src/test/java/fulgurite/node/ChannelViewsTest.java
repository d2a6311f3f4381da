package fulgurite.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import fulgurite.node.channel.ChannelActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.node.channel.OpenedPair;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChannelViewsTest {
    @Test
    @Tag("rule:6")
    void what_a_peer_has_pushed_to_us_is_not_ours_before_its_funding_is_deep_enough() {
        ActorTestKit kit = ActorTestKit.create();
        ActorRef<ChannelActor.Command> nobody = kit.<ChannelActor.Command>createTestProbe().ref();
        var pair = OpenedPair.unconfirmed(new MilliSatoshi(300_000_000));

        assertThat(ours(nobody, pair.fundee())).isEqualTo(MilliSatoshi.ZERO);
        assertThat(ours(nobody, pair.funder())).isEqualTo(new MilliSatoshi(700_000_000));
        assertThat(pair.channel().ledger().local()).isEqualTo(new MilliSatoshi(300_000_000));
        kit.shutdownTestKit();
    }

    private static MilliSatoshi ours(ActorRef<ChannelActor.Command> actor, ChannelState state) {
        return ChannelViews.inChannel(new LiveChannel(1, ((ChannelState.Funded) state).channel().terms().peer(), actor,
                state, Optional.empty()));
    }
}
