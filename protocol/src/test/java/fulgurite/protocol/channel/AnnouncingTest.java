package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.opening.Readiness;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.AnnouncementSignatures;
import fulgurite.protocol.wire.ChannelAnnouncement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which announcement comes of whose signatures. @bolt 7, The announcement_signatures Message */
@Tag("rule:19")
class AnnouncingTest {
    private static final Signature WRONG = new Signature(Bytes.fromHex("11".repeat(64)));

    /** Alice's signatures at six confirmations, and Bob has not received them. */
    private static AnnouncementSignatures alices(TwoChannels both) {
        both.alice.tell(both.confirmed(6));
        return (AnnouncementSignatures) both.alice.outbox.poll();
    }

    private static void assertWarned(Decision decision) {
        assertThat(decision).isInstanceOfSatisfying(Decision.Violated.class, v -> {
            assertThat(v.violation().message()).contains("announcement_signatures are invalid");
            assertThat(v.violation().consequence()).isEqualTo(Violation.Consequence.DISCONNECT);
            assertThat(v.events()).isEmpty();
        });
    }

    @Test
    void the_lesser_node_id_comes_first_and_each_signature_is_by_the_key_beside_it() {
        var both = TwoChannels.open();
        both.confirm(6);
        both.deliverAll();
        for (Participant p : new Participant[]{both.alice, both.bob}) {
            ChannelAnnouncement a = p.effects(ChannelEffect.AnnounceChannel.class).getFirst().announcement();
            assertThat(a.nodeId1().key().bytes().toString()).isLessThan(a.nodeId2().key().bytes().toString());
            boolean aliceFirst = a.nodeId1().equals(both.alice.context.nodeId());
            Participant first = aliceFirst ? both.alice : both.bob;
            Participant second = both.other(first);
            assertThat(a.nodeId2()).isEqualTo(second.context.nodeId());
            assertThat(a.bitcoinKey1()).isEqualTo(first.context.keys().basepoints().funding());
            assertThat(a.bitcoinKey2()).isEqualTo(second.context.keys().basepoints().funding());
            var digest = Hashes.sha256Twice(a.signedBytes());
            assertThat(Curve.verify(digest, a.nodeSignature1(), a.nodeId1().key())).isTrue();
            assertThat(Curve.verify(digest, a.nodeSignature2(), a.nodeId2().key())).isTrue();
            assertThat(Curve.verify(digest, a.bitcoinSignature1(), a.bitcoinKey1())).isTrue();
            assertThat(Curve.verify(digest, a.bitcoinSignature2(), a.bitcoinKey2())).isTrue();
        }
    }

    @Test
    void signatures_of_another_announcement_are_warned_about() {
        var both = TwoChannels.open();
        AnnouncementSignatures m = alices(both);
        assertWarned(both.bob.only(new Receive(Changed.of(m, "nodeSignature", WRONG))));
        assertWarned(both.bob.only(new Receive(Changed.of(m, "bitcoinSignature", WRONG))));
        assertWarned(both.bob.only(new Receive(Changed.of(m, "shortChannelId", new ShortChannelId(5)))));
        assertThat(both.bob.channel().remoteProof()).isEmpty();
        assertThat(both.bob.only(new Receive(m)).eventsOrNone()).singleElement()
                .isInstanceOf(ChannelEvent.AnnouncementSigned.class);
    }

    @Test
    void what_came_before_we_know_the_place_is_kept_and_announces_nothing_if_it_is_wrong() {
        for (boolean right : new boolean[]{true, false}) {
            var both = new TwoChannels(ChannelLimits.REGTEST);
            both.alice.tell(both.openCommand(false));
            both.deliverAll();
            both.alice.tell(both.confirmed(6));
            both.deliverAll();
            // Bob's channel_ready, to have Alice's signatures; Bob does not know yet where the funding is.
            var ready = Readiness.message(both.bob.context, both.bob.channel());
            both.alice.tell(new Receive(ready));
            var m = (AnnouncementSignatures) both.alice.outbox.poll();
            both.bob.tell(new Receive(right ? m : Changed.of(m, "nodeSignature", WRONG)));
            assertThat(both.bob.channel().remoteProof()).isPresent();
            assertThat(both.bob.effects(ChannelEffect.AnnounceChannel.class)).isEmpty();
            both.bob.tell(both.confirmed(6));
            assertThat(both.bob.effects(ChannelEffect.AnnounceChannel.class)).hasSize(right ? 1 : 0);
        }
    }

    @Test
    void signatures_that_come_again_are_answered_with_ours_once_ours_are_due() {
        var both = TwoChannels.open();
        AnnouncementSignatures m = alices(both);
        both.bob.tell(new Receive(m));
        assertThat(both.bob.outbox).isEmpty();
        both.bob.tell(new Receive(m));
        assertThat(both.bob.outbox).isEmpty();
        both.bob.tell(both.confirmed(6));
        var bobs = both.bob.outbox.poll();
        assertThat(bobs).isInstanceOf(AnnouncementSignatures.class);
        Decision again = both.bob.only(new Receive(m));
        assertThat(again.eventsOrNone()).isEmpty();
        assertThat(both.bob.outbox.poll()).isEqualTo(bobs);
    }

    @Test
    void a_channel_that_is_not_for_the_world_is_never_announced() {
        var open = TwoChannels.open();
        AnnouncementSignatures m = alices(open);
        var hidden = new TwoChannels(ChannelLimits.REGTEST);
        var command = hidden.openCommand(new MilliSatoshi(300_000_000));
        hidden.alice.tell(Changed.of(command, "announce", false));
        hidden.deliverAll();
        hidden.confirm(6);
        assertThat(hidden.alice.outbox).noneMatch(AnnouncementSignatures.class::isInstance);
        hidden.deliverAll();
        assertThat(hidden.bob.only(new Receive(m))).isEqualTo(Decision.nothing());
        assertThat(hidden.bob.channel().remoteProof()).isEmpty();
    }
}
