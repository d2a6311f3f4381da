package fulgurite.node.router;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.GraphEvent;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.GossipMessage;
import org.junit.jupiter.api.Test;

class OneOfEachTest {
    private final OneOfEach kept = new OneOfEach(10);

    /** As if it had just been read from a line. */
    private static ChannelUpdate update(long channel, long timestamp) {
        return new ChannelUpdate(new Signature(Bytes.zeros(64)), new Bytes32(Bytes.zeros(32)),
                new ShortChannelId(channel), timestamp, 1, 0, new CltvDelta(1), MilliSatoshi.ZERO, MilliSatoshi.ZERO,
                0, MilliSatoshi.ZERO, Bytes.EMPTY);
    }

    @Test
    void messages_share_the_parts_that_are_equal() {
        ChannelUpdate first = (ChannelUpdate) kept.of(update(1, 1));
        ChannelUpdate second = (ChannelUpdate) kept.of(update(1, 2));

        assertThat(first).isEqualTo(update(1, 1));
        assertThat(second).isEqualTo(update(1, 2));
        assertThat(second.chainHash()).isSameAs(first.chainHash());
        assertThat(second.shortChannelId()).isSameAs(first.shortChannelId());
        assertThat(((ChannelUpdate) kept.of(update(2, 1))).shortChannelId()).isEqualTo(new ShortChannelId(2));
    }

    @Test
    void of_equal_events_there_is_one() {
        GraphEvent first = kept.of(new GraphEvent.ChannelUpdated(update(1, 1)));

        assertThat(kept.of(new GraphEvent.ChannelUpdated(update(1, 1)))).isSameAs(first);
        assertThat(kept.of(new GraphEvent.ChannelUpdated(update(1, 2)))).isNotEqualTo(first);
    }

    @Test
    void an_event_has_the_message_that_is_kept_whoever_told_it_first() {
        var event = (GraphEvent.ChannelUpdated) kept.of(new GraphEvent.ChannelUpdated(update(1, 1)));
        assertThat(kept.of(update(1, 1))).isSameAs(event.message());

        GossipMessage message = kept.of(update(2, 1));
        event = (GraphEvent.ChannelUpdated) kept.of(new GraphEvent.ChannelUpdated(update(2, 1)));
        assertThat(event.message()).isSameAs(message);
    }

    @Test
    void what_was_told_long_ago_is_let_go() {
        GraphEvent first = kept.of(new GraphEvent.ChannelUpdated(update(1, 1)));
        for (int i = 2; i <= 11; i++) kept.of(new GraphEvent.ChannelUpdated(update(i, 1)));

        assertThat(kept.of(new GraphEvent.ChannelUpdated(update(1, 1)))).isEqualTo(first).isNotSameAs(first);
    }
}
