package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a closing channel records of what it is told: each fact once, and nothing that is none. */
class FactsTest {
    private static final int CLOSED_AT = 101;
    private static final int NOW = 120;
    private static final int EXPIRY = 150;

    private final Duet duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
    private final Aftermath after = new Aftermath(duet, ALICE);

    private Commitment closedBy(int closer) {
        duet.offer(ALICE, 1, 50_000, EXPIRY);
        duet.offer(BOB, 2, 30_000, EXPIRY);
        duet.commit();
        Commitment c = duet.commitment(closer);
        after.funding(c.tx(), CLOSED_AT);
        return c;
    }

    @Test
    void a_spend_is_recorded_once_and_again_when_a_reorganisation_moves_it() {
        OutPoint at = Aftermath.htlc(closedBy(BOB), true, 0);
        Tx spend = after.spend(at, Bytes.EMPTY);
        var told = new ChannelCommand.OutputSpent(at, spend, new BlockHeight(NOW));
        assertThat(after.decide(NOW, told).eventsOrNone())
                .containsExactly(new ChannelEvent.OutputSpendConfirmed(at, spend, new BlockHeight(NOW)));
        after.spent(at, spend, NOW);
        assertThat(after.decide(NOW, told).eventsOrNone()).isEmpty();
        assertThat(after.decide(NOW, told)).isInstanceOf(Decision.Accepted.class);

        var moved = new ChannelCommand.OutputSpent(at, spend, new BlockHeight(NOW + 1));
        assertThat(after.decide(NOW + 1, moved).eventsOrNone()).hasSize(1);
        var other = new ChannelCommand.OutputSpent(at, after.spend(at, Bytes.EMPTY), new BlockHeight(NOW));
        assertThat(after.decide(NOW, other).eventsOrNone()).hasSize(1);
    }

    @Test
    void a_transaction_that_does_not_spend_an_output_is_no_spend_of_it() {
        Commitment c = closedBy(BOB);
        OutPoint at = Aftermath.htlc(c, true, 0);
        Tx other = after.spend(Aftermath.htlc(c, false, 0), Bytes.EMPTY);
        assertThat(after.decide(NOW, new ChannelCommand.OutputSpent(at, other, new BlockHeight(NOW)))
                .eventsOrNone()).isEmpty();
    }

    @Test
    void what_is_new_is_watched_at_once_and_a_block_alone_brings_nothing_new() {
        Commitment c = closedBy(BOB);
        OutPoint open = Aftermath.htlc(c, true, 0);
        var spent = new ChannelCommand.OutputSpent(Aftermath.htlc(c, false, 0),
                after.spend(Aftermath.htlc(c, false, 0), Bytes.EMPTY), new BlockHeight(NOW));
        assertThat(watched(after.decide(NOW, spent))).contains(open);
        assertThat(watched(after.at(NOW))).isEmpty();
    }

    private static List<OutPoint> watched(Decision decision) {
        return decision.effectsOrNone()
                .stream()
                .filter(ChannelEffect.WatchSpent.class::isInstance)
                .map(effect -> ((ChannelEffect.WatchSpent) effect).outPoint())
                .toList();
    }

    @Test
    void after_a_restart_it_is_asked_whether_what_was_spent_still_is() {
        Commitment c = closedBy(BOB);
        OutPoint at = Aftermath.htlc(c, true, 0);
        assertThat(asked()).containsExactly(duet.channel(ALICE).funding());
        after.spent(at, NOW, Bytes.EMPTY);
        assertThat(asked()).containsExactly(duet.channel(ALICE).funding(), at);
    }

    private List<OutPoint> asked() {
        return OnChain.resume(after.context(NOW), after.state())
                .stream()
                .filter(ChannelEffect.AskUnspent.class::isInstance)
                .map(effect -> ((ChannelEffect.AskUnspent) effect).outPoint())
                .toList();
    }

    @Test
    void the_first_spend_of_the_funding_ends_the_use_of_the_channel_and_is_told_once() {
        Tx theirs = duet.commitment(BOB).tx();
        var spent = new ChannelCommand.FundingSpent(theirs, new BlockHeight(CLOSED_AT));
        var unusable = new ChannelEffect.ChannelUnusable(duet.channel(ALICE).id());
        Decision first = OnChain.fundingSpent(after.context(CLOSED_AT), (ChannelState.Funded) duet.states[ALICE],
                spent);
        assertThat(first.effectsOrNone()).contains(unusable);
        first.eventsOrNone().forEach(event -> duet.apply(ALICE, event));
        var moved = new ChannelCommand.FundingSpent(theirs, new BlockHeight(CLOSED_AT + 1));
        assertThat(after.decide(CLOSED_AT + 1, moved).eventsOrNone()).hasSize(1);
        assertThat(after.decide(CLOSED_AT + 1, moved).effectsOrNone()).doesNotContain(unusable);
    }

    @Test
    void who_closes_before_the_funding_is_in_a_block_publishes_it_too_and_waits_for_it() {
        Tx ours = duet.signedCommitment(ALICE);
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we closed", Optional.of(ours)));
        var confirmed = new ChannelEffect.WatchConfirmed(Duet.FUNDING_TX.txid(),
                Duet.FUNDING_TX.outputs().getFirst().script(), 1);
        assertThat(after.publishedAt(NOW)).containsExactly(Duet.FUNDING_TX, ours);
        assertThat(OnChain.resume(after.context(NOW), after.state())).contains(confirmed);
        duet.apply(ALICE, new ChannelEvent.FundingConfirmed(ShortChannelId.of(new BlockHeight(100), 1, 0), 1));
        assertThat(after.publishedAt(NOW)).containsExactly(ours);
        assertThat(OnChain.resume(after.context(NOW), after.state())).doesNotContain(confirmed);
    }

    private static ChannelCommand.FundingConfirmed confirmed(Tx tx) {
        return new ChannelCommand.FundingConfirmed(new BlockHeight(100), 1, 2, tx);
    }

    @Test
    void a_closing_channel_learns_once_that_its_funding_is_in_a_block_and_a_fundee_which_it_was() {
        var recorded = new ChannelEvent.FundingConfirmed(ShortChannelId.of(new BlockHeight(100), 1, 0), 2);
        for (int who : new int[]{ALICE, BOB}) {
            var closing = new Aftermath(duet, who);
            duet.apply(who, new ChannelEvent.ClosedUnilaterally("closed", Optional.of(duet.signedCommitment(who))));
            assertThat(closing.decide(NOW, confirmed(Duet.FUNDING_TX)).eventsOrNone()).isEqualTo(who == ALICE
                    ? List.of(recorded)
                    : List.of(new ChannelEvent.FundingSeen(Duet.FUNDING_TX), recorded));
            // Another transaction is none, though it pays the same; nor is one that does not pay.
            Tx twin = new Tx(2, List.of(TxInput.unsigned(new OutPoint(Duet.FUNDING_TX.txid(), 5), 0)),
                    Duet.FUNDING_TX.outputs(), 0);
            Tx worthless = new Tx(2, Duet.FUNDING_TX.inputs(), List.of(), 0);
            assertThat(closing.decide(NOW, confirmed(twin))).isEqualTo(Decision.nothing());
            assertThat(closing.decide(NOW, confirmed(worthless))).isEqualTo(Decision.nothing());
            duet.apply(who, recorded);
            assertThat(closing.decide(NOW, confirmed(Duet.FUNDING_TX))).isEqualTo(Decision.nothing());
        }
    }

    @Test
    void it_is_noted_once_from_when_on_the_funding_is_awaited_unless_nothing_is_to_be_published() {
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we closed", Optional.of(duet.signedCommitment(ALICE))));
        var awaited = new ChannelEvent.FundingAwaited(new BlockHeight(NOW));
        assertThat(after.at(NOW).eventsOrNone()).containsExactly(awaited);
        var before = duet.states[ALICE];
        duet.apply(ALICE, awaited);
        assertThat(after.at(NOW + 1).eventsOrNone()).isEmpty();
        duet.states[ALICE] = before;
        after.funding(duet.commitment(BOB).tx(), CLOSED_AT);
        assertThat(after.at(NOW).eventsOrNone()).doesNotContain(awaited);
        var bob = new Aftermath(duet, BOB);
        duet.apply(BOB, new ChannelEvent.ClosedUnilaterally("we are behind", Optional.empty()));
        assertThat(bob.at(NOW).eventsOrNone()).isEmpty();
    }

    @Test
    void our_own_commitment_that_is_taken_back_is_published_as_before() {
        Tx ours = duet.signedCommitment(ALICE);
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we closed", Optional.of(ours)));
        OutPoint funding = duet.channel(ALICE).funding();
        var undone = new ChannelCommand.SpendUndone(funding);
        assertThat(after.decide(NOW, undone)).isEqualTo(Decision.nothing());
        for (Tx spender : List.of(ours, duet.commitment(BOB).tx(), after.spend(funding))) {
            var before = duet.states[ALICE];
            after.funding(spender, CLOSED_AT);
            assertThat(after.publishedAt(NOW)).doesNotContain(ours);
            Decision back = after.decide(NOW, undone);
            assertThat(back.eventsOrNone()).containsExactly(new ChannelEvent.FundingSpendUndone());
            assertThat(back.effectsOrNone()).contains(new ChannelEffect.Publish(ours));
            assertThat(watched(back)).contains(funding);
            duet.states[ALICE] = before;
        }
    }

    @Test
    void who_published_nothing_answers_a_commitment_of_the_peers_that_is_taken_back_and_no_other_spend() {
        OutPoint funding = duet.channel(ALICE).funding();
        Tx old = duet.commitment(BOB).tx();
        duet.offer(ALICE, 1, 50_000, EXPIRY);
        duet.commit();
        Tx ours = duet.signedCommitment(ALICE);
        for (Tx theirs : List.of(old, duet.commitment(BOB).tx())) {
            var before = duet.states[ALICE];
            after.funding(theirs, CLOSED_AT);
            Decision back = after.decide(NOW, new ChannelCommand.SpendUndone(funding));
            assertThat(back.eventsOrNone()).hasSize(2).first().isEqualTo(new ChannelEvent.FundingSpendUndone());
            assertThat(back.effectsOrNone()).contains(new ChannelEffect.Publish(ours));
            duet.states[ALICE] = before;
        }
        after.funding(after.spend(funding), CLOSED_AT);
        Decision back = after.decide(NOW, new ChannelCommand.SpendUndone(funding));
        assertThat(back.eventsOrNone()).containsExactly(new ChannelEvent.FundingSpendUndone());
        assertThat(back.effectsOrNone()).doesNotContain(new ChannelEffect.Publish(ours));
    }

    @Test
    void a_spend_in_the_mempool_that_shows_no_preimage_only_says_that_the_output_is_in_no_block() {
        OutPoint at = Aftermath.htlc(closedBy(BOB), true, 0);
        Tx spend = after.spend(at, Bytes.EMPTY);
        assertThat(after.decide(NOW, new ChannelCommand.SpendSeen(at, spend))).isEqualTo(Decision.nothing());
        after.spent(at, spend, NOW);
        assertThat(after.decide(NOW, new ChannelCommand.SpendSeen(at, spend)).eventsOrNone())
                .containsExactly(new ChannelEvent.OutputSpendUndone(at));
    }

    @Test
    void a_preimage_must_fit_and_is_recorded_once() {
        closedBy(BOB);
        assertThat(after.decide(NOW, new ChannelCommand.FulfilHtlc(0, Duet.preimage(1))))
                .isEqualTo(Decision.refuse(new Refusal.WrongPreimage(0)));
        var right = new ChannelCommand.FulfilHtlc(0, Duet.preimage(2));
        assertThat(after.decide(NOW, right).eventsOrNone())
                .containsExactly(new ChannelEvent.PreimageLearned(0, Duet.preimage(2)));
        duet.learn(ALICE, 0, 2);
        assertThat(after.decide(NOW, right)).isEqualTo(Decision.nothing());
    }

    @Test
    void an_htlc_that_is_not_committed_yet_is_not_claimed() {
        duet.offer(BOB, 2, 30_000, EXPIRY);
        after.funding(duet.commitment(BOB).tx(), CLOSED_AT);
        assertThat(after.decide(NOW, new ChannelCommand.FulfilHtlc(0, Duet.preimage(2))))
                .isEqualTo(Decision.refuse(new Refusal.NoSuchHtlc(0)));
    }

    @Test
    void what_a_closing_channel_can_do_nothing_about_it_takes_in_silence_and_refuses_the_rest() {
        closedBy(BOB);
        for (ChannelCommand command : List.of(new ChannelCommand.FailHtlc(0, Bytes.EMPTY),
                new ChannelCommand.FailMalformedHtlc(0, Bytes32.ZERO, 0xc005),
                new ChannelCommand.FundingFailed("no coins"),
                new ChannelCommand.TxConfirmed(Duet.FUNDING_TX.txid(), new BlockHeight(NOW), 6))) {
            assertThat(OnChain.takes(command)).isTrue();
            assertThat(after.decide(NOW, command)).isEqualTo(Decision.nothing());
        }
        assertThat(OnChain.takes(new ChannelCommand.Commit())).isFalse();
        assertThat(after.decide(NOW, new ChannelCommand.Commit()))
                .isEqualTo(Decision.refuse(new Refusal.WrongState("Closing")));
    }
}
