package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.HtlcOrigin;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.OutPoint;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is taken back, and what is only in the mempool. */
class ReorganisationTest {
    @ParameterizedTest
    @EnumSource
    @Tag("rule:25")
    void a_preimage_in_the_mempool_is_told_at_once_and_once(CommitmentFormat format) {
        var duet = Duet.open(format);
        long id = duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        duet.learn(BOB, id, 1);
        var story = new ClosingStory(duet);
        story.forceClose(BOB);
        story.block();
        Tx claim = story.chain.mempool()
                .stream()
                .filter(tx -> tx.inputs()
                        .getFirst()
                        .witness()
                        .contains(
                                Duet.preimage(1).bytes()))
                .findFirst()
                .orElseThrow();
        story.tell(ALICE, new ChannelCommand.SpendSeen(claim.inputs().getFirst().outPoint(), claim));
        assertFulfilled(story, id);
        story.playToTheEnd();
        assertFulfilled(story, id);
    }

    @ParameterizedTest
    @EnumSource
    void a_commitment_of_the_peer_that_a_reorganisation_takes_back_for_good_is_replaced_by_ours(
            CommitmentFormat format) {
        var duet = Duet.open(format);
        var story = new ClosingStory(duet);
        Tx theirs = duet.signedCommitment(BOB);
        story.tell(ALICE, new ChannelCommand.FundingSpent(theirs, new BlockHeight(ClosingStory.START)));
        story.tell(ALICE, new ChannelCommand.SpendUndone(new OutPoint(Duet.FUNDING_TX.txid(), 0)));
        assertThat(story.chain.mempool()).contains(duet.signedCommitment(ALICE));
        story.playToTheEnd();
        assertThat(story.balance(ALICE).sat()).isBetween(595_000L, 600_000L);
        assertThat(story.balance(BOB).sat()).isBetween(395_000L, 400_000L);
    }

    @ParameterizedTest
    @EnumSource
    void who_is_behind_publishes_nothing_even_when_the_peers_commitment_is_taken_back(CommitmentFormat format) {
        var duet = Duet.open(format);
        ChannelState backup = duet.states[BOB];
        duet.offer(ALICE, 1, 50_000, 150);
        duet.commit();
        Tx latest = duet.signedCommitment(ALICE);
        duet.states[BOB] = backup;
        var story = new ClosingStory(duet);
        story.tell(BOB, new ChannelCommand.FundingSpent(latest, new BlockHeight(ClosingStory.START)));
        story.tell(BOB, new ChannelCommand.SpendUndone(new OutPoint(Duet.FUNDING_TX.txid(), 0)));
        var funding = new OutPoint(Duet.FUNDING_TX.txid(), 0);
        assertThat(story.chain.mempool()).noneMatch(tx -> tx.inputs().getFirst().outPoint().equals(funding));
        assertThat(duet.states[BOB]).isInstanceOf(ChannelState.Closing.class);
    }

    @Test
    void a_spend_of_an_output_that_is_taken_back_is_made_again() {
        var duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        var story = new ClosingStory(duet);
        story.forceClose(ALICE);
        story.blocks(2);
        var closing = (ChannelState.Closing) duet.states[BOB];
        var spend = closing.progress().spends().getFirst();
        story.tell(BOB, new ChannelCommand.SpendUndone(spend.outPoint()));
        closing = (ChannelState.Closing) duet.states[BOB];
        assertThat(closing.progress().spends()).isEmpty();
        assertThat(OnChain.decide(story.context(BOB), closing, new ChannelCommand.SpendUndone(spend.outPoint())))
                .isEqualTo(Decision.nothing());
        assertThat(OnChain.resume(story.context(BOB), closing)).anySatisfy(effect -> assertThat(effect)
                .isInstanceOfSatisfying(ChannelEffect.BringHome.class, home -> assertThat(home.wants())
                        .extracting(wanted -> wanted.outPoint())
                        .containsExactly(spend.outPoint())));
    }

    private static void assertFulfilled(ClosingStory story, long id) {
        assertThat(story.settled.get(ALICE)).containsExactly(new ChannelEffect.HtlcSettled(
                new HtlcOrigin.Local(Bytes32.ZERO, 1), id, new HtlcResult.Fulfilled(Duet.preimage(1))));
    }

    @Test
    void a_restart_watches_the_spends_that_it_knows_for_a_reorganisation_may_come_later() {
        var duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        var story = new ClosingStory(duet);
        story.forceClose(ALICE);
        story.blocks(2);
        var closing = (ChannelState.Closing) duet.states[BOB];
        OutPoint output = closing.progress().spends().getFirst().outPoint();
        List<ChannelEffect> effects = OnChain.resume(story.context(BOB), closing);
        for (OutPoint known : List.of(closing.channel().funding(), output))
            assertThat(effects).anySatisfy(effect -> assertThat(effect)
                    .isInstanceOfSatisfying(ChannelEffect.WatchSpent.class,
                            watch -> assertThat(watch.outPoint()).isEqualTo(known)))
                    .contains(new ChannelEffect.AskUnspent(known));
    }
}
