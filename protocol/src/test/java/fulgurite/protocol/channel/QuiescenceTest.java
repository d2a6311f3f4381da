package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.hash;
import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.channel.ChannelCommand.Quiesce;
import fulgurite.protocol.channel.ChannelCommand.QuiescenceOver;
import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Stfu;
import fulgurite.protocol.wire.UpdateAddHtlc;
import fulgurite.protocol.wire.UpdateFulfillHtlc;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** stfu and what it forbids. Alice funds. */
@Tag("rule:quiescence")
class QuiescenceTest {
    private final TwoChannels both = TwoChannels.open();

    @Test
    void the_one_who_asks_begins_and_the_other_answers() {
        both.bob.tell(new Quiesce());
        assertThat(both.bob.outbox).singleElement().isEqualTo(new Stfu(both.bob.channel().id(), true));
        both.deliverOne(both.bob);
        assertThat(both.alice.outbox).singleElement().isEqualTo(new Stfu(both.bob.channel().id(), false));
        both.deliverAll();

        assertThat(both.bob.effects(ChannelEffect.ChannelQuiescent.class)).singleElement()
                .returns(true, ChannelEffect.ChannelQuiescent::ours);
        assertThat(both.alice.effects(ChannelEffect.ChannelQuiescent.class)).singleElement()
                .returns(false, ChannelEffect.ChannelQuiescent::ours);
    }

    @Test
    void each_side_limits_the_quiet_once_whoever_began() {
        both.bob.tell(new Quiesce());
        both.deliverAll();
        for (Participant p : new Participant[]{both.alice, both.bob})
            assertThat(p.effects(ChannelEffect.LimitQuiescence.class)).as(p.name).hasSize(1);
    }

    @Test
    void quiet_is_asked_for_on_a_connection_and_of_a_channel_that_goes_on() {
        both.disconnect();
        assertThat(refusal(both.alice, new Quiesce())).isInstanceOf(Refusal.NotConnected.class);
        both.reconnect();
        both.deliverAll();
        both.alice.tell(htlc(50_000_000, 1));
        both.commit();
        both.alice.tell(new ChannelCommand.Shutdown(both.alice.context.shutdownScript()));
        assertThat(refusal(both.alice, new Quiesce())).isInstanceOf(Refusal.ShuttingDown.class);
    }

    @Test
    void when_both_begin_at_once_the_funder_has_begun() {
        both.alice.tell(new Quiesce());
        both.bob.tell(new Quiesce());
        both.deliverAll();

        assertThat(both.alice.effects(ChannelEffect.ChannelQuiescent.class)).singleElement()
                .returns(true, ChannelEffect.ChannelQuiescent::ours);
        assertThat(both.bob.effects(ChannelEffect.ChannelQuiescent.class)).singleElement()
                .returns(false, ChannelEffect.ChannelQuiescent::ours);
    }

    @Test
    void stfu_waits_until_our_updates_are_irrevocable_and_so_does_the_answer() {
        both.alice.tell(htlc(50_000_000, 1), new Commit(), new Quiesce());
        both.bob.tell(htlc(20_000_000, 2), new Commit());
        assertThat(both.alice.outbox).noneMatch(Stfu.class::isInstance);
        both.deliverAll();

        assertThat(both.alice.channel().quiescence().isQuiet()).isTrue();
        assertThat(both.bob.channel().quiescence().isQuiet()).isTrue();
        both.assertCommitmentsAgree();
        assertThat(both.alice.channel().ledger().htlcs()).hasSize(2);
    }

    @Test
    void nothing_new_is_proposed_once_quiet_is_wanted() {
        both.alice.tell(new Quiesce());
        assertThat(refusal(both.alice, htlc(1_000_000, 1))).isInstanceOf(Refusal.Quiescing.class);
        assertThat(refusal(both.alice, new ChannelCommand.UpdateFee(new FeeratePerKw(2000))))
                .isInstanceOf(Refusal.Quiescing.class);
        assertThat(refusal(both.alice, new Quiesce())).isInstanceOf(Refusal.Quiescing.class);
        both.deliverOne(both.alice);
        assertThat(refusal(both.bob, htlc(1_000_000, 1))).isInstanceOf(Refusal.Quiescing.class);
    }

    @Test
    void a_preimage_that_comes_in_the_quiet_is_kept_and_sent_on_the_next_connection() {
        both.alice.tell(htlc(50_000_000, 1));
        both.commit();
        both.bob.tell(new Quiesce());
        both.deliverAll();

        assertThat(both.bob.only(new FulfilHtlc(0, preimage(1)))).isInstanceOf(Decision.Accepted.class);
        assertThat(both.bob.outbox).isEmpty();
        assertThat(refusal(both.bob, new FulfilHtlc(0, preimage(1)))).isInstanceOf(Refusal.AlreadySettled.class);
        both.bob.restart(both.bob.journal.size());
        both.alice.tell(new ChannelCommand.LinkLost());
        both.reconnect();
        both.deliverAll();
        both.commit();

        assertThat(both.alice.channel().settlement(0).orElseThrow().result())
                .isEqualTo(new HtlcResult.Fulfilled(preimage(1)));
        assertThat(both.alice.channel().ledger().isClean()).isTrue();
    }

    @Test
    void quiet_ends_with_the_connection() {
        both.alice.tell(new Quiesce());
        both.deliverAll();
        both.disconnect();
        both.reconnect();
        both.deliverAll();

        assertThat(both.alice.channel().quiescence()).isEqualTo(Quiescence.NONE);
        assertThat(both.alice.only(htlc(1_000_000, 1))).isInstanceOf(Decision.Accepted.class);
        both.commit();
        both.assertCommitmentsAgree();
    }

    @Test
    void what_may_not_follow_stfu_is_warned_about_and_ends_the_connection() {
        both.alice.tell(htlc(50_000_000, 1));
        both.commit();
        both.alice.tell(new Quiesce());
        both.deliverAll();
        var id = both.bob.channel().id();
        for (LightningMessage wrong : new LightningMessage[]{new Stfu(id, true),
                new UpdateAddHtlc(id, 1, new MilliSatoshi(1_000_000), hash(1), new CltvExpiry(200), TwoChannels.ONION),
                new UpdateFulfillHtlc(id, 0, preimage(1))})
            assertWarned(Channel.decide(both.bob.context, both.bob.state, new Receive(wrong)));
    }

    @Test
    void stfu_is_taken_only_when_negotiated_in_place_and_with_nothing_of_the_peer_pending() {
        var id = both.bob.channel().id();
        assertWarned(Channel.decide(both.bob.context, both.bob.state, new Receive(new Stfu(id, false))));
        var plain = Participant.without(Feature.QUIESCE, both.bob.context);
        assertWarned(Channel.decide(plain, both.bob.state, new Receive(new Stfu(id, true))));
        assertThat(((Decision.Refused) Channel.decide(plain, both.bob.state, new Quiesce())).refusal())
                .isInstanceOf(Refusal.NotNegotiated.class);
        both.alice.tell(htlc(50_000_000, 1));
        both.deliverOne(both.alice);
        assertWarned(Channel.decide(both.bob.context, both.bob.state, new Receive(new Stfu(id, true))));
    }

    @Test
    void after_a_minute_the_connection_ends_when_htlcs_are_pending_or_no_answer_came() {
        both.alice.tell(new Quiesce());
        assertThat(both.alice.effects(ChannelEffect.LimitQuiescence.class)).hasSize(1);
        assertWarned(Channel.decide(both.alice.context, both.alice.state, new QuiescenceOver()));
        both.deliverAll();
        assertThat(both.alice.only(new QuiescenceOver())).isEqualTo(Decision.nothing());
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        assertThat(both.alice.only(new QuiescenceOver())).isEqualTo(Decision.nothing());

        both.alice.tell(htlc(50_000_000, 1));
        both.commit();
        both.bob.tell(new Quiesce());
        both.deliverAll();
        assertWarned(Channel.decide(both.alice.context, both.alice.state, new QuiescenceOver()));
    }

    private static void assertWarned(Decision decision) {
        assertThat(decision).isInstanceOfSatisfying(Decision.Violated.class, v -> {
            assertThat(v.violation().consequence()).isEqualTo(Violation.Consequence.DISCONNECT);
            assertThat(v.effects()).anyMatch(ChannelEffect.Disconnect.class::isInstance);
        });
    }

    private static Refusal refusal(Participant p, ChannelCommand command) {
        assertThat(p.state).isInstanceOf(Normal.class);
        return ((Decision.Refused) p.only(command)).refusal();
    }
}
