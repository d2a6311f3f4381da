package fulgurite.node.router;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelUpdate;
import org.junit.jupiter.api.Test;

/** How much one side of a channel may say. */
class UpdateLimitsTest {
    private static final Timestamp NOW = new Timestamp(1_700_000_000_000L);
    private final UpdateLimits limits = new UpdateLimits();

    private static ChannelUpdate update(long channel, int flags) {
        return new ChannelUpdate(new Signature(Bytes.zeros(64)), Bytes32.ZERO, new ShortChannelId(channel), 1, 1,
                flags, new CltvDelta(1), MilliSatoshi.ZERO, MilliSatoshi.ZERO, 0, MilliSatoshi.ZERO, Bytes.EMPTY);
    }

    private int heard(int said, ChannelUpdate update, Timestamp at) {
        int heard = 0;
        for (int i = 0; i < said; i++) if (limits.mayHear(update, at)) heard++;
        return heard;
    }

    @Test
    void ten_are_heard_at_once_and_then_one_a_minute() {
        assertThat(heard(50, update(1, 0), NOW)).isEqualTo(10);
        assertThat(heard(50, update(1, 0), NOW.plusSeconds(60))).isEqualTo(1);
        assertThat(heard(50, update(1, 0), NOW.plusSeconds(3600))).isEqualTo(10);
    }

    @Test
    void each_side_of_each_channel_has_its_own_measure() {
        assertThat(heard(50, update(1, 0), NOW)).isEqualTo(10);
        assertThat(heard(50, update(1, 1), NOW)).isEqualTo(10);
        assertThat(heard(50, update(2, 0), NOW)).isEqualTo(10);
    }
}
