package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Interpreter;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.transactions.ClosingTransactions;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.ClosingSigned;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClosingByAgreementTest {
    private final TwoChannels both = TwoChannels.open();

    @Test
    @Tag("rule:21")
    void both_publish_the_same_valid_closing_transaction() {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverAll();

        Tx closing = published(both.alice);
        assertThat(published(both.bob)).isEqualTo(closing);
        Interpreter.check(closing, both.alice.channel().fundingTx().orElseThrow());
        assertThat(closing.outputs()).extracting(o -> o.amount()).contains(new Satoshi(300_000));
    }

    @Test
    @Tag("rule:21")
    void the_fundee_chooses_in_the_overlap_and_the_funder_repeats_it() {
        both.alice.context = withClosingFeerate(both.alice.context, 2_000);
        both.bob.context = withClosingFeerate(both.bob.context, 5_000);
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverAll();

        assertThat(published(both.bob)).isEqualTo(published(both.alice));
    }

    @Test
    @Tag("rule:20")
    void shutdown_waits_for_the_htlcs_and_nothing_is_added_after_it() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.alice.tell(new Shutdown(both.alice.context.shutdownScript()));
        both.deliverAll();

        assertThat(both.alice.state).isInstanceOf(Normal.class);
        assertThat(((Decision.Refused) both.alice.only(htlc(1_000_000, 2))).refusal())
                .isInstanceOf(Refusal.ShuttingDown.class);
        assertThat(((Decision.Refused) both.bob.only(htlc(1_000_000, 3))).refusal())
                .isInstanceOf(Refusal.ShuttingDown.class);
        both.bob.tell(new FulfilHtlc(0, preimage(1)), new Commit());
        both.deliverAll();

        assertThat(published(both.alice)).isEqualTo(published(both.bob));
        assertThat(published(both.alice).outputs()).extracting(o -> o.amount()).contains(new Satoshi(350_000));
    }

    @Test
    @Tag("rule:20")
    void shutdown_waits_until_what_we_proposed_is_signed() {
        both.alice.tell(htlc(50_000_000, 1), new Commit(), htlc(60_000_000, 2),
                new Shutdown(both.alice.context.shutdownScript()));
        assertThat(both.alice.outbox).noneMatch(m -> m instanceof fulgurite.protocol.wire.Shutdown);
        both.deliverAll();

        assertThat(both.alice.channel().shutdown().isComplete()).isTrue();
        assertThat(both.bob.effects(ChannelEffect.HtlcReceived.class)).hasSize(2);
    }

    @Test
    @Tag("rule:20")
    void shutdown_is_repeated_after_a_lost_connection_and_the_negotiation_begins_anew() {
        both.alice.tell(new Shutdown(both.alice.context.shutdownScript()));
        both.deliverOne(both.alice);
        both.disconnect();
        both.reconnect();
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        both.disconnect();
        both.reconnect();
        both.deliverAll();

        assertThat(published(both.alice)).isEqualTo(published(both.bob));
    }

    @Test
    @Tag("rule:20")
    void a_shutdown_to_a_script_of_no_allowed_form_is_warned_about() {
        var decision = both.bob
                .only(new Receive(new fulgurite.protocol.wire.Shutdown(both.bob.channel().id(), Bytes.fromHex("51"))));

        assertThat(((Decision.Violated) decision).violation().consequence())
                .isEqualTo(Violation.Consequence.DISCONNECT);
        assertThat(both.bob.state).isInstanceOf(Normal.class);
    }

    @Test
    @Tag("rule:20")
    void our_user_closes_once_and_to_a_segwit_program() {
        assertThat(both.alice.only(new Shutdown(Bytes.fromHex("51"))))
                .isEqualTo(Decision.refuse(new Refusal.BadShutdownScript("a segwit program is needed")));
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        Bytes script = both.alice.context.shutdownScript();
        assertThat(both.alice.only(new Shutdown(script)).effectsOrNone())
                .contains(new ChannelEffect.ChannelUnusable(both.alice.channel().id()));
        assertThat(both.alice.only(new Shutdown(script))).isEqualTo(Decision.refuse(new Refusal.ShuttingDown()));
    }

    @Test
    @Tag("rule:20")
    void every_script_that_the_peer_wanted_before_is_remembered_once() {
        Bytes first = Bytes.fromHex("0014" + "01".repeat(20));
        Bytes second = Bytes.fromHex("0014" + "02".repeat(20));
        ShutdownStatus status = ShutdownStatus.NONE.received(first);
        assertThat(status.earlierRemoteScripts()).isEmpty();
        status = status.received(first);
        assertThat(status.earlierRemoteScripts()).isEmpty();
        status = status.received(second);
        assertThat(status.earlierRemoteScripts()).containsExactly(first);
        status = status.received(first).received(second);
        assertThat(status.earlierRemoteScripts()).containsExactly(first, second);
        assertThat(status.remoteScript()).contains(second);
        assertThat(status.mayPay(first) && status.mayPay(second)).isTrue();
        assertThat(status.mayPay(both.alice.context.shutdownScript())).isFalse();
    }

    @Test
    @Tag("rule:20")
    void a_peer_keeps_to_the_script_of_its_first_shutdown() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        Bytes script = both.alice.context.shutdownScript();
        var id = both.bob.channel().id();
        both.bob.tell(new Receive(new fulgurite.protocol.wire.Shutdown(id, script)));
        Bytes other = Bytes.fromHex("0014" + "77".repeat(20));
        assertThat(both.bob.only(new Receive(new fulgurite.protocol.wire.Shutdown(id, other))))
                .isInstanceOfSatisfying(Decision.Violated.class, v -> {
                    assertThat(v.violation().message()).contains("a second shutdown to another script");
                    assertThat(v.violation().consequence()).isEqualTo(Violation.Consequence.DISCONNECT);
                });
        assertThat(both.bob.channel().shutdown().remoteScript()).contains(script);
        assertThat(both.bob.only(new Receive(new fulgurite.protocol.wire.Shutdown(id, script))))
                .isEqualTo(Decision.nothing());
    }

    @Test
    @Tag("rule:21")
    void a_peer_without_fee_ranges_cannot_haggle_us_into_a_senseless_fee() {
        assertThat(haggled(both.bob, both.alice, 400_000)).isLessThanOrEqualTo(2_000);
    }

    @Test
    @Tag("rule:21")
    void a_funder_without_fee_ranges_cannot_haggle_us_into_a_closing_that_never_confirms() {
        assertThat(haggled(both.alice, both.bob, 0)).isGreaterThanOrEqualTo(100);
    }

    /** The fee that {@code victim} last signs for when the cheater proposes {@code fee} again and again. */
    private long haggled(Participant cheater, Participant victim, long fee) {
        both.alice.tell(new Shutdown(both.alice.context.shutdownScript()));
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        assertThat(victim.state instanceof ChannelState.Negotiating).isTrue();
        both.alice.outbox.clear();
        both.bob.outbox.clear();
        long last = 1_000;
        for (int i = 0; i < 30 && victim.state instanceof ChannelState.Negotiating; i++) {
            victim.tell(new Receive(closingSigned(cheater, fee)));
            while (!victim.outbox.isEmpty())
                if (victim.outbox.poll() instanceof ClosingSigned m) last = m.fee().sat();
        }
        return last;
    }

    private static ClosingSigned closingSigned(Participant p, long sat) {
        ActiveChannel c = p.channel();
        boolean funds = c.terms().funder() == fulgurite.protocol.channel.commitment.Side.LOCAL;
        var ours = new ClosingTransactions.Payout(c.ledger().local(), c.shutdown().localScript().orElseThrow());
        var theirs = new ClosingTransactions.Payout(c.ledger().remote(), c.shutdown().remoteScript().orElseThrow());
        Tx tx = ClosingTransactions.build(c.funding(), funds ? ours : theirs, funds ? theirs : ours,
                new Satoshi(sat), c.terms().ours().dustLimit()).orElseThrow();
        return new ClosingSigned(c.id(), new Satoshi(sat), Funding.sign(tx, c.terms().capacity(),
                c.terms().ours().basepoints().funding(), c.terms().theirs().basepoints().funding(),
                p.context.keys().funding()));
    }

    @Test
    @Tag("rule:21")
    void a_closing_signature_that_does_not_fit_fails_the_channel() {
        both.bob.tell(new Shutdown(both.bob.context.shutdownScript()));
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        var m = (ClosingSigned) both.alice.outbox.poll();
        both.bob.tell(new Receive(new ClosingSigned(m.channelId(), m.fee().plus(new Satoshi(1)), m.signature(),
                m.tlvs())));

        assertThat(((Closing) both.bob.state).progress().mutual()).isFalse();
        assertThat(both.bob.effects(ChannelEffect.Publish.class)).hasSize(1);
    }

    private static Tx published(Participant p) {
        assertThat(p.state).isInstanceOf(Closing.class);
        assertThat(((Closing) p.state).progress().mutual()).isTrue();
        return ((Closing) p.state).progress().published().orElseThrow();
    }

    private static ChannelContext withClosingFeerate(ChannelContext c, long satPerKw) {
        return c.at(c.height(), Feerates.flat(new FeeratePerKw(satPerKw)));
    }
}
