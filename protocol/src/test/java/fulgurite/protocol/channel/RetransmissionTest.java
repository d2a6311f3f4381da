package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.wire.ChannelReestablish;
import fulgurite.protocol.wire.UpdateFee;
import fulgurite.protocol.wire.UpdateFulfillHtlc;
import org.junit.jupiter.api.Test;

/** What channel_reestablish says and what follows it, number by number. @bolt 2, Message Retransmission */
class RetransmissionTest {
    private final TwoChannels both = TwoChannels.open();

    @Test
    void each_channel_reestablish_proves_the_last_secret_that_was_received() {
        for (int round = 0; round < 4; round++) {
            both.alice.tell(htlc(5_000_000, round));
            both.commit();
            both.disconnect();
            both.reconnect();
            var m = (ChannelReestablish) both.alice.outbox.getFirst();
            long theirs = both.bob.channel().chain().localNumber();
            assertThat(m.nextCommitmentNumber()).isEqualTo(both.alice.channel().chain().localNumber() + 1);
            assertThat(m.nextRevocationNumber()).isEqualTo(theirs);
            assertThat(m.yourLastPerCommitmentSecret())
                    .isEqualTo(both.bob.context.keys().perCommitmentSecret(theirs - 1));
            both.deliverAll();
        }
        both.assertCommitmentsAgree();
    }

    @Test
    void a_revocation_that_was_lost_is_repeated_and_the_channel_goes_on() {
        both.alice.tell(htlc(5_000_000, 1), new Commit());
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        assertThat(both.alice.channel().chain().unacknowledged()).isPresent();
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        assertThat(both.alice.state).isInstanceOf(Normal.class);
        assertThat(both.alice.channel().chain().unacknowledged()).isEmpty();
        both.assertCommitmentsAgree();
    }

    @Test
    void feerates_and_removals_that_were_never_signed_are_sent_again() {
        both.bob.tell(htlc(5_000_000, 1));
        both.commit();
        both.alice.tell(new ChannelCommand.UpdateFee(new FeeratePerKw(1200)));
        both.alice.tell(new FulfilHtlc(0, preimage(1)));
        both.disconnect();
        both.reconnect();
        both.deliverOne(both.bob);
        assertThat(both.alice.outbox).anyMatch(UpdateFee.class::isInstance)
                .anyMatch(UpdateFulfillHtlc.class::isInstance);
        both.deliverAll();
        both.commit();
        assertThat(both.bob.channel().ledger().isClean()).isTrue();
        assertThat(both.bob.channel().ledger().feerate()).isEqualTo(new FeeratePerKw(1200));
        both.assertCommitmentsAgree();
    }

    @Test
    void a_count_of_revocations_that_lies_two_behind_fails_the_channel() {
        for (int i = 0; i < 3; i++) {
            both.alice.tell(htlc(5_000_000, i));
            both.commit();
        }
        both.disconnect();
        both.reconnect();
        var m = (ChannelReestablish) both.bob.outbox.getFirst();
        long behind = both.alice.channel().chain().localNumber() - 2;
        both.alice.tell(new Receive(new ChannelReestablish(m.channelId(), m.nextCommitmentNumber(), behind,
                both.alice.context.keys().perCommitmentSecret(behind - 1), m.myCurrentPerCommitmentPoint())));
        assertThat(both.alice.state).isInstanceOf(Closing.class);
        assertThat(both.alice.effects(ChannelEffect.Publish.class)).isNotEmpty();
    }

    @Test
    void a_count_that_the_peer_proves_to_be_ahead_publishes_nothing() {
        both.alice.tell(htlc(5_000_000, 1));
        both.commit();
        both.disconnect();
        both.reconnect();
        var m = (ChannelReestablish) both.bob.outbox.getFirst();
        int published = both.alice.effects(ChannelEffect.Publish.class).size();
        long ahead = both.alice.channel().chain().localNumber() + 5;
        both.alice.tell(new Receive(new ChannelReestablish(m.channelId(), m.nextCommitmentNumber() + 5, ahead,
                both.alice.context.keys().perCommitmentSecret(ahead - 1), m.myCurrentPerCommitmentPoint())));
        assertThat(both.alice.state).isInstanceOfSatisfying(Closing.class,
                closing -> assertThat(closing.progress().isSilent()).isTrue());
        assertThat(both.alice.effects(ChannelEffect.Publish.class)).hasSize(published);
    }
}
