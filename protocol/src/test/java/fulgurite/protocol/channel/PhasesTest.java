package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelState.AwaitingFunding;
import fulgurite.protocol.channel.ChannelState.Closed;
import fulgurite.protocol.channel.ChannelState.Negotiating;
import fulgurite.protocol.channel.opening.Readiness;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.AnnouncementSignatures;
import fulgurite.protocol.wire.ChannelReestablish;
import fulgurite.protocol.wire.ClosingComplete;
import fulgurite.protocol.wire.ClosingSigned;
import fulgurite.protocol.wire.CommitmentSigned;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.FundingSigned;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.Ping;
import fulgurite.protocol.wire.Stfu;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What each phase of a channel takes and what it does not: a command out of its phase is refused, a message fails the channel. */
class PhasesTest {
    private final TwoChannels both = new TwoChannels(ChannelLimits.REGTEST);

    private Decision decide(Participant p, ChannelCommand command) {
        return Channel.decide(p.context, p.state, command);
    }

    private void assertRefuses(Participant p, String phase, List<ChannelCommand> commands) {
        for (ChannelCommand command : commands)
            assertThat(decide(p, command)).as(command.getClass().getSimpleName())
                    .isEqualTo(Decision.refuse(new Refusal.WrongState(phase)));
    }

    private void assertIgnores(Participant p, List<ChannelCommand> commands) {
        for (ChannelCommand command : commands)
            assertThat(decide(p, command)).as(command.getClass().getSimpleName()).isEqualTo(Decision.nothing());
    }

    private static Tx someTx() {
        return new Tx(2, List.of(), List.of(), 0);
    }

    private static List<ChannelCommand> ofUse() {
        return List.of(htlc(1_000_000, 1), new FulfilHtlc(0, preimage(1)), new FailHtlc(0, Bytes.EMPTY),
                new FailMalformedHtlc(0, Bytes32.ZERO, 0x8000), new UpdateFee(new FeeratePerKw(1_000)), new Quiesce());
    }

    private static List<ChannelCommand> ofFunding() {
        return List.of(new FundingReady(someTx(), 0), new FundingFailed("none"));
    }

    @Test
    void before_a_channel_is_funded_it_is_neither_used_nor_closed() {
        for (String phase : new String[]{"Unopened", "AwaitingAccept"}) {
            if (phase.equals("AwaitingAccept")) both.alice.tell(both.openCommand(false));
            assertRefuses(both.alice, phase, ofUse());
            assertRefuses(both.alice, phase, ofFunding());
            assertRefuses(both.alice, phase, List.of(new Shutdown(Bytes.EMPTY), new ForceClose(),
                    new BumpClosing(new FeeratePerKw(1_000))));
            assertIgnores(both.alice, List.of(new Commit(), new QuiescenceOver(), new LinkUp(both.bob.features()),
                    new FundingConfirmed(new BlockHeight(1), 1, 1, someTx()),
                    new FundingSpent(someTx(), new BlockHeight(1)), new NewBlock(new BlockHeight(1))));
        }
        assertRefuses(both.alice, "AwaitingAccept", List.of(both.openCommand(false)));
    }

    @Test
    void a_channel_is_opened_once_and_used_only_when_both_have_said_channel_ready() {
        both.alice.tell(both.openCommand(false));
        both.deliverAll();
        assertThat(both.alice.state).isInstanceOf(AwaitingFunding.class);
        assertRefuses(both.alice, "AwaitingFunding", List.of(both.openCommand(false), htlc(1_000_000, 1),
                new UpdateFee(new FeeratePerKw(1_100)), new Quiesce()));
        assertRefuses(both.alice, "AwaitingFunding", ofFunding());
        assertIgnores(both.alice, List.of(new Commit(), new QuiescenceOver()));
        assertThat(decide(both.alice, new FulfilHtlc(0, preimage(1))))
                .isEqualTo(Decision.refuse(new Refusal.NoSuchHtlc(0)));
    }

    @Test
    void an_opening_ends_with_its_connection_and_by_an_error_of_the_peer() {
        both.alice.tell(both.openCommand(false));
        for (ChannelCommand end : List.of(new LinkLost(),
                new Receive(ErrorMessage.of(new ChannelId(Bytes.zeros(32)), "no")))) {
            Decision decision = decide(both.alice, end);
            assertThat(Channel.evolveAll(both.alice.state, decision.eventsOrNone())).isInstanceOf(Closed.class);
            assertThat(decision.effectsOrNone()).singleElement().isInstanceOf(ChannelEffect.ChannelClosed.class);
        }
    }

    @Test
    void messages_that_belong_to_another_phase_fail_the_channel() {
        var open = TwoChannels.open();
        var id = open.bob.channel().id();
        var signature = open.bob.channel().chain().signature();
        for (LightningMessage wrong : List.<LightningMessage>of(new FundingSigned(id, signature),
                new ChannelReestablish(id, 1, 0, open.alice.context.keys().perCommitmentSecret(0),
                        open.alice.context.keys().perCommitmentPoint(0)),
                new ClosingSigned(id, new Satoshi(1), signature)))
            assertThat(decide(open.bob, new Receive(wrong))).isInstanceOfSatisfying(Decision.Violated.class, v -> {
                assertThat(v.violation().consequence()).isEqualTo(Violation.Consequence.FAIL_CHANNEL);
                assertThat(v.violation().message()).endsWith("is out of place");
            });
        both.alice.tell(both.openCommand(false));
        for (LightningMessage wrong : List.<LightningMessage>of(new FundingSigned(id, signature),
                new CommitmentSigned(id, signature, List.of())))
            assertThat(decide(both.alice, new Receive(wrong))).isInstanceOfSatisfying(Decision.Violated.class,
                    v -> assertThat(Channel.evolveAll(both.alice.state, v.events())).isInstanceOf(Closed.class));
    }

    @Test
    void nothing_is_updated_while_the_closing_fee_is_negotiated() {
        var open = TwoChannels.open();
        open.alice.tell(new Shutdown(open.alice.context.shutdownScript()));
        open.deliverOne(open.alice);
        open.deliverOne(open.bob);
        assertThat(open.bob.state).isInstanceOf(Negotiating.class);
        var id = open.bob.channel().id();
        for (LightningMessage wrong : List.<LightningMessage>of(
                new fulgurite.protocol.wire.UpdateFee(id, new FeeratePerKw(1_100)), new Stfu(id, true),
                new CommitmentSigned(id, open.bob.channel().chain().signature(), List.of())))
            assertThat(decide(open.bob, new Receive(wrong))).isInstanceOf(Decision.Violated.class);
        assertRefuses(open.bob, "Negotiating", List.of(htlc(1_000_000, 1), new Quiesce()));
        assertIgnores(open.bob, List.of(new Commit(), new QuiescenceOver()));
    }

    @Test
    @Tag("rule:journal-bound")
    void a_peer_at_its_bound_may_sign_and_nothing_else_that_is_recorded() {
        var open = TwoChannels.open();
        open.alice.tell(htlc(5_000_000, 1), new Commit());
        open.deliverOne(open.alice);
        var signed = (CommitmentSigned) open.alice.outbox.poll();
        ActiveChannel full = Changed.of(open.bob.channel(), "unsignedUpdates", Receiving.MAX_UNSIGNED);
        open.bob.state = new ChannelState.Normal(full);
        var id = full.id();
        Bytes script = open.alice.context.shutdownScript();
        var ready = Readiness.message(open.alice.context, open.alice.channel());
        for (LightningMessage recorded : List.<LightningMessage>of(ready,
                new AnnouncementSignatures(id, full.terms().alias(), full.chain().signature(),
                        full.chain().signature()),
                new fulgurite.protocol.wire.Shutdown(id, script),
                new ClosingComplete(id, script, script, new Satoshi(1), 0),
                new ClosingSigned(id, new Satoshi(1), full.chain().signature()),
                new fulgurite.protocol.wire.UpdateFee(id, new FeeratePerKw(1_100))))
            assertThat(decide(open.bob, new Receive(recorded))).as(recorded.getClass().getSimpleName())
                    .isInstanceOfSatisfying(Decision.Violated.class,
                            v -> assertThat(v.violation().message()).contains("too many updates"));
        assertThat(open.bob.only(new Receive(signed))).isInstanceOf(Decision.Accepted.class);
        assertThat(open.bob.channel().unsignedUpdates()).isZero();
    }

    @Test
    void what_comes_over_a_connection_that_is_gone_is_not_heard() {
        var open = TwoChannels.open();
        open.alice.tell(htlc(5_000_000, 1));
        LightningMessage late = open.alice.outbox.poll();
        open.disconnect();
        assertIgnores(open.bob, List.of(new Receive(late), new LinkLost()));
        assertThat(decide(open.bob, new LinkUp(open.alice.features())).eventsOrNone()).hasSize(1);
    }

    @Test
    void a_channel_that_is_over_follows_nothing_any_more() {
        both.alice.tell(both.openCommand(false));
        both.alice.tell(new LinkLost());
        var open = TwoChannels.open();
        assertRefuses(both.alice, "Closed", ofUse());
        assertRefuses(both.alice, "Closed", List.of(new Shutdown(Bytes.EMPTY), new ForceClose()));
        LightningMessage reestablish = new ChannelReestablish(open.bob.channel().id(), 1, 0,
                open.alice.context.keys().perCommitmentSecret(0), open.alice.context.keys().perCommitmentPoint(0));
        assertIgnores(both.alice, List.of(new LinkLost(), new LinkUp(both.bob.features()), new Receive(reestablish),
                new Receive(new FundingSigned(open.bob.channel().id(), open.bob.channel().chain().signature())),
                new Receive(ErrorMessage.of(ChannelId.ALL, "late")), new Receive(new Ping(0, Bytes.EMPTY))));
    }

    @Test
    void a_channel_that_has_failed_answers_each_new_connection_by_its_error_and_one_that_both_closed_does_not() {
        var open = TwoChannels.open();
        var reestablish = new ChannelReestablish(open.bob.channel().id(), 1, 0,
                open.alice.context.keys().perCommitmentSecret(0), open.alice.context.keys().perCommitmentPoint(0));
        open.bob.tell(new ForceClose());
        assertThat(decide(open.bob, new Receive(reestablish)).effectsOrNone()).containsExactly(
                new ChannelEffect.Send(ErrorMessage.of(open.bob.channel().id(), "closed by our user")));
        assertIgnores(open.bob, List.of(new Receive(new Stfu(open.bob.channel().id(), true))));
        var agreed = TwoChannels.open();
        agreed.alice.tell(new Shutdown(agreed.alice.context.shutdownScript()));
        agreed.deliverAll();
        assertIgnores(agreed.bob, List.of(new Receive(reestablish)));
        assertRefuses(agreed.bob, "Closing", List.of(htlc(1_000_000, 1), new Quiesce(),
                new Shutdown(agreed.bob.context.shutdownScript())));
    }

    @Test
    void what_the_peer_could_offer_is_what_it_reckons_itself() {
        var open = TwoChannels.open();
        assertThat(Channel.receivable(open.alice.context, open.alice.channel()))
                .isEqualTo(Channel.sendable(open.bob.context, open.bob.channel()))
                .isEqualTo(new MilliSatoshi(290_000_000));
    }
}
