package fulgurite.protocol.channel.closing;

import static fulgurite.protocol.channel.closing.Duet.ALICE;
import static fulgurite.protocol.channel.closing.Duet.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.HtlcResult;
import fulgurite.protocol.transactions.CommitmentFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random channels with random HTLCs, ended in random ways: nobody loses more than fees, and every origin hears once. */
class OnChainPropertyTest {
    /** For the commitment, and for each HTLC a second stage, the wallet's part in it and a sweep. */
    private static final long BASE_COST_SAT = 4_000;
    private static final long COST_PER_HTLC_SAT = 1_500;
    private static final long DUST_SAT = 546;

    /** An HTLC of the test. @param claimed whether its receiver knows the preimage in time */
    private record Bet(int from, long id, int number, long sat, boolean claimed) {}

    static List<Long> seeds() {
        return LongStream.rangeClosed(1, 40).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void an_honest_end_pays_everybody_and_tells_every_origin_once(long seed) {
        var random = new Random(seed);
        var duet = Duet.open(CommitmentFormat.values()[random.nextInt(2)]);
        List<Bet> bets = bets(duet, random);
        duet.commit();
        int closer = random.nextInt(2);
        if (random.nextInt(3) == 0) {
            // The closer has one commitment more than the other side has seen revoked.
            bets.add(offer(duet, random, 1 - closer, 100));
            duet.sign(1 - closer);
        }
        for (Bet bet : bets) if (bet.claimed()) duet.learn(1 - bet.from(), bet.id(), bet.number());
        var story = new ClosingStory(duet);
        story.forceClose(closer);
        story.playToTheEnd();

        long[] expected = {600_000, 400_000};
        for (Bet bet : bets) {
            boolean moves = bet.claimed() && !isDust(bet);
            expected[bet.from()] -= isDust(bet) || moves ? bet.sat() : 0;
            expected[1 - bet.from()] += moves ? bet.sat() : 0;
            HtlcResult result = moves
                    ? new HtlcResult.Fulfilled(Duet.preimage(bet.number()))
                    : new HtlcResult.TimedOutOnChain();
            assertThat(story.settled.get(bet.from())).filteredOn(s -> s.htlcId() == bet.id())
                    .as(bet.toString())
                    .extracting(ChannelEffect.HtlcSettled::result)
                    .containsExactly(result);
        }
        long cost = BASE_COST_SAT + COST_PER_HTLC_SAT * bets.size();
        for (int who = 0; who < 2; who++)
            assertThat(story.balance(who).sat()).as("side " + who)
                    .isBetween(expected[who] - cost, expected[who]);
        assertThat(story.warnings).allSatisfy(warnings -> assertThat(warnings).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_cheater_loses_everything(long seed) {
        var random = new Random(seed);
        var duet = Duet.open(CommitmentFormat.values()[random.nextInt(2)]);
        List<Bet> bets = bets(duet, random);
        duet.commit();
        Tx old = duet.signedCommitment(ALICE);
        bets.stream()
                .filter(bet -> bet.claimed() && random.nextBoolean())
                .forEach(bet -> duet.fulfil(1 - bet.from(), bet.id(), bet.number()));
        bets.addAll(bets(duet, random, 50));
        // One more at least, so that the commitment is old.
        bets.add(offer(duet, random, ALICE, 99));
        duet.commit();
        var story = new ClosingStory(duet);
        story.silent[ALICE] = true;
        story.chain.submit(old);
        story.playUntilClosed(BOB);
        long dust = bets.stream().filter(OnChainPropertyTest::isDust).mapToLong(Bet::sat).sum();
        assertThat(story.balance(BOB).sat()).isBetween(
                1_000_000 - BASE_COST_SAT - COST_PER_HTLC_SAT * bets.size() - dust, 1_000_000L);
        assertThat(story.balance(ALICE).sat()).isZero();
        assertThat(story.settled.get(BOB)).extracting(ChannelEffect.HtlcSettled::htlcId).doesNotHaveDuplicates();
    }

    private static boolean isDust(Bet bet) {
        return bet.sat() < DUST_SAT;
    }

    private static List<Bet> bets(Duet duet, Random random) {
        return bets(duet, random, 1);
    }

    private static List<Bet> bets(Duet duet, Random random, int firstNumber) {
        var bets = new ArrayList<Bet>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) bets.add(offer(duet, random, random.nextInt(2), firstNumber + i));
        return bets;
    }

    /** Small ones are dust in every format at the test's feerate, great ones in none. */
    private static Bet offer(Duet duet, Random random, int from, int number) {
        long sat = random.nextInt(4) == 0 ? 1 + random.nextInt((int) DUST_SAT - 1) : 5_000 + random.nextInt(40_000);
        long id = duet.offer(from, number, sat, ClosingStory.START + 15 + random.nextInt(30));
        return new Bet(from, id, number, sat, random.nextBoolean());
    }
}
