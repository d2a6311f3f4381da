package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.ForceClose;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.channel.ChannelCommand.Quiesce;
import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelCommand.Shutdown;
import fulgurite.protocol.channel.ChannelEffect.AnnounceChannel;
import fulgurite.protocol.channel.ChannelEffect.ChannelClosed;
import fulgurite.protocol.channel.ChannelEffect.ChannelUnusable;
import fulgurite.protocol.channel.ChannelEffect.HtlcReceived;
import fulgurite.protocol.channel.ChannelEffect.HtlcSettled;
import fulgurite.protocol.channel.ChannelEffect.Publish;
import fulgurite.protocol.channel.ChannelEffect.WatchConfirmed;
import fulgurite.protocol.channel.ChannelEffect.WatchSpent;
import fulgurite.protocol.channel.opening.Readiness;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Feature;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a restart does again, in each state: all that the journal cannot say was done, in order, and nothing else. Alice funds. */
class ResumptionTest {
    private static List<ChannelEffect> resumed(Participant p) {
        return Channel.resume(p.context, p.state);
    }

    private static Tx funding(TwoChannels both) {
        return both.alice.channel().fundingTx().orElseThrow();
    }

    private static WatchSpent end(TwoChannels both) {
        return new WatchSpent(both.alice.channel().funding(), funding(both).outputs().getFirst().script());
    }

    private static WatchConfirmed depth(TwoChannels both, int depth) {
        return new WatchConfirmed(funding(both).txid(), funding(both).outputs().getFirst().script(), depth);
    }

    /** The coin of the funding: another transaction may spend it. */
    private static WatchSpent rival(TwoChannels both) {
        return new WatchSpent(funding(both).inputs().getFirst().outPoint(), Bytes.EMPTY);
    }

    @Test
    void an_opening_that_is_not_funded_has_nothing_to_do_again() {
        var both = new TwoChannels(ChannelLimits.REGTEST);
        assertThat(resumed(both.alice)).isEmpty();
        both.alice.tell(both.openCommand(false));
        assertThat(resumed(both.alice)).isEmpty();
        both.deliverOne(both.alice);
        assertThat(resumed(both.bob)).isEmpty();
        both.deliverOne(both.bob);
        assertThat(both.alice.state).isInstanceOf(ChannelState.AwaitingFundingSigned.class);
        assertThat(resumed(both.alice)).isEmpty();
    }

    @Test
    void a_funding_in_no_block_is_published_again_and_waited_for() {
        var both = new TwoChannels(ChannelLimits.REGTEST);
        both.alice.tell(both.openCommand(false));
        both.deliverAll();
        assertThat(resumed(both.alice))
                .containsExactly(new Publish(funding(both)), end(both), depth(both, 1), rival(both));
        assertThat(resumed(both.bob)).containsExactly(end(both), depth(both, 1));
    }

    @Test
    void a_channel_in_use_is_usable_again_and_its_place_watched_until_it_is_deep_and_after() {
        var both = TwoChannels.open();
        for (Participant p : List.of(both.alice, both.bob))
            assertThat(resumed(p)).containsExactly(end(both), depth(both, 6), rival(both),
                    Readiness.usable(p.channel()));
        both.confirm(6);
        both.deliverAll();
        for (Participant p : List.of(both.alice, both.bob))
            assertThat(resumed(p)).containsExactly(end(both), depth(both, 6), Readiness.usable(p.channel()),
                    p.effects(AnnounceChannel.class).getLast());
    }

    @Test
    void one_that_has_said_channel_ready_alone_is_not_usable_yet() {
        var both = new TwoChannels(ChannelLimits.REGTEST);
        both.alice.tell(both.openCommand(false));
        both.deliverAll();
        both.bob.tell(both.confirmed(1));
        assertThat(resumed(both.bob)).containsExactly(end(both), depth(both, 6), rival(both));
    }

    @Test
    void htlcs_that_wait_for_this_node_are_told_again_and_those_with_a_result_are_not() {
        var both = TwoChannels.open();
        for (int i = 0; i < 3; i++) both.alice.tell(htlc(10_000_000, i));
        both.commit();
        both.bob.tell(new FulfilHtlc(1, preimage(1)));
        both.alice.tell(htlc(10_000_000, 3));
        both.deliverOne(both.alice);
        // While all is quiet a result is kept back.
        var quiet = TwoChannels.open();
        quiet.alice.tell(htlc(10_000_000, 1));
        quiet.commit();
        quiet.bob.tell(new Quiesce());
        quiet.deliverAll();
        assertThat(quiet.bob.channel().quiescence().isQuiet()).isTrue();
        quiet.bob.tell(new FulfilHtlc(0, preimage(1)));

        assertThat(resumed(both.bob)).filteredOn(HtlcReceived.class::isInstance)
                .extracting(effect -> ((HtlcReceived) effect).htlc().id())
                .containsExactly(0L, 2L);
        assertThat(resumed(both.alice)).noneMatch(HtlcReceived.class::isInstance);
        assertThat(resumed(quiet.bob)).noneMatch(HtlcReceived.class::isInstance);
    }

    @Test
    void results_are_told_until_they_are_acknowledged() {
        var both = TwoChannels.open();
        both.alice.tell(htlc(10_000_000, 1));
        both.commit();
        both.bob.tell(new FulfilHtlc(0, preimage(1)));
        both.commit();
        HtlcSettled told = both.alice.effects(HtlcSettled.class).getFirst();
        assertThat(resumed(both.alice)).contains(told);
        both.alice.tell(new ForceClose());
        assertThat(resumed(both.alice)).contains(told).startsWith(new ChannelUnusable(both.alice.channel().id()));
        both.bob.tell(new ChannelCommand.AcknowledgeSettlement(0));
        both.alice.tell(new ChannelCommand.AcknowledgeSettlement(0));
        assertThat(resumed(both.alice)).noneMatch(HtlcSettled.class::isInstance);
    }

    @Test
    void a_channel_that_shuts_down_takes_no_payments_after_a_restart_either() {
        var both = TwoChannels.open();
        both.alice.tell(htlc(10_000_000, 1), new Commit());
        both.deliverAll();
        both.alice.tell(new Shutdown(both.alice.context.shutdownScript()));
        both.deliverAll();
        for (Participant p : List.of(both.alice, both.bob))
            assertThat(resumed(p)).contains(new ChannelUnusable(p.channel().id()));
    }

    @Test
    void each_closing_transaction_that_both_have_signed_is_published_again() {
        var both = TwoChannels.open();
        for (Participant p : List.of(both.alice, both.bob))
            p.context = p.context.with(p.features().withOptional(Feature.SIMPLE_CLOSE));
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverAll();
        var offers = ((ChannelState.Negotiating) both.alice.state).simple();
        assertThat(resumed(both.alice)).containsExactly(end(both), depth(both, 6), rival(both),
                Readiness.usable(both.alice.channel()), new ChannelUnusable(both.alice.channel().id()),
                new Publish(offers.ours().orElseThrow()), new Publish(offers.theirs().orElseThrow()));
    }

    @Test
    void a_channel_that_is_over_says_so() {
        var both = new TwoChannels(ChannelLimits.REGTEST);
        both.alice.tell(both.openCommand(false));
        both.alice.tell(new Receive(ErrorMessage.of(
                new ChannelId(Bytes.zeros(32)), "no")));
        assertThat(resumed(both.alice)).containsExactly(new ChannelClosed("the peer refused: no"));
    }
}
