package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.ChannelState;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A channel is over only when whatever it brought home is final: what is deeper is no concern of it any more. */
class FinalityTest {
    private static final int FINAL = ChannelLimits.REGTEST.irrevocableDepth();

    static Stream<Arguments> everyEnd() {
        var all = new ArrayList<Arguments>();
        for (CommitmentFormat format : CommitmentFormat.values())
            for (int closer : new int[]{ALICE, BOB})
                for (boolean known : new boolean[]{false, true}) all.add(Arguments.of(format, closer, known));
        return all.stream();
    }

    /** Each side has an HTLC on its way; the receivers know the preimages, or do not. */
    @ParameterizedTest
    @MethodSource("everyEnd")
    void nobody_is_done_before_what_came_home_is_final(CommitmentFormat format, int closer, boolean known) {
        Duet duet = Duet.open(format);
        long toBob = duet.offer(ALICE, 1, 50_000, 130);
        long toAlice = duet.offer(BOB, 2, 60_000, 130);
        duet.commit();
        if (known) {
            duet.learn(BOB, toBob, 1);
            duet.learn(ALICE, toAlice, 2);
        }
        var story = new ClosingStory(duet);
        story.forceClose(closer);

        var changed = new ArrayList<BlockHeight>(List.of(story.chain.height(), story.chain.height()));
        var balance = new ArrayList<Satoshi>(List.of(Satoshi.ZERO, Satoshi.ZERO));
        var over = new ArrayList<Boolean>(List.of(false, false));
        for (int block = 0; block < 200 && over.contains(false); block++) {
            story.block();
            for (int who : new int[]{ALICE, BOB}) {
                if (!story.balance(who).equals(balance.get(who))) {
                    balance.set(who, story.balance(who));
                    changed.set(who, story.chain.height());
                }
                if (over.get(who) || !(duet.states[who] instanceof ChannelState.Closed)) continue;
                over.set(who, true);
                assertThat(story.chain.height().since(changed.get(who)) + 1).as("depth of the last sweep")
                        .isGreaterThanOrEqualTo(FINAL);
            }
        }
        assertThat(over).doesNotContain(false);
        long ended = known ? 610_000 : 600_000;
        assertThat(story.balance(ALICE).sat()).isBetween(ended - 9_000, ended);
        assertThat(story.balance(BOB).sat()).isBetween(1_000_000 - ended - 9_000, 1_000_000 - ended);
    }

    @Test
    void a_small_htlc_in_the_peers_commitment_fails_after_its_expiry_and_no_earlier() {
        Duet duet = Duet.open(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX);
        long id = duet.offer(ALICE, 1, 800, 130);
        duet.commit();
        var story = new ClosingStory(duet);
        story.forceClose(BOB);
        while (story.chain.height().height() < 130) {
            story.block();
            assertThat(duet.states[ALICE]).isNotInstanceOf(ChannelState.Closed.class);
        }
        story.playUntilClosed(ALICE);
        assertThat(story.settled.get(ALICE)).singleElement()
                .extracting(ChannelEffect.HtlcSettled::htlcId)
                .isEqualTo(id);
    }

    @ParameterizedTest
    @EnumSource
    void a_commitment_is_published_with_its_funding_and_a_child_that_pays_for_it(CommitmentFormat format) {
        Duet duet = Duet.open(format);
        duet.apply(ALICE, new ChannelEvent.ClosedUnilaterally("we closed",
                Optional.of(duet.signedCommitment(ALICE))));
        var story = new ClosingStory(duet);

        List<ChannelEffect> effects = OnChain.resume(story.context(ALICE), (ChannelState.Closing) duet.states[ALICE]);

        assertThat(effects).contains(new ChannelEffect.Publish(Duet.FUNDING_TX),
                new ChannelEffect.Publish(duet.signedCommitment(ALICE)));
        int wanted = effects.stream()
                .filter(ChannelEffect.BringHome.class::isInstance)
                .mapToInt(effect -> ((ChannelEffect.BringHome) effect).wants().size())
                .sum();
        assertThat(wanted).isEqualTo(format.hasAnchors() ? 1 : 0);
    }
}
