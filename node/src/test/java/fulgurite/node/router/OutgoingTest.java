package fulgurite.node.router;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.graph.OwnGossip;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private static final Predicate<Long> WANTED = timestamp -> true;
    private static final NodeId ALICE = node(1);
    private static final NodeId BOB = node(2);
    private static final Optional<GossipTimestampFilter> ALL = filter(0);
    private final Outgoing outgoing = new Outgoing();

    private static NodeId node(int number) {
        return new NodeId(Curve.publicKey(PrivateKey.fromHex("%064x".formatted(number))));
    }

    private static Optional<GossipTimestampFilter> filter(long from) {
        return Optional.of(new GossipTimestampFilter(Bytes32.ZERO, from, 0xffffffffL));
    }

    private static ChannelUpdate update(int channel, int side, long timestamp) {
        return new ChannelUpdate(new Signature(Bytes.zeros(64)), Bytes32.ZERO, new ShortChannelId(channel), timestamp,
                1, side, new CltvDelta(1), MilliSatoshi.ZERO, MilliSatoshi.ZERO, 0, MilliSatoshi.ZERO, Bytes.EMPTY);
    }

    private static ChannelAnnouncement announcement(int channel) {
        return OwnGossip.unsigned(Bytes32.ZERO, new ShortChannelId(channel), Features.EMPTY,
                new OwnGossip.Side(ALICE, ALICE.key()), new OwnGossip.Side(BOB, BOB.key()));
    }

    private static NodeAnnouncement said(NodeId node, long timestamp) {
        return new NodeAnnouncement(new Signature(Bytes.zeros(64)), Features.EMPTY, timestamp, node, Bytes.zeros(3),
                Bytes.zeros(32), Bytes.EMPTY, Bytes.EMPTY);
    }

    @Test
    void news_of_a_speaker_replace_what_it_said_before() {
        outgoing.add(update(1, 0, 10), Optional.of(BOB), WANTED);
        outgoing.add(update(1, 1, 10), Optional.of(BOB), WANTED);
        outgoing.add(said(BOB, 10), Optional.of(BOB), WANTED);
        outgoing.add(update(1, 0, 20), Optional.of(BOB), WANTED);
        outgoing.add(said(BOB, 20), Optional.of(BOB), WANTED);
        assertThat(outgoing.since(0, ALICE, ALL)).containsExactly(update(1, 1, 10), update(1, 0, 20), said(BOB, 20));
    }

    @Test
    void who_said_it_or_has_said_it_since_does_not_hear_it() {
        outgoing.add(update(1, 0, 10), Optional.of(BOB), WANTED);
        outgoing.add(update(2, 0, 10), Optional.of(BOB), WANTED);
        outgoing.heardFrom(ALICE, update(1, 0, 10));
        outgoing.heardFrom(ALICE, update(2, 0, 9));
        assertThat(outgoing.since(0, BOB, ALL)).isEmpty();
        assertThat(outgoing.since(0, ALICE, ALL)).containsExactly(update(2, 0, 10));
    }

    @Test
    void an_announcement_goes_where_its_first_update_goes_and_before_it() {
        outgoing.add(announcement(1), Optional.of(BOB), WANTED);
        assertThat(outgoing.isEmpty()).isTrue();
        outgoing.add(update(1, 0, 10), Optional.of(BOB), WANTED);
        assertThat(outgoing.since(0, ALICE, filter(10))).containsExactly(announcement(1), update(1, 0, 10));
        assertThat(outgoing.since(0, ALICE, filter(11))).isEmpty();
        assertThat(outgoing.since(0, ALICE, Optional.empty())).isEmpty();
    }

    @Test
    void what_nobody_wants_is_left_out_but_ours() {
        outgoing.add(announcement(1), Optional.of(BOB), timestamp -> timestamp > 10);
        outgoing.add(update(1, 0, 10), Optional.of(BOB), timestamp -> timestamp > 10);
        outgoing.add(said(BOB, 10), Optional.of(BOB), timestamp -> timestamp > 10);
        assertThat(outgoing.isEmpty()).isTrue();
        outgoing.add(update(2, 0, 10), Optional.empty(), timestamp -> false);
        assertThat(outgoing.since(0, ALICE, Optional.empty())).containsExactly(update(2, 0, 10));
        assertThat(outgoing.since(0, BOB, filter(99))).containsExactly(update(2, 0, 10));
    }

    @Test
    void each_hears_what_came_since_its_last_flush_and_what_all_have_heard_is_forgotten() {
        outgoing.add(update(1, 0, 10), Optional.of(BOB), WANTED);
        long first = outgoing.last();
        outgoing.add(update(2, 0, 10), Optional.of(BOB), WANTED);
        assertThat(outgoing.since(first, ALICE, ALL)).containsExactly(update(2, 0, 10));
        outgoing.forget(first);
        assertThat(outgoing.since(0, ALICE, ALL)).containsExactly(update(2, 0, 10));
        outgoing.forget(outgoing.last());
        assertThat(outgoing.isEmpty()).isTrue();
        outgoing.add(update(1, 0, 20), Optional.of(BOB), WANTED);
        assertThat(outgoing.since(first, ALICE, ALL)).containsExactly(update(1, 0, 20));
    }
}
