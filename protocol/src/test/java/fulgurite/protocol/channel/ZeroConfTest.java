package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelCommand.AcceptAsFundee;
import fulgurite.protocol.channel.ChannelCommand.AcknowledgeSettlement;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.channel.ChannelCommand.FundingConfirmed;
import fulgurite.protocol.channel.ChannelCommand.NewBlock;
import fulgurite.protocol.channel.ChannelCommand.OpenAsFunder;
import fulgurite.protocol.channel.ChannelCommand.OutputSpent;
import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelCommand.SpendUndone;
import fulgurite.protocol.channel.ChannelEffect.ChannelUsable;
import fulgurite.protocol.channel.ChannelState.AwaitingFunding;
import fulgurite.protocol.channel.ChannelState.Closed;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.AcceptChannel;
import fulgurite.protocol.wire.ChannelReady;
import fulgurite.protocol.wire.ChannelReadyTlv;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.OpenChannel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Channels that are used before they confirm, their names, and fundings that the chain takes back. Alice funds. */
@Tag("rule:18")
class ZeroConfTest {
    private final TwoChannels both = new TwoChannels(ChannelLimits.REGTEST);

    ZeroConfTest() {
        for (Participant p : List.of(both.alice, both.bob))
            p.context = p.context.with(p.features()
                    .withOptional(Feature.SCID_ALIAS)
                    .withOptional(Feature.ZEROCONF));
    }

    private OpenChannel propose() {
        both.alice.tell(new OpenAsFunder(both.bob.context.nodeId(), both.bob.features(), 1,
                new ChannelId(Bytes.zeros(32)), new ShortChannelId(7), new Satoshi(1_000_000),
                new MilliSatoshi(300_000_000), new FeeratePerKw(1000), true, false, true));
        return (OpenChannel) both.alice.outbox.poll();
    }

    private void open() {
        both.bob.tell(new AcceptAsFundee(both.alice.context.nodeId(), both.alice.features(), 1,
                new ShortChannelId(8), propose(), true));
        both.deliverAll();
    }

    @Test
    void a_channel_of_a_trusted_peer_is_used_at_once_by_its_alias() {
        both.bob.tell(new AcceptAsFundee(both.alice.context.nodeId(), both.alice.features(), 1,
                new ShortChannelId(8), propose(), true));
        assertThat(both.bob.outbox).singleElement()
                .isInstanceOfSatisfying(AcceptChannel.class,
                        m -> assertThat(m.minimumDepth()).isZero());
        both.deliverAll();

        for (Participant p : List.of(both.alice, both.bob)) {
            assertThat(p.state).isInstanceOf(Normal.class);
            assertThat(p.effects(ChannelUsable.class)).last().satisfies(usable -> {
                assertThat(usable.shortChannelId()).isEmpty();
                assertThat(usable.localAlias()).isEqualTo(p.channel().terms().alias());
                assertThat(usable.remoteAlias()).contains(both.other(p).channel().terms().alias());
            });
            assertThat(p.channel().name()).isEqualTo(p.channel().terms().alias());
        }
        both.alice.tell(htlc(50_000_000, 1));
        both.commit();
        both.bob.tell(new FulfilHtlc(0, preimage(1)));
        both.commit();
        both.assertCommitmentsAgree();
    }

    @Test
    void when_it_confirms_it_is_told_again_by_its_place() {
        open();
        both.confirm(1);
        var place = ShortChannelId.of(new BlockHeight(101), 1, 0);
        for (Participant p : List.of(both.alice, both.bob)) {
            assertThat(p.effects(ChannelUsable.class)).last()
                    .returns(Optional.of(place),
                            ChannelUsable::shortChannelId);
            assertThat(p.channel().name()).isEqualTo(place);
            assertThat(p.outbox).isEmpty();
        }
    }

    @Test
    @Tag("rule:5")
    void a_peer_that_is_not_trusted_is_refused() {
        both.bob.tell(new AcceptAsFundee(both.alice.context.nodeId(), both.alice.features(), 1,
                new ShortChannelId(8), propose(), false));
        assertThat(both.bob.outbox).singleElement().isInstanceOf(ErrorMessage.class);
        assertThat(both.bob.state).isInstanceOf(Closed.class);
    }

    @Test
    void a_restart_watches_for_the_place_of_a_channel_in_use() {
        open();
        both.bob.restart(both.bob.journal.size());
        assertThat(both.bob.effects(ChannelEffect.WatchConfirmed.class)).last()
                .returns(1, ChannelEffect.WatchConfirmed::depth);
    }

    @Test
    void a_double_spend_ends_the_channel_with_a_warning_and_fails_what_was_forwarded() {
        open();
        both.alice.tell(htlc(50_000_000, 1));
        both.commit();
        rival(105);
        assertThat(both.alice.effects(ChannelEffect.WarnOperator.class)).hasSize(1);
        assertThat(both.alice.state).isInstanceOf(Normal.class);
        block(both.alice, 106);
        assertThat(both.alice.state).isInstanceOf(Normal.class);
        block(both.alice, 107);
        assertThat(both.alice.state).isInstanceOf(Closing.class);
        assertThat(both.alice.effects(ChannelEffect.WarnOperator.class)).hasSize(2);
        block(both.alice, 108);
        assertThat(both.alice.effects(ChannelEffect.HtlcSettled.class)).singleElement()
                .satisfies(s -> assertThat(s.result()).isEqualTo(new HtlcResult.TimedOutOnChain()));
        both.alice.tell(new AcknowledgeSettlement(0));
        block(both.alice, 115);
        assertThat(both.alice.state).isInstanceOf(Closed.class);
        assertThat(both.alice.effects(ChannelEffect.Publish.class)).hasSize(1);
    }

    @Test
    void a_fundee_that_has_seen_the_funding_knows_when_it_can_never_be_again_also_when_it_closes() {
        var normal = TwoChannels.open();
        Tx funding = normal.alice.channel().fundingTx().orElseThrow();
        assertThat(normal.bob.channel().fundingTx()).contains(funding);
        normal.bob.tell(new ChannelCommand.ForceClose());
        assertThat(normal.bob.state).isInstanceOf(Closing.class);
        block(normal.bob, 102);
        var other = new Tx(2, funding.inputs(), List.of(new TxOutput(new Satoshi(5), Bytes.EMPTY)), 0);
        normal.bob.tell(new OutputSpent(funding.inputs().getFirst().outPoint(), other, new BlockHeight(103)));
        block(normal.bob, 107);
        assertThat(normal.bob.state).isInstanceOf(Closing.class);
        block(normal.bob, 108);
        assertThat(normal.bob.state).isInstanceOf(Closed.class);
    }

    @Test
    void a_double_spend_that_is_taken_back_is_forgotten() {
        open();
        rival(105);
        both.alice.tell(new SpendUndone(both.alice.channel()
                .fundingTx()
                .orElseThrow()
                .inputs()
                .getFirst()
                .outPoint()));
        block(both.alice, 120);
        assertThat(both.alice.state).isInstanceOf(Normal.class);
        rival(121);
        both.alice.tell(both.confirmed(1));
        block(both.alice, 130);
        assertThat(both.alice.state).isInstanceOf(Normal.class);
    }

    private void rival(int height) {
        Tx funding = both.alice.channel().fundingTx().orElseThrow();
        var other = new Tx(2, funding.inputs(), List.of(new TxOutput(new Satoshi(5), Bytes.EMPTY)), 0);
        both.alice.tell(new OutputSpent(funding.inputs().getFirst().outPoint(), other, new BlockHeight(height)));
    }

    private static void block(Participant p, int height) {
        p.context = p.context.at(new BlockHeight(height));
        p.tell(new NewBlock(new BlockHeight(height)));
    }

    @Test
    void a_fundee_forgets_a_channel_whose_funding_never_comes_and_a_funder_does_not() {
        var fresh = new TwoChannels(ChannelLimits.REGTEST);
        fresh.alice.tell(fresh.openCommand(false));
        fresh.deliverAll();
        for (Participant p : List.of(fresh.alice, fresh.bob)) block(p, 101);
        for (Participant p : List.of(fresh.alice, fresh.bob)) block(p, 101 + 2015);
        assertThat(fresh.bob.state).isInstanceOf(AwaitingFunding.class);
        for (Participant p : List.of(fresh.alice, fresh.bob)) block(p, 101 + 2016);
        assertThat(fresh.bob.state).isInstanceOf(Closed.class);
        assertThat(fresh.alice.state).isInstanceOf(AwaitingFunding.class);
    }

    @Test
    void a_fundee_that_closed_alone_before_the_funding_came_forgets_it_too_but_not_once_a_block_has_it() {
        for (boolean confirms : List.of(false, true)) {
            var fresh = new TwoChannels(ChannelLimits.REGTEST);
            fresh.alice.tell(fresh.openCommand(false));
            fresh.deliverAll();
            fresh.bob.tell(new ChannelCommand.ForceClose());
            block(fresh.bob, 101);
            assertThat(Channel.resume(fresh.bob.context, fresh.bob.state)).anySatisfy(effect -> assertThat(effect)
                    .isInstanceOfSatisfying(ChannelEffect.WatchConfirmed.class,
                            watch -> assertThat(watch.txid()).isEqualTo(fresh.bob.channel().funding().txid())));
            if (confirms) fresh.bob.tell(fresh.confirmed(1));
            block(fresh.bob, 101 + 2015);
            assertThat(fresh.bob.state).isInstanceOf(ChannelState.Closing.class);
            block(fresh.bob, 101 + 2016);
            assertThat(fresh.bob.state).isInstanceOf(confirms ? ChannelState.Closing.class : Closed.class);
        }
    }

    @Test
    void a_trusted_peer_whose_funding_never_comes_is_warned_of() {
        open();
        block(both.bob, 101);
        block(both.bob, 101 + 2016);
        assertThat(both.bob.effects(ChannelEffect.WarnOperator.class)).hasSize(1);
        block(both.bob, 101 + 2017);
        assertThat(both.bob.state).isInstanceOf(Closed.class);
    }

    @Test
    @Tag("rule:19")
    void a_reorganisation_gives_the_channel_another_place_and_announcement() {
        var normal = TwoChannels.open();
        normal.confirm(6);
        normal.deliverAll();
        assertThat(normal.alice.effects(ChannelEffect.AnnounceChannel.class)).hasSize(1);
        for (Participant p : List.of(normal.alice, normal.bob))
            p.tell(new FundingConfirmed(new BlockHeight(103), 5, 1,
                    normal.alice.channel().fundingTx().orElseThrow()));
        var place = ShortChannelId.of(new BlockHeight(103), 5, 0);
        assertThat(normal.bob.channel().fundingStatus().shortChannelId()).contains(place);
        assertThat(normal.bob.effects(ChannelUsable.class)).last()
                .returns(Optional.of(place),
                        ChannelUsable::shortChannelId);
        assertThat(normal.bob.state).isInstanceOf(Normal.class);
        for (Participant p : List.of(normal.alice, normal.bob))
            p.tell(new FundingConfirmed(new BlockHeight(103), 5, 6,
                    normal.alice.channel().fundingTx().orElseThrow()));
        normal.deliverAll();
        assertThat(normal.alice.effects(ChannelEffect.AnnounceChannel.class)).last()
                .satisfies(a -> assertThat(a.announcement().shortChannelId()).isEqualTo(place));
    }

    @Test
    void a_reorganisation_before_channel_ready_only_moves_the_channel() {
        var fresh = new TwoChannels(ChannelLimits.REGTEST);
        fresh.alice.tell(fresh.openCommand(false));
        fresh.deliverAll();
        fresh.alice.tell(fresh.confirmed(1));
        fresh.deliverAll();
        fresh.alice.tell(new FundingConfirmed(new BlockHeight(102), 3, 1,
                fresh.alice.channel().fundingTx().orElseThrow()));
        assertThat(fresh.alice.outbox).isEmpty();
        assertThat(fresh.alice.channel().fundingStatus().shortChannelId())
                .contains(ShortChannelId.of(new BlockHeight(102), 3, 0));
        fresh.bob.tell(fresh.confirmed(1));
        fresh.deliverAll();
        assertThat(fresh.bob.state).isInstanceOf(Normal.class);
    }

    @Test
    void channel_ready_comes_again_only_while_nothing_was_signed_and_a_new_alias_is_remembered() {
        var normal = TwoChannels.open();
        normal.disconnect();
        normal.reconnect();
        normal.deliverOne(normal.alice);
        assertThat(normal.bob.outbox).hasSize(2).last().isInstanceOf(ChannelReady.class);
        normal.deliverAll();
        normal.alice.tell(htlc(50_000_000, 1));
        normal.commit();
        normal.disconnect();
        normal.reconnect();
        normal.deliverOne(normal.alice);
        assertThat(normal.bob.outbox).noneMatch(ChannelReady.class::isInstance);
        normal.deliverAll();
        var renamed = new ChannelReady(normal.bob.channel().id(), normal.alice.context.keys().perCommitmentPoint(1),
                fulgurite.protocol.codec.TlvStream.of(new ChannelReadyTlv.Alias(new ShortChannelId(99))));
        normal.bob.tell(new Receive(renamed));
        assertThat(normal.bob.channel().fundingStatus().remoteAlias()).contains(new ShortChannelId(99));
        assertThat(normal.bob.effects(ChannelUsable.class)).last()
                .returns(Optional.of(new ShortChannelId(99)),
                        ChannelUsable::remoteAlias);
    }
}
