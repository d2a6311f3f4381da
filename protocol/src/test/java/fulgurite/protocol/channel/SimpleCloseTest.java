package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.SimpleCloses.complete;
import static fulgurite.protocol.channel.SimpleCloses.offers;
import static fulgurite.protocol.channel.SimpleCloses.simple;
import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Interpreter;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelCommand.BumpClosing;
import fulgurite.protocol.channel.ChannelCommand.Commit;
import fulgurite.protocol.channel.ChannelCommand.ForceClose;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.channel.ChannelCommand.FundingSpent;
import fulgurite.protocol.channel.ChannelCommand.NewBlock;
import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelCommand.Shutdown;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Negotiating;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.transactions.ClosingTransactions.Payout;
import fulgurite.protocol.transactions.SimpleClose.Form;
import fulgurite.protocol.transactions.SimpleClose;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.ClosingComplete;
import fulgurite.protocol.wire.ClosingSig;
import fulgurite.protocol.wire.Feature;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** option_simple_close. Alice has 700,000 sat, Bob 300,000. */
@Tag("rule:21")
class SimpleCloseTest {
    private final TwoChannels both = simple(TwoChannels.open());

    private void close() {
        SimpleCloses.begin(both);
    }

    @Test
    void each_side_gets_a_valid_transaction_that_it_pays_for_itself() {
        close();

        Tx alices = offers(both.alice).ours().orElseThrow();
        Tx bobs = offers(both.bob).ours().orElseThrow();
        assertThat(offers(both.bob).theirs()).contains(alices);
        assertThat(offers(both.alice).theirs()).contains(bobs);
        Tx funding = both.alice.channel().fundingTx().orElseThrow();
        Interpreter.check(alices, funding);
        Interpreter.check(bobs, funding);
        assertThat(paid(alices, both.bob)).isEqualTo(new Satoshi(300_000));
        assertThat(paid(bobs, both.alice)).isEqualTo(new Satoshi(700_000));
        assertThat(paid(alices, both.alice).sat()).isBetween(699_000L, 699_900L);
        assertThat(alices.inputs().getFirst().sequence()).isEqualTo(0xfffffffdL);
        assertThat(alices.lockTime()).isEqualTo(100);
        for (Participant p : List.of(both.alice, both.bob))
            assertThat(p.effects(ChannelEffect.Publish.class)).extracting(ChannelEffect.Publish::tx)
                    .contains(alices, bobs);
    }

    @Test
    void who_began_the_close_offers_the_dearer_transaction() {
        var rates = new Feerates(new FeeratePerKw(4000), new FeeratePerKw(2000), new FeeratePerKw(500));
        for (Participant p : List.of(both.alice, both.bob)) p.context = p.context.at(p.context.height(), rates);
        close();

        Satoshi alices = new Satoshi(700_000).minus(paid(offers(both.alice).ours().orElseThrow(), both.alice));
        Satoshi bobs = new Satoshi(300_000).minus(paid(offers(both.bob).ours().orElseThrow(), both.bob));
        assertThat(bobs.sat()).isBetween(4 * alices.sat() - 4, 4 * alices.sat() + 4);
    }

    @Test
    void peers_without_the_feature_close_in_the_old_way() {
        var old = TwoChannels.open();
        old.alice.context = old.alice.context.with(old.alice.features().withOptional(Feature.SIMPLE_CLOSE));
        old.bob.tell(new Shutdown(old.bob.context.shutdownScript()));
        old.deliverAll();
        assertThat(((Closing) old.alice.state).progress().mutual()).isTrue();
    }

    @Test
    void whichever_confirms_is_the_end_for_both_also_after_a_restart() {
        close();
        Tx first = offers(both.alice).ours().orElseThrow();
        both.alice.tell(new BumpClosing(new FeeratePerKw(5000)));
        both.deliverAll();
        assertThat(offers(both.alice).ours()).isNotEqualTo(java.util.Optional.of(first));
        for (Participant p : List.of(both.alice, both.bob)) {
            p.restart(p.journal.size());
            assertThat(p.effects.stream().filter(e -> e instanceof ChannelEffect.Publish).count()).isPositive();
            Tx latest = offers(p).latest().orElseThrow();
            p.tell(new FundingSpent(first, new BlockHeight(101)));
            assertThat(((Closing) p.state).progress().mutual()).isTrue();
            assertThat(((Closing) p.state).progress().published()).contains(latest);
            p.context = p.context.at(new BlockHeight(200));
            p.tell(new NewBlock(new BlockHeight(200)));
            assertThat(p.state).isEqualTo(new ChannelState.Closed(new ChannelEvent.ClosedBecause("closed by both")));
            assertThat(p.effects(ChannelEffect.WarnOperator.class)).isEmpty();
        }
    }

    @Test
    void a_higher_fee_replaces_and_a_lower_one_is_refused() {
        close();
        Tx before = offers(both.bob).ours().orElseThrow();
        assertThat(((Decision.Refused) both.bob.only(new BumpClosing(new FeeratePerKw(1100)))).refusal())
                .isInstanceOf(Refusal.FeeTooLow.class);
        assertThat(((Decision.Refused) both.bob.only(new BumpClosing(new FeeratePerKw(1_000_000)))).refusal())
                .isInstanceOf(Refusal.FeeNotCovered.class);
        both.bob.tell(new BumpClosing(new FeeratePerKw(3000)));
        both.deliverAll();

        Tx after = offers(both.bob).ours().orElseThrow();
        assertThat(paid(after, both.bob).lessThan(paid(before, both.bob))).isTrue();
        assertThat(paid(after, both.alice)).isEqualTo(new Satoshi(700_000));
        assertThat(offers(both.alice).theirs()).contains(after);
    }

    @Test
    void a_second_closing_complete_waits_for_the_signature_of_the_first() {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        assertThat(both.bob.outbox).singleElement().isInstanceOf(ClosingComplete.class);
        both.bob.tell(new BumpClosing(new FeeratePerKw(4000)));
        assertThat(both.bob.outbox).hasSize(1);
        both.deliverAll();

        assertThat(both.bob.journal).filteredOn(ChannelEvent.ClosingCompleteSigned.class::isInstance).hasSize(2);
        Satoshi fee = new Satoshi(300_000).minus(paid(offers(both.bob).ours().orElseThrow(), both.bob));
        assertThat(fee.sat()).isGreaterThan(2_500);
    }

    @Test
    void after_a_lost_connection_shutdown_and_closing_complete_come_again() {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        both.disconnect();
        both.bob.restart(both.bob.journal.size());
        both.bob.tell(new BumpClosing(new FeeratePerKw(2000)));
        assertThat(both.bob.outbox).isEmpty();
        both.reconnect();
        both.deliverAll();
        assertThat(offers(both.alice).theirs()).isEqualTo(offers(both.bob).ours()).isPresent();

        Tx settled = offers(both.bob).ours().orElseThrow();
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        assertThat(offers(both.bob).ours()).contains(settled);
        assertThat(offers(both.bob).unanswered()).isEmpty();
    }

    @Test
    void a_peer_that_does_not_sign_is_met_again_on_a_new_connection() {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        both.bob.context = both.bob.context.at(new BlockHeight(102));
        assertThat(both.bob.only(new NewBlock(new BlockHeight(102)))).isInstanceOf(Decision.Violated.class);
        assertThat(both.bob.effects(ChannelEffect.Disconnect.class)).hasSize(1);
        assertThat(both.bob.state).isInstanceOf(Negotiating.class);
    }

    @Test
    void a_peer_has_two_blocks_to_sign() {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        assertThat(block(both.bob, 101)).isEqualTo(Decision.nothing());
        assertThat(block(both.bob, 102)).isInstanceOf(Decision.Violated.class);
    }

    @Test
    void what_was_signed_once_is_offered_again_as_it_was_and_its_second_signature_is_not_waited_for() {
        close();
        Tx signed = offers(both.bob).ours().orElseThrow();
        both.disconnect();
        both.bob.context = both.bob.context.at(new BlockHeight(150));
        both.reconnect();
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        // channel_ready and shutdown.
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        var again = offers(both.bob).unanswered().orElseThrow();
        assertThat(again).isEqualTo(offers(both.bob).last().orElseThrow());
        assertThat(again.lockTime()).isEqualTo(100);
        assertThat(block(both.bob, 152)).isEqualTo(Decision.nothing());
        both.deliverAll();
        assertThat(offers(both.bob).ours()).contains(signed);
    }

    @Test
    void a_dearer_one_than_was_signed_is_waited_for_again() {
        close();
        both.bob.context = both.bob.context.at(new BlockHeight(110));
        both.bob.tell(new BumpClosing(new FeeratePerKw(3000)));
        assertThat(both.bob.outbox).singleElement()
                .isInstanceOfSatisfying(ClosingComplete.class, m -> assertThat(m.locktime()).isEqualTo(110));
        assertThat(block(both.bob, 111)).isEqualTo(Decision.nothing());
        assertThat(block(both.bob, 112)).isInstanceOf(Decision.Violated.class);
    }

    @Test
    void a_wish_to_pay_more_without_a_connection_is_kept_for_the_next() {
        close();
        both.disconnect();
        assertThat(both.bob.only(new BumpClosing(new FeeratePerKw(3000)))).isInstanceOf(Decision.Accepted.class);
        both.reconnect();
        both.deliverAll();
        Tx dearer = offers(both.bob).ours().orElseThrow();
        assertThat(300_000 - paid(dearer, both.bob).sat()).isEqualTo((dearer.withWitness(0, List.of()).weight() + 224)
                * 3L);
        assertThat(offers(both.alice).theirs()).contains(dearer);
    }

    @Test
    void who_has_less_than_an_output_is_worth_gives_it_up_for_the_fee_and_the_other_gets_all_of_its_own() {
        // All of Bob's is spent but 500 sat.
        var poor = simple(TwoChannels.open(ChannelLimits.REGTEST, true));
        poor.bob.tell(htlc(299_500_000, 1), new Commit());
        poor.deliverAll();
        poor.alice.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        poor.deliverAll();
        poor.bob.tell(new Shutdown(poor.bob.context.shutdownScript()));
        poor.deliverAll();

        Tx bobs = offers(poor.bob).ours().orElseThrow();
        assertThat(bobs.outputs()).singleElement()
                .isEqualTo(new TxOutput(new Satoshi(999_500), poor.alice.context.shutdownScript()));
        assertThat(offers(poor.alice).theirs()).contains(bobs);
        Interpreter.check(bobs, poor.alice.channel().fundingTx().orElseThrow());
    }

    @Test
    void a_script_may_be_changed_by_another_shutdown_and_is_paid_to_from_then_on() {
        close();
        both.disconnect();
        both.bob.context = both.bob.context.at(new BlockHeight(150));
        both.reconnect();
        Bytes other = Bytes.fromHex("0014" + "77".repeat(20));
        both.deliverOne(both.alice);
        both.alice.outbox.clear();
        both.bob.tell(new Receive(new fulgurite.protocol.wire.Shutdown(both.bob.channel().id(), other)));
        var offer = offers(both.bob).unanswered().orElseThrow();
        assertThat(offer.closee()).isEqualTo(other);
        assertThat(offer.lockTime()).isEqualTo(150);
        assertThat(both.bob.channel().shutdown().earlierRemoteScripts())
                .containsExactly(both.alice.context.shutdownScript());
    }

    @Test
    void a_side_without_anything_leaves_the_closing_to_the_other() {
        // All of Bob's is spent but what an HTLC of 100 sat brings back.
        var poor = simple(TwoChannels.open(ChannelLimits.REGTEST, true));
        poor.bob.tell(htlc(299_900_000, 1), new Commit());
        poor.deliverAll();
        poor.alice.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        poor.deliverAll();
        poor.alice.tell(new Shutdown(poor.alice.context.shutdownScript()));
        poor.deliverAll();

        assertThat(offers(poor.bob).ours()).isEmpty();
        Tx alices = offers(poor.alice).ours().orElseThrow();
        assertThat(alices.outputs()).singleElement()
                .satisfies(o -> assertThat(o.script()).isEqualTo(poor.alice.context.shutdownScript()));
        assertThat(offers(poor.bob).theirs()).contains(alices);
    }

    @Test
    void the_lesser_side_leaves_out_its_own_dust_and_never_the_other_output() {
        var close = new SimpleClose(both.bob.channel().funding(), payout(1_200, 1), payout(900_000, 2),
                new Satoshi(1_000), 0);
        assertThat(close.forms()).containsExactly(Form.CLOSEE_ONLY);
        assertThat(new SimpleClose(close.funding(), payout(5_000, 1), payout(900_000, 2), new Satoshi(1_000), 0)
                .forms()).containsExactly(Form.BOTH);
        assertThat(new SimpleClose(close.funding(), payout(900_000, 1), payout(5_000, 2), new Satoshi(1_000), 0)
                .forms()).containsExactly(Form.CLOSER_ONLY, Form.BOTH);
        assertThat(new SimpleClose(close.funding(), payout(900_000, 1), payout(293, 2), new Satoshi(1_000), 0)
                .forms()).containsExactly(Form.CLOSER_ONLY);
        assertThat(new SimpleClose(close.funding(), payout(290, 1), payout(290, 2), new Satoshi(0), 0).forms())
                .isEmpty();
    }

    @Test
    void a_closer_may_give_up_its_output_by_op_return_and_gets_nothing_then() {
        close();
        Bytes data = Bytes.fromHex("6a06010203040506");
        both.bob.tell(new Receive(complete(both.alice, data, both.bob.context.shutdownScript(), 700_000, 0,
                Form.BOTH)));
        assertThat(both.bob.outbox).last().isInstanceOf(ClosingSig.class);
        Tx tx = offers(both.bob).theirs().orElseThrow();
        assertThat(tx.outputs()).extracting(o -> o.amount())
                .containsExactlyInAnyOrder(Satoshi.ZERO, new Satoshi(300_000));
        Interpreter.check(tx, both.alice.channel().fundingTx().orElseThrow());
        assertThat(both.bob.channel().shutdown().remoteScript()).contains(data);
    }

    @Test
    void the_commitment_remains_a_way_out_while_no_closing_confirms() {
        close();
        both.bob.tell(new ForceClose());
        assertThat(((Closing) both.bob.state).progress().mutual()).isFalse();
        Tx closing = both.alice.effects(ChannelEffect.Publish.class).getLast().tx();
        both.bob.tell(new FundingSpent(closing, new BlockHeight(101)));
        both.bob.context = both.bob.context.at(new BlockHeight(300));
        both.bob.tell(new NewBlock(new BlockHeight(300)));
        assertThat(both.bob.state).isEqualTo(new ChannelState.Closed(new ChannelEvent.ClosedBecause("closed by both")));
    }

    @Test
    void a_commitment_of_the_peer_that_confirms_before_anything_is_signed_is_its_close_and_not_both() {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        assertThat(offers(both.bob).latest()).isEmpty();
        Tx commitment = Channel.localCommitment(both.alice.context, (ChannelState.Funded) both.alice.state);
        both.bob.tell(new FundingSpent(commitment, new BlockHeight(101)));
        assertThat(((Closing) both.bob.state).progress().mutual()).isFalse();
        assertThat(((Closing) both.bob.state).progress().published()).isEmpty();
    }

    @Test
    void a_close_agreed_in_the_old_way_can_be_forced_when_it_does_not_confirm() {
        var old = TwoChannels.open();
        old.bob.tell(new Shutdown(old.bob.context.shutdownScript()));
        old.deliverAll();
        Tx mutual = ((Closing) old.bob.state).progress().published().orElseThrow();
        old.bob.tell(new ForceClose());
        var forced = (Closing) old.bob.state;
        assertThat(forced.progress().mutual()).isFalse();
        assertThat(forced.progress().published().orElseThrow()).isNotEqualTo(mutual);
        assertThat(((Decision.Refused) old.bob.only(new ForceClose())).refusal())
                .isInstanceOf(Refusal.WrongState.class);
    }

    @Test
    void shutdown_waits_for_htlcs_as_ever() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        close();
        assertThat(both.bob.state).isInstanceOf(Normal.class);
        both.bob.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        both.deliverAll();
        assertThat(paid(offers(both.alice).ours().orElseThrow(), both.bob)).isEqualTo(new Satoshi(350_000));
    }

    private static Decision block(Participant p, int height) {
        p.context = p.context.at(new BlockHeight(height));
        return p.only(new NewBlock(new BlockHeight(height)));
    }

    private static Payout payout(long sat, int n) {
        return new Payout(new MilliSatoshi(sat * 1000), Bytes.fromHex("0014" + ("0" + n).repeat(20)));
    }

    private static Satoshi paid(Tx tx, Participant to) {
        return tx.outputs()
                .stream()
                .filter(o -> o.script().equals(to.context.shutdownScript()))
                .map(o -> o.amount())
                .findFirst()
                .orElse(Satoshi.ZERO);
    }
}
