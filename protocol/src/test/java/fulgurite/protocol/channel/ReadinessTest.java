package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelCommand.FundingConfirmed;
import fulgurite.protocol.channel.ChannelCommand.OutputSpent;
import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelCommand.SpendUndone;
import fulgurite.protocol.channel.ChannelEffect.ChannelUsable;
import fulgurite.protocol.channel.ChannelEffect.WatchConfirmed;
import fulgurite.protocol.channel.ChannelEffect.WatchSpent;
import fulgurite.protocol.channel.ChannelState.AwaitingFunding;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.AnnouncementSignatures;
import fulgurite.protocol.wire.ChannelReady;
import fulgurite.protocol.wire.ChannelReadyTlv;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What follows from each confirmation of the funding, and from channel_ready. @bolt 2, The channel_ready Message */
@Tag("rule:18")
class ReadinessTest {
    private final TwoChannels both = new TwoChannels(ChannelLimits.REGTEST);

    /** Funded by both signatures, and in no block. */
    private void fund() {
        both.alice.tell(both.openCommand(false));
        both.deliverAll();
        assertThat(both.bob.state).isInstanceOf(AwaitingFunding.class);
    }

    private Tx funding() {
        return both.alice.channel().fundingTx().orElseThrow();
    }

    private static List<Integer> depthsWatched(Decision decision) {
        return decision.effectsOrNone()
                .stream()
                .filter(WatchConfirmed.class::isInstance)
                .map(effect -> ((WatchConfirmed) effect).depth())
                .toList();
    }

    private static long announcementsSent(Decision decision) {
        return decision.effectsOrNone()
                .stream()
                .filter(effect -> effect instanceof ChannelEffect.Send(AnnouncementSignatures m))
                .count();
    }

    @Test
    void another_transaction_is_no_funding_of_this_channel() {
        fund();
        var other = new Tx(2, funding().inputs(), List.of(new TxOutput(new Satoshi(5), Bytes.EMPTY)), 0);
        var told = new FundingConfirmed(new BlockHeight(101), 1, 1, other);
        assertThat(both.bob.only(told)).isEqualTo(Decision.nothing());
    }

    @Test
    void a_funding_without_the_output_that_its_outpoint_names_is_none() {
        both.alice.tell(both.openCommand(false));
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        Tx honest = ((ChannelState.AwaitingFundingSigned) both.alice.state).fundingTx();
        // The output is there, but at index 0, and the transaction has no other.
        both.bob.tell(new Receive(both.fundingCreatedFor(honest, 1)));
        assertThat(both.bob.state).isInstanceOf(AwaitingFunding.class);
        Decision decision = both.bob.only(new FundingConfirmed(new BlockHeight(101), 1, 1, honest));
        assertThat(decision).isInstanceOf(Decision.Violated.class);
        assertThat(both.bob.state).isInstanceOf(ChannelState.Closed.class);
    }

    @Test
    void a_fundee_watches_the_coins_of_a_funding_that_it_has_seen_and_no_coinbase() {
        fund();
        both.bob.tell(both.confirmed(1));
        OutPoint coin = funding().inputs().getFirst().outPoint();
        assertThat(both.bob.effects(WatchSpent.class)).last().isEqualTo(new WatchSpent(coin, Bytes.EMPTY));

        var mined = new TwoChannels(ChannelLimits.REGTEST);
        mined.alice.tell(mined.openCommand(false));
        mined.deliverOne(mined.alice);
        mined.deliverOne(mined.bob);
        Tx honest = ((ChannelState.AwaitingFundingSigned) mined.alice.state).fundingTx();
        var nothing = new OutPoint(new TxId(Bytes.zeros(32)), 0);
        var coinbase = new Tx(2, List.of(TxInput.unsigned(nothing, 0)), honest.outputs(), 0);
        mined.bob.tell(new Receive(mined.fundingCreatedFor(coinbase, 0)));
        mined.bob.tell(new FundingConfirmed(new BlockHeight(101), 0, 1, coinbase));
        assertThat(mined.bob.channel().fundingTx()).contains(coinbase);
        assertThat(mined.bob.effects(WatchSpent.class)).extracting(WatchSpent::outPoint)
                .containsExactly(mined.bob.channel().funding());
    }

    @Test
    void a_confirmation_is_waited_for_until_it_comes_and_told_of_once() {
        var deep = new TwoChannels(Changed.of(ChannelLimits.REGTEST, "minimumDepth", 3));
        deep.alice.tell(deep.openCommand(false));
        deep.deliverAll();
        assertThat(depthsWatched(deep.bob.only(deep.confirmed(2)))).containsExactly(3, 6);
        assertThat(deep.bob.channel().fundingStatus().readySent()).isFalse();
        // Told the same again, it only watches on.
        Decision again = deep.bob.only(deep.confirmed(2));
        assertThat(again.eventsOrNone()).isEmpty();
        assertThat(depthsWatched(again)).containsExactly(3);
        assertThat(deep.bob.only(deep.confirmed(1)).eventsOrNone()).isEmpty();
        assertThat(depthsWatched(deep.bob.only(deep.confirmed(3)))).containsExactly(6);
        assertThat(deep.bob.channel().fundingStatus().readySent()).isTrue();
        assertThat(deep.bob.outbox).singleElement().isInstanceOf(ChannelReady.class);
        assertThat(deep.bob.only(deep.confirmed(3))).isEqualTo(Decision.nothing());
        assertThat(depthsWatched(deep.bob.only(deep.confirmed(6)))).isEmpty();
    }

    @Test
    void the_channel_is_usable_once_both_have_said_channel_ready_whoever_is_the_last() {
        fund();
        both.alice.tell(both.confirmed(1));
        both.deliverAll();
        assertThat(both.bob.effects(ChannelUsable.class)).isEmpty();
        assertThat(both.bob.state).isInstanceOf(AwaitingFunding.class);
        both.bob.tell(both.confirmed(1));
        assertThat(both.bob.effects(ChannelUsable.class)).hasSize(1);
        assertThat(both.bob.state).isInstanceOf(Normal.class);
        assertThat(both.alice.effects(ChannelUsable.class)).isEmpty();
        both.deliverAll();
        assertThat(both.alice.effects(ChannelUsable.class)).hasSize(1);
    }

    @Test
    void our_signatures_of_the_announcement_go_out_at_six_confirmations_and_once() {
        var open = TwoChannels.open();
        assertThat(announcementsSent(open.alice.only(open.confirmed(5)))).isZero();
        assertThat(announcementsSent(open.alice.only(open.confirmed(6)))).isEqualTo(1);
        assertThat(announcementsSent(open.alice.only(open.confirmed(7)))).isZero();
    }

    @Test
    void they_wait_for_the_peers_channel_ready_and_a_repeated_one_changes_only_the_alias() {
        fund();
        both.alice.tell(both.confirmed(6));
        assertThat(both.alice.outbox).singleElement().isInstanceOf(ChannelReady.class);
        both.deliverAll();
        both.bob.tell(both.confirmed(1));
        var ready = (ChannelReady) both.bob.outbox.poll();
        assertThat(announcementsSent(both.alice.only(new Receive(ready)))).isEqualTo(1);
        assertThat(both.alice.only(new Receive(ready))).isEqualTo(Decision.nothing());
        var renamed = new ChannelReady(ready.channelId(), ready.secondPerCommitmentPoint(),
                TlvStream.of(new ChannelReadyTlv.Alias(
                        new ShortChannelId(99))));
        assertThat(announcementsSent(both.alice.only(new Receive(renamed)))).isZero();
    }

    @Test
    void a_second_point_that_is_none_fails_the_channel() {
        fund();
        both.bob.tell(both.confirmed(1));
        var ready = (ChannelReady) both.bob.outbox.poll();
        var nowhere = new PublicKey(Bytes.fromHex("02" + "ff".repeat(32)));
        assertThat(both.alice.only(new Receive(Changed.of(ready, "secondPerCommitmentPoint", nowhere))))
                .isInstanceOfSatisfying(Decision.Violated.class,
                        v -> assertThat(v.violation().message()).contains("second_per_commitment_point"));
        assertThat(both.alice.state).isInstanceOf(ChannelState.Closing.class);
    }

    @Test
    void a_spend_of_other_coins_is_no_rival_of_the_funding_nor_is_the_funding_itself() {
        fund();
        OutPoint coin = funding().inputs().getFirst().outPoint();
        var rival = new Tx(2, funding().inputs(), List.of(new TxOutput(new Satoshi(5), Bytes.EMPTY)), 0);
        var elsewhere = new OutPoint(coin.txid(), 7);
        var height = new BlockHeight(105);
        assertThat(both.alice.only(new OutputSpent(elsewhere, rival, height))).isEqualTo(Decision.nothing());
        assertThat(both.alice.only(new OutputSpent(coin, funding(), height))).isEqualTo(Decision.nothing());
        assertThat(both.alice.only(new SpendUndone(coin))).isEqualTo(Decision.nothing());
        assertThat(both.alice.only(new OutputSpent(coin, rival, height)).eventsOrNone()).hasSize(1);
        assertThat(both.alice.only(new OutputSpent(coin, rival, height))).isEqualTo(Decision.nothing());
        assertThat(both.alice.only(new SpendUndone(elsewhere))).isEqualTo(Decision.nothing());
        assertThat(both.alice.only(new SpendUndone(coin)).eventsOrNone()).hasSize(1);
    }

    @Test
    void a_rival_in_a_block_says_that_the_funding_is_in_none() {
        var open = TwoChannels.open();
        Tx funding = open.alice.channel().fundingTx().orElseThrow();
        OutPoint coin = funding.inputs().getFirst().outPoint();
        var rival = new Tx(2, funding.inputs(), List.of(new TxOutput(new Satoshi(5), Bytes.EMPTY)), 0);
        assertThat(open.alice.channel().name()).isNotEqualTo(open.alice.channel().terms().alias());
        open.alice.tell(new OutputSpent(coin, rival, new BlockHeight(105)));
        FundingStatus status = open.alice.channel().fundingStatus();
        assertThat(status.depth()).isZero();
        assertThat(status.shortChannelId()).isEmpty();
        assertThat(status.rivalAt()).contains(new BlockHeight(105));
        assertThat(open.alice.channel().name()).isEqualTo(open.alice.channel().terms().alias());
        open.alice.tell(new SpendUndone(coin));
        assertThat(open.alice.channel().fundingStatus().rivalAt()).isEmpty();
        open.alice.tell(open.confirmed(1));
        assertThat(open.alice.channel().fundingStatus().depth()).isEqualTo(1);
    }
}
