package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.transactions.ClosingTransactions;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** BOLT 5, row by row, on a chain that checks scripts, locks and fees: who ends with what, who is told what and when. */
class OnChainTest {
    /** Commitment, HTLC transactions, sweeps, anchors: what all of an end may cost at these feerates. */
    private static final long MAX_COST_SAT = 9_000;

    @ParameterizedTest
    @EnumSource
    void a_unilateral_close_brings_both_balances_home(CommitmentFormat format) {
        var story = new ClosingStory(Duet.open(format));
        story.forceClose(ALICE);
        story.block();
        assertThat(story.balance(ALICE)).isEqualTo(Satoshi.ZERO);
        story.block();
        assertBalance(story, BOB, 400_000);
        story.blocks(Duet.DELAY - 2);
        assertThat(story.balance(ALICE)).isEqualTo(Satoshi.ZERO);
        story.block();
        assertBalance(story, ALICE, 600_000);
        story.playToTheEnd();
        assertThat(reason(story, ALICE)).isEqualTo("we closed");
        assertThat(reason(story, BOB)).isEqualTo("closed by the peer alone");
        assertThat(story.warnings).allSatisfy(warnings -> assertThat(warnings).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void a_peer_that_slept_through_the_close_still_gets_its_balance(CommitmentFormat format) {
        var story = new ClosingStory(Duet.open(format));
        story.silent[BOB] = true;
        story.forceClose(ALICE);
        story.blocks(40);
        assertThat(story.duet.states[ALICE]).isInstanceOf(ChannelState.Closed.class);
        assertThat(story.balance(BOB)).isEqualTo(Satoshi.ZERO);
        story.wake(BOB);
        story.playToTheEnd();
        assertBalance(story, BOB, 400_000);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("rule:25")
    void htlcs_that_expire_on_chain_return_to_whoever_offered_them(CommitmentFormat format) {
        var duet = Duet.open(format);
        long alices = duet.offer(ALICE, 1, 50_000, 120);
        long bobs = duet.offer(BOB, 2, 30_000, 125);
        duet.commit();
        var story = new ClosingStory(duet);
        story.forceClose(ALICE);
        story.blocks(20);
        assertThat(story.settled.get(ALICE)).isEmpty();
        // Height 120 is reached: the next block has the HTLC-timeout transaction; three blocks make it deep enough.
        story.blocks(2);
        assertThat(story.settled.get(ALICE)).isEmpty();
        story.block();
        assertTimedOut(story, ALICE, alices);
        story.playToTheEnd();
        assertTimedOut(story, BOB, bobs);
        assertBalance(story, ALICE, 600_000);
        assertBalance(story, BOB, 400_000);
        assertThat(story.walletSpent().isZero()).isEqualTo(!format.hasAnchors());
    }

    @ParameterizedTest
    @EnumSource
    void preimages_win_htlcs_in_our_commitment_and_in_theirs(CommitmentFormat format) {
        var duet = Duet.open(format);
        long alices = duet.offer(ALICE, 1, 50_000, 150);
        long bobs = duet.offer(BOB, 2, 30_000, 150);
        duet.commit();
        duet.learn(BOB, alices, 1);
        duet.learn(ALICE, bobs, 2);
        var story = new ClosingStory(duet);
        story.forceClose(ALICE);
        // The commitment, then at once both spends with a preimage, and both origins know.
        story.blocks(2);
        assertFulfilled(story, ALICE, alices, 1);
        assertFulfilled(story, BOB, bobs, 2);
        story.playToTheEnd();
        assertBalance(story, ALICE, 600_000 - 50_000 + 30_000);
        assertBalance(story, BOB, 400_000 + 50_000 - 30_000);
    }

    @ParameterizedTest
    @EnumSource
    void a_preimage_that_comes_after_the_close_still_claims(CommitmentFormat format) {
        var duet = Duet.open(format);
        long alices = duet.offer(ALICE, 1, 50_000, 150);
        long bobs = duet.offer(BOB, 2, 30_000, 150);
        duet.commit();
        var story = new ClosingStory(duet);
        story.forceClose(ALICE);
        story.blocks(5);
        story.tell(ALICE, new ChannelCommand.FulfilHtlc(bobs, Duet.preimage(2)));
        story.tell(BOB, new ChannelCommand.FulfilHtlc(alices, Duet.preimage(1)));
        assertThat(OnChain.decide(story.context(BOB), (ChannelState.Closing) duet.states[BOB],
                new ChannelCommand.FulfilHtlc(77, Duet.preimage(1))))
                .isEqualTo(Decision.refuse(new Refusal.NoSuchHtlc(77)));
        story.playToTheEnd();
        assertFulfilled(story, ALICE, alices, 1);
        assertFulfilled(story, BOB, bobs, 2);
        assertBalance(story, ALICE, 580_000);
        assertBalance(story, BOB, 420_000);
    }

    @ParameterizedTest
    @EnumSource
    void the_next_commitment_of_the_peer_is_as_good_as_its_current_one(CommitmentFormat format) {
        var duet = Duet.open(format);
        duet.offer(ALICE, 1, 50_000, 120);
        duet.commit();
        long second = duet.offer(ALICE, 2, 40_000, 121);
        // Bob has the new commitment and keeps his revocation of the old one.
        duet.sign(ALICE);
        var story = new ClosingStory(duet);
        story.forceClose(BOB);
        story.playToTheEnd();
        assertThat(story.settled.get(ALICE)).hasSize(2)
                .last()
                .isEqualTo(new ChannelEffect.HtlcSettled(origin(2), second, new HtlcResult.TimedOutOnChain()));
        assertBalance(story, ALICE, 600_000);
        assertBalance(story, BOB, 400_000);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("rule:25")
    void an_htlc_that_the_commitment_does_not_hold_fails_once_that_is_deep(CommitmentFormat format) {
        var duet = Duet.open(format);
        long dust = duet.offer(ALICE, 1, 300, 150);
        duet.commit();
        long uncommitted = duet.offer(ALICE, 2, 50_000, 150);
        var story = new ClosingStory(duet);
        story.forceClose(ALICE);
        story.blocks(3);
        assertThat(story.settled.get(ALICE)).extracting(ChannelEffect.HtlcSettled::htlcId)
                .containsExactly(dust, uncommitted);
        story.playToTheEnd();
        assertBalance(story, ALICE, 599_700);
    }

    @ParameterizedTest
    @EnumSource
    void the_victim_of_a_revoked_commitment_ends_with_all_of_the_channel(CommitmentFormat format) {
        var duet = Duet.open(format);
        Tx old = duet.signedCommitment(ALICE);
        long id = duet.offer(ALICE, 1, 300_000, 150);
        duet.commit();
        duet.fulfil(BOB, id, 1);
        duet.commit();
        var story = new ClosingStory(duet);
        story.silent[ALICE] = true;
        story.chain.submit(old);
        story.playUntilClosed(BOB);
        assertBalance(story, BOB, 1_000_000);
        assertThat(story.balance(ALICE)).isEqualTo(Satoshi.ZERO);
        assertThat(story.warnings.get(BOB)).hasSize(1);
        story.wake(ALICE);
        story.playToTheEnd();
        assertThat(reason(story, ALICE)).isEqualTo("a revoked commitment of our own was published");
        assertThat(story.warnings.get(ALICE)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_cheater_that_copied_our_payment_key_loses_its_balance_all_the_same(CommitmentFormat format) {
        var duet = Duet.openWithCopiedPaymentKey(format);
        Tx old = duet.signedCommitment(ALICE);
        long id = duet.offer(ALICE, 1, 300_000, 150);
        duet.commit();
        duet.fulfil(BOB, id, 1);
        duet.commit();
        var story = new ClosingStory(duet);
        story.silent[ALICE] = true;
        story.chain.submit(old);
        story.playUntilClosed(BOB);
        assertBalance(story, BOB, 1_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void revoked_htlcs_are_taken_from_the_commitment(CommitmentFormat format) {
        var duet = Duet.open(format);
        long alices = duet.offer(ALICE, 1, 50_000, 150);
        long bobs = duet.offer(BOB, 2, 30_000, 150);
        duet.commit();
        Tx old = duet.signedCommitment(ALICE);
        duet.fulfil(BOB, alices, 1);
        duet.commit();
        // This one is still pending when the old commitment appears, and Bob's forwarding peer waits for it.
        assertThat(duet.channel(BOB).ledger().htlcs()).hasSize(1);
        var story = new ClosingStory(duet);
        story.silent[ALICE] = true;
        story.chain.submit(old);
        story.playUntilClosed(BOB);
        assertBalance(story, BOB, 1_000_000);
        assertTimedOut(story, BOB, bobs);
    }

    @ParameterizedTest
    @EnumSource
    void a_cheater_that_is_quicker_with_its_second_stage_loses_that_too(CommitmentFormat format) {
        var duet = Duet.open(format);
        long alices = duet.offer(ALICE, 1, 50_000, 101);
        long bobs = duet.offer(BOB, 2, 30_000, 150);
        duet.commit();
        Tx old = duet.signedCommitment(ALICE);
        var story = new ClosingStory(duet);
        story.silent[ALICE] = true;
        story.silent[BOB] = true;
        story.chain.submit(old);
        story.blocks(1);
        for (int i = 0; i < 2; i++) {
            boolean received = duet.commitment(ALICE).htlcTransactions().get(i).htlc().id() == bobs
                    && duet.commitment(ALICE)
                            .htlcTransactions()
                            .get(i)
                            .htlc()
                            .amount()
                            .equals(new MilliSatoshi(30_000_000));
            story.publishSecondStage(ALICE, duet.htlcSpend(
                    ALICE, i, received ? Duet.preimage(2).bytes() : Bytes.EMPTY));
        }
        duet.fulfil(BOB, alices, 1);
        duet.commit();
        story.blocks(1);
        story.wake(BOB);
        story.playUntilClosed(BOB);
        assertFulfilled(story, BOB, bobs, 2);
        // Bob came a block late, with six until Alice could have taken her balance: he bids more.
        assertThat(story.balance(BOB).sat()).isBetween(1_000_000 - 2 * MAX_COST_SAT, 1_000_000L);
        assertThat(story.balance(ALICE)).isEqualTo(Satoshi.ZERO);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("rule:17")
    void who_has_lost_data_takes_its_balance_from_a_future_commitment(CommitmentFormat format) {
        var duet = Duet.open(format);
        ChannelState backup = duet.states[BOB];
        long id = duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        duet.fulfil(BOB, id, 1);
        duet.commit();
        Tx latest = duet.signedCommitment(ALICE);
        duet.states[BOB] = backup;
        duet.apply(BOB, new ChannelEvent.ClosedUnilaterally("we are behind", Optional.empty()));
        var story = new ClosingStory(duet);
        assertThat(OnChain.resume(story.context(BOB), (ChannelState.Closing) duet.states[BOB]))
                .noneMatch(effect -> effect instanceof ChannelEffect.Publish);
        story.chain.submit(latest);
        story.playToTheEnd();
        assertBalance(story, BOB, 450_000);
        assertThat(story.warnings.get(BOB)).hasSize(1);
        assertThat(reason(story, BOB)).isEqualTo("closed by the peer after we had lost data");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("rule:25")
    void who_has_lost_data_fails_no_htlc_upstream_that_the_peer_can_still_take(CommitmentFormat format) {
        var duet = Duet.open(format);
        long id = duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        ChannelState backup = duet.states[ALICE];
        duet.offer(ALICE, 2, 40_000, 160);
        duet.commit();
        duet.states[ALICE] = backup;
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we are behind", Optional.empty()));
        var story = new ClosingStory(duet);
        story.forceClose(BOB);
        story.blocks(30);
        assertThat(story.settled.get(ALICE)).isEmpty();
        story.tell(BOB, new ChannelCommand.FulfilHtlc(id, Duet.preimage(1)));
        story.blocks(10);
        assertThat(story.settled.get(ALICE)).singleElement()
                .satisfies(s -> assertThat(s.result()).isEqualTo(new HtlcResult.Fulfilled(Duet.preimage(1))));
    }

    @Test
    @Tag("rule:21")
    void a_mutual_close_needs_nothing_but_depth() {
        var duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        var story = new ClosingStory(duet);
        Tx close = mutual(story);
        for (int who = 0; who < 2; who++) {
            duet.apply(who, new ChannelEvent.ShutdownDecided(story.script(who)));
            duet.apply(who, new ChannelEvent.ShutdownSent());
            duet.apply(who, new ChannelEvent.ShutdownReceived(story.script(1 - who)));
        }
        // Bob has heard of it from the chain only.
        duet.apply(ALICE, new ChannelEvent.MutualCloseAgreed(close));
        story.perform(ALICE, OnChain.resume(story.context(ALICE), (ChannelState.Closing) duet.states[ALICE]));
        story.blocks(5);
        assertThat(duet.states[ALICE]).isInstanceOf(ChannelState.Closing.class);
        assertThat(story.playToTheEnd()).isEqualTo(1);
        assertThat(reason(story, ALICE)).isEqualTo("closed by both");
        assertThat(reason(story, BOB)).isEqualTo("closed by both");
    }

    @Test
    void an_unknown_spend_warns_and_ends_the_channel() {
        var duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        long id = duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        var story = new ClosingStory(duet);
        story.chain.submit(mutual(story));
        story.playToTheEnd();
        assertThat(story.warnings.get(ALICE)).hasSize(1).first().asString().contains("unknown");
        assertTimedOut(story, ALICE, id);
    }

    @ParameterizedTest
    @EnumSource
    void a_restart_at_any_block_asks_for_what_a_block_asks_for(CommitmentFormat format) {
        var duet = Duet.open(format);
        duet.offer(ALICE, 1, 50_000, 110);
        duet.offer(BOB, 2, 30_000, 112);
        duet.commit();
        var story = new ClosingStory(duet);
        story.forceClose(BOB);
        for (int i = 0; i < 25; i++) {
            story.block();
            for (int who = 0; who < 2; who++)
                if (duet.states[who] instanceof ChannelState.Closing closing) {
                    List<ChannelEffect> resumed = OnChain.resume(story.context(who), closing);
                    List<ChannelEffect> onBlock = OnChain
                            .decide(story.context(who), closing, new ChannelCommand.NewBlock(story.chain.height()))
                            .effectsOrNone();
                    assertThat(resumed).containsAll(
                            onBlock.stream().filter(e -> !(e instanceof ChannelEffect.ChannelClosed)).toList());
                }
        }
    }

    @Test
    void what_is_told_twice_is_recorded_once() {
        var duet = Duet.open(CommitmentFormat.STATIC_REMOTEKEY);
        var story = new ClosingStory(duet);
        story.forceClose(ALICE);
        story.block();
        var closing = (ChannelState.Closing) duet.states[BOB];
        Tx commitment = closing.progress().fundingSpentBy().orElseThrow().tx();
        var again = new ChannelCommand.FundingSpent(commitment, new BlockHeight(ClosingStory.START + 1));
        assertThat(OnChain.decide(story.context(BOB), closing, again).eventsOrNone()).isEmpty();
        var elsewhere = new ChannelCommand.FundingSpent(commitment, new BlockHeight(ClosingStory.START + 2));
        assertThat(OnChain.decide(story.context(BOB), closing, elsewhere).eventsOrNone()).hasSize(1);
    }

    @Test
    void coins_that_no_htlc_needs_go_back_to_the_wallet() {
        var duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        var story = new ClosingStory(duet);
        story.forceClose(ALICE);
        Tx parent = Duet.FUNDING_TX;
        assertThat(OnChain.decide(story.context(ALICE), (ChannelState.Closing) duet.states[ALICE],
                new ChannelCommand.FundingReady(parent, 0)).effectsOrNone())
                .containsExactly(new ChannelEffect.ReleaseFunding(parent));
    }

    @Test
    @Tag("rule:25")
    void a_channel_goes_on_chain_before_an_htlc_is_lost() {
        var duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        long id = duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        assertThat(Deadlines.missed(duet.channel(ALICE), new BlockHeight(151), 18)).isEmpty();
        assertThat(Deadlines.missed(duet.channel(ALICE), new BlockHeight(152), 18)).isPresent();
        assertThat(Deadlines.missed(duet.channel(BOB), new BlockHeight(149), 18)).isEmpty();
        duet.learn(BOB, id, 1);
        assertThat(Deadlines.missed(duet.channel(BOB), new BlockHeight(131), 18)).isEmpty();
        assertThat(Deadlines.missed(duet.channel(BOB), new BlockHeight(132), 18)).isPresent();
    }

    private static Tx mutual(ClosingStory story) {
        var ours = story.duet.keys[ALICE];
        var theirs = story.duet.keys[BOB];
        var funding = new OutPoint(Duet.FUNDING_TX.txid(), 0);
        Tx bare = ClosingTransactions.build(
                funding, new ClosingTransactions.Payout(new MilliSatoshi(600_000_000), story.script(ALICE)),
                new ClosingTransactions.Payout(new MilliSatoshi(400_000_000), story.script(BOB)), new Satoshi(500),
                new Satoshi(354)).orElseThrow();
        var a = ours.basepoints().funding();
        var b = theirs.basepoints().funding();
        Signature byA = Funding.sign(bare, Duet.CAPACITY, a, b, ours.funding());
        Signature byB = Funding.sign(bare, Duet.CAPACITY, b, a, theirs.funding());
        return Funding.complete(bare, a, byA, b, byB);
    }

    private static void assertBalance(ClosingStory story, int who, long expectedSat) {
        assertThat(story.balance(who).sat()).isBetween(expectedSat - MAX_COST_SAT, expectedSat);
    }

    private static void assertTimedOut(ClosingStory story, int who, long id) {
        assertThat(story.settled.get(who)).hasSize(1)
                .first()
                .isEqualTo(new ChannelEffect.HtlcSettled(
                        origin(who == ALICE ? 1 : 2), id, new HtlcResult.TimedOutOnChain()));
    }

    private static void assertFulfilled(ClosingStory story, int who, long id, int number) {
        assertThat(story.settled.get(who)).containsExactly(new ChannelEffect.HtlcSettled(
                origin(number), id, new HtlcResult.Fulfilled(Duet.preimage(number))));
    }

    private static HtlcOrigin origin(int number) {
        return new HtlcOrigin.Local(Bytes32.ZERO, number);
    }

    private static String reason(ClosingStory story, int who) {
        return ((ChannelState.Closed) story.duet.states[who]).reason().reason();
    }
}
