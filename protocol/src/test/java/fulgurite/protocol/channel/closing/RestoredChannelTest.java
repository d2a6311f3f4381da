package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelCommand;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.channel.Decision;
import fulgurite.protocol.channel.Refusal;
import fulgurite.protocol.transactions.ClosingTransactions;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.ChannelReestablish;
import fulgurite.protocol.wire.Features;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A channel of which Bob has nothing but a backup: what he does not do, and what he gets back. */
class RestoredChannelTest {
    private static final long MAX_COST_SAT = 9_000;

    @ParameterizedTest
    @EnumSource
    void takes_its_balance_from_the_first_commitment(CommitmentFormat format) {
        ClosingStory story = lost(Duet.open(format));
        story.forceClose(ALICE);
        story.playToTheEnd();
        assertBalance(story, BOB, 400_000);
        assertBalance(story, ALICE, 600_000);
        assertThat(reason(story)).isEqualTo("closed by the peer after we had lost data");
        assertThat(story.warnings.get(BOB)).hasSize(1).first().asString().contains("we have lost data");
    }

    @ParameterizedTest
    @EnumSource
    void takes_its_balance_from_a_commitment_after_payments(CommitmentFormat format) {
        ClosingStory story = lost(paid(Duet.open(format)));
        story.forceClose(ALICE);
        story.playToTheEnd();
        assertBalance(story, BOB, 450_000);
        assertBalance(story, ALICE, 550_000);
    }

    @ParameterizedTest
    @EnumSource
    void takes_the_delayed_balance_of_a_commitment_that_it_published_before_the_loss(CommitmentFormat format) {
        Duet duet = paid(Duet.open(format));
        Tx ours = duet.signedCommitment(BOB);
        ClosingStory story = lost(duet);
        story.chain.submit(ours);
        story.blocks(Duet.DELAY);
        assertThat(story.balance(BOB)).isEqualTo(Satoshi.ZERO);
        story.playToTheEnd();
        assertBalance(story, BOB, 450_000);
        assertBalance(story, ALICE, 550_000);
        assertThat(reason(story)).isEqualTo("closed by us before the data was lost");
    }

    @ParameterizedTest
    @EnumSource
    void knows_a_mutual_close_when_it_sees_one(CommitmentFormat format) {
        Duet duet = Duet.open(format);
        ClosingStory story = lost(duet);
        story.silent[ALICE] = true;
        story.chain.submit(mutual(story));
        story.playUntilClosed(BOB);
        assertThat(reason(story)).isEqualTo("closed by both");
        assertThat(story.warnings.get(BOB)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void asks_its_peer_to_close_at_each_connection_until_the_chain_has_a_close(CommitmentFormat format) {
        ClosingStory story = lost(Duet.open(format));
        for (int i = 0; i < 2; i++) {
            Decision asked = decide(story, new ChannelCommand.LinkUp(Features.EMPTY));
            assertThat(asked.eventsOrNone()).isEmpty();
            assertThat(asked.effectsOrNone()).filteredOn(ChannelEffect.Send.class::isInstance)
                    .singleElement()
                    .satisfies(effect -> {
                        var message = (ChannelReestablish) ((ChannelEffect.Send) effect).message();
                        assertThat(message.nextCommitmentNumber()).isZero();
                        assertThat(message.nextRevocationNumber()).isZero();
                        assertThat(message.channelId()).isEqualTo(story.duet.channel(BOB).id());
                    });
            assertThat(asked.effectsOrNone()).anyMatch(ChannelEffect.WarnOperator.class::isInstance);
        }
        story.forceClose(ALICE);
        story.block();
        assertThat(decide(story, new ChannelCommand.LinkUp(Features.EMPTY)).effectsOrNone()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void publishes_nothing_whatever_it_is_asked(CommitmentFormat format) {
        ClosingStory story = lost(Duet.open(format));
        assertThat(decide(story, new ChannelCommand.ForceClose()))
                .isEqualTo(Decision.refuse(new Refusal.WrongState("Closing")));
        var resumed = Channel.resume(story.context(BOB), story.duet.states[BOB]);
        assertThat(resumed).noneMatch(ChannelEffect.Publish.class::isInstance)
                .anyMatch(ChannelEffect.WatchSpent.class::isInstance);
        story.blocks(20);
        assertThat(story.chain.spendOf(new OutPoint(Duet.FUNDING_TX.txid(), 0))).isEmpty();
    }

    /** From now on Bob has his backup only. */
    private static ClosingStory lost(Duet duet) {
        var restored = new ChannelEvent.ChannelRestored(duet.channel(BOB).terms(), duet.channel(BOB).funding());
        duet.states[BOB] = Channel.evolve(Channel.INITIAL, restored);
        return new ClosingStory(duet);
    }

    /** 50,000 sat from Alice to Bob. */
    private static Duet paid(Duet duet) {
        long id = duet.offer(ALICE, 1, 50_000, 500);
        duet.commit();
        duet.fulfil(BOB, id, 1);
        duet.commit();
        return duet;
    }

    private static Tx mutual(ClosingStory story) {
        var keys = story.duet.keys;
        Tx bare = ClosingTransactions.build(
                new OutPoint(Duet.FUNDING_TX.txid(), 0),
                new ClosingTransactions.Payout(new MilliSatoshi(600_000_000), story.script(ALICE)),
                new ClosingTransactions.Payout(new MilliSatoshi(400_000_000), story.script(BOB)), new Satoshi(500),
                new Satoshi(354)).orElseThrow();
        var a = keys[ALICE].basepoints().funding();
        var b = keys[BOB].basepoints().funding();
        return Funding.complete(bare, a, Funding.sign(bare, Duet.CAPACITY, a, b, keys[ALICE].funding()), b,
                Funding.sign(bare, Duet.CAPACITY, b, a, keys[BOB].funding()));
    }

    private static Decision decide(ClosingStory story, ChannelCommand command) {
        Channel.Batch batch = Channel.decideAll(story.context(BOB), story.duet.states[BOB], List.of(command));
        assertThat(batch.stop()).isEmpty();
        return batch.decisions().getFirst();
    }

    private static String reason(ClosingStory story) {
        return ((ChannelState.Closed) story.duet.states[BOB]).reason().reason();
    }

    private static void assertBalance(ClosingStory story, int who, long expectedSat) {
        assertThat(story.balance(who).sat()).isBetween(expectedSat - MAX_COST_SAT, expectedSat);
    }
}
