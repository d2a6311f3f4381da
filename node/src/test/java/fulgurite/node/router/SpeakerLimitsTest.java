package fulgurite.node.router;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How much one side of a channel may say. */
class SpeakerLimitsTest {
    private static final Timestamp NOW = new Timestamp(1_700_000_000_000L);
    private final SpeakerLimits<GossipChecks.Side> limits = new SpeakerLimits<>(
            GossipPace.Speaker.DEFAULT);

    private static GossipChecks.Side side(long channel, boolean isNode1) {
        return new GossipChecks.Side(new ShortChannelId(channel), isNode1);
    }

    private int heard(int said, GossipChecks.Side side, Timestamp at) {
        int heard = 0;
        for (int i = 0; i < said; i++) if (limits.mayHear(side, at)) heard++;
        return heard;
    }

    @Test
    void ten_are_heard_at_once_and_then_one_a_minute() {
        assertThat(heard(50, side(1, true), NOW)).isEqualTo(10);
        assertThat(heard(50, side(1, true), NOW.plusSeconds(60))).isEqualTo(1);
        assertThat(heard(50, side(1, true), NOW.plusSeconds(3600))).isEqualTo(10);
    }

    @Test
    void another_pace_is_another_measure() {
        var strict = new SpeakerLimits<Integer>(new GossipPace.Speaker(2, Duration.ofHours(1)));
        int heard = 0;
        for (int minute = 0; minute < 150; minute++) if (strict.mayHear(7, NOW.plusSeconds(60L * minute))) heard++;
        assertThat(heard).isEqualTo(4);
    }

    @Test
    void each_side_of_each_channel_has_its_own_measure() {
        assertThat(heard(50, side(1, true), NOW)).isEqualTo(10);
        assertThat(heard(50, side(1, false), NOW)).isEqualTo(10);
        assertThat(heard(50, side(2, true), NOW)).isEqualTo(10);
    }

    @Test
    void what_was_forged_in_its_name_is_not_held_against_a_speaker() {
        for (int i = 0; i < 100; i++) {
            assertThat(limits.mayHear(side(1, true), NOW)).isTrue();
            limits.takeBack(side(1, true));
        }
        assertThat(heard(50, side(1, true), NOW)).isEqualTo(10);
    }

    @Test
    void who_has_used_up_nothing_any_more_takes_no_memory() {
        for (int channel = 1; channel <= 100; channel++) limits.mayHear(side(channel, true), NOW);
        assertThat(limits.remembered()).isEqualTo(100);
        heard(10, side(7, true), NOW.plusSeconds(540));
        assertThat(heard(50, side(7, true), NOW.plusSeconds(541))).isZero();

        assertThat(heard(50, side(200, true), NOW.plusSeconds(1_082))).isEqualTo(10);

        assertThat(limits.remembered()).isEqualTo(2);
        assertThat(heard(50, side(7, true), NOW.plusSeconds(1_083))).isEqualTo(9);
    }
}
