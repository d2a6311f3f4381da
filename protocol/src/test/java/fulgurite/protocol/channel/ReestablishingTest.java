package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelEffect.HtlcReceived;
import fulgurite.protocol.channel.ChannelEffect.HtlcSettled;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.ChannelReady;
import fulgurite.protocol.wire.ChannelReestablish;
import fulgurite.protocol.wire.CommitmentSigned;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.RevokeAndAck;
import fulgurite.protocol.wire.UpdateAddHtlc;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReestablishingTest {
    private final TwoChannels both = TwoChannels.open();

    @Test
    @Tag("rule:16")
    void sends_nothing_but_channel_reestablish_until_the_peers_has_come() {
        both.alice.tell(htlc(50_000_000, 1));
        both.disconnect();
        both.alice.tell(new LinkUp(both.bob.features()));
        both.alice.tell(new Commit());

        assertThat(both.alice.outbox).singleElement().isInstanceOf(ChannelReestablish.class);
        assertThat(both.alice.only(htlc(50_000_000, 2))).isInstanceOf(Decision.Refused.class);
    }

    @Test
    @Tag("rule:16")
    void what_the_peer_never_committed_is_forgotten_and_what_we_never_signed_is_sent_again() {
        both.alice.tell(htlc(50_000_000, 1));
        both.deliverAll();
        assertThat(both.bob.channel().ledger().htlcs()).hasSize(1);
        both.disconnect();
        assertThat(both.bob.channel().ledger().htlcs()).isEmpty();
        assertThat(both.bob.channel().ledger().nextReceived()).isZero();
        both.reconnect();
        both.deliverAll();

        assertThat(both.bob.effects(HtlcReceived.class)).hasSize(1);
        both.assertCommitmentsAgree();
    }

    @Test
    @Tag("rule:16")
    void a_commitment_that_was_lost_is_repeated_with_the_updates_that_it_covers() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        var lost = List.copyOf(both.alice.outbox);
        both.disconnect();
        both.reconnect();
        both.alice.outbox.clear();
        both.deliverOne(both.bob);

        assertThat(both.alice.outbox.stream().filter(m -> !(m instanceof ChannelReady)).toList()).isEqualTo(lost);
    }

    @Test
    @Tag("rule:16")
    void revocation_and_commitment_are_repeated_in_the_order_they_were_sent() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.bob.tell(htlc(20_000_000, 2), new Commit());
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        assertThat(both.bob.outbox).extracting(m -> (Object) m.getClass())
                .containsExactly(UpdateAddHtlc.class,
                        CommitmentSigned.class, RevokeAndAck.class);
        assertRepeats(both, both.bob, UpdateAddHtlc.class, CommitmentSigned.class, RevokeAndAck.class);

        var other = TwoChannels.open();
        other.alice.tell(htlc(50_000_000, 1), new Commit());
        other.deliverOne(other.alice);
        other.deliverOne(other.alice);
        assertThat(other.bob.outbox).extracting(m -> (Object) m.getClass())
                .containsExactly(RevokeAndAck.class,
                        CommitmentSigned.class);
        assertRepeats(other, other.bob, RevokeAndAck.class, CommitmentSigned.class);
    }

    @Test
    @Tag("rule:18")
    void channel_ready_is_repeated_only_while_no_commitment_has_followed() {
        both.disconnect();
        both.reconnect();
        both.deliverOne(both.alice);
        assertThat(both.bob.outbox).anyMatch(ChannelReady.class::isInstance);
        both.deliverAll();
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.disconnect();
        both.reconnect();
        both.deliverOne(both.alice);
        assertThat(both.bob.outbox).noneMatch(ChannelReady.class::isInstance);
    }

    @Test
    @Tag("rule:16")
    void a_preimage_is_not_lost_with_the_connection_and_told_once() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.bob.tell(new FulfilHtlc(0, preimage(1)));
        both.deliverAll();
        both.disconnect();
        assertThat(both.alice.effects(HtlcSettled.class)).hasSize(1);
        both.reconnect();
        both.deliverAll();

        assertThat(both.alice.channel().ledger().isClean()).isTrue();
        assertThat(both.alice.effects(HtlcSettled.class)).hasSize(1);
        assertThat(both.alice.channel().settlements()).hasSize(1);
    }

    @Test
    @Tag("rule:17")
    void who_is_proved_to_be_behind_never_publishes() {
        int old = both.bob.journal.size();
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.disconnect();
        both.bob.restart(old);
        both.reconnect();
        both.deliverOne(both.alice);

        assertThat(((Closing) both.bob.state).progress().published()).isEmpty();
        assertThat(both.bob.effects(ChannelEffect.Publish.class)).isEmpty();
        both.deliverAll();
        assertThat(((Closing) both.alice.state).progress().published()).isPresent();
    }

    @Test
    @Tag("rule:17")
    void a_peer_that_asks_for_our_commitment_gets_it_on_chain() {
        both.disconnect();
        both.reconnect();
        var m = (ChannelReestablish) both.alice.outbox.poll();
        both.bob.tell(new Receive(Changed.of(m, "nextCommitmentNumber", 0L)));
        assertThat(both.bob.effects(ChannelEffect.Publish.class)).hasSize(1);
    }

    @Test
    @Tag("rule:17")
    void who_is_proved_to_be_behind_never_publishes_even_when_asked_for_its_commitment() {
        int old = both.bob.journal.size();
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.disconnect();
        both.bob.restart(old);
        both.reconnect();
        var m = (ChannelReestablish) both.alice.outbox.poll();
        both.bob.tell(new Receive(Changed.of(m, "nextCommitmentNumber", 0L)));
        assertThat(both.bob.effects(ChannelEffect.Publish.class)).isEmpty();
        both.bob.tell(new ChannelCommand.NewBlock(new fulgurite.protocol.units.BlockHeight(500)));
        assertThat(both.bob.effects(ChannelEffect.Publish.class)).isEmpty();
    }

    @Test
    @Tag("rule:17")
    void a_wrong_proof_of_our_last_secret_fails_the_channel() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.disconnect();
        both.reconnect();
        var m = (ChannelReestablish) both.alice.outbox.poll();
        both.bob.tell(new Receive(new ChannelReestablish(m.channelId(), m.nextCommitmentNumber(),
                m.nextRevocationNumber(), new PrivateKey(Bytes.zeros(32)), m.myCurrentPerCommitmentPoint())));

        assertThat(both.bob.effects(ChannelEffect.Publish.class)).hasSize(1);
    }

    @Test
    void our_own_commands_without_a_connection_are_kept_until_there_is_one() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.disconnect();
        both.bob.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        assertThat(both.bob.outbox).isEmpty();
        both.reconnect();
        both.deliverAll();

        assertThat(both.bob.channel().ledger().isClean()).isTrue();
        assertThat(both.alice.state).isInstanceOf(Normal.class);
    }

    private static void assertRepeats(TwoChannels both, Participant p, Class<?>... kinds) {
        both.disconnect();
        both.reconnect();
        p.outbox.clear();
        both.deliverOne(both.other(p));
        List<? extends LightningMessage> sent = p.outbox.stream().filter(m -> !(m instanceof ChannelReady)).toList();
        assertThat(sent).extracting(m -> (Object) m.getClass()).containsExactly((Object[]) kinds);
    }
}
