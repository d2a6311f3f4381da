package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelEffect.HtlcSettled;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.Stage;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random command lists, with connections lost and nodes crashed at random points, from thirty seeds. */
class ChannelPropertiesTest {
    private static final int STEPS = 120;

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void money_is_conserved_and_both_agree_whatever_is_lost_on_the_way(long seed) {
        var both = TwoChannels.open();
        both.invariant = both::assertConserved;
        var chance = new Random(seed);
        int payment = 0;
        for (int step = 0; step < STEPS; step++) payment = randomStep(both, chance, payment, false);

        settleEverything(both);

        assertThat(both.alice.channel().ledger().isClean()).as("alice is clean").isTrue();
        assertThat(both.bob.channel().ledger().isClean()).as("bob is clean").isTrue();
        assertThat(both.alice.channel().ledger().local()).isEqualTo(both.bob.channel().ledger().remote());
        both.assertCommitmentsAgree();
        assertBalancesAreThePayments(both);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void law_1_a_replayed_journal_is_the_live_state_once_the_link_is_lost(long seed) {
        var both = TwoChannels.open();
        var chance = new Random(seed);
        int payment = 0;
        for (int step = 0; step < STEPS; step++) {
            payment = randomStep(both, chance, payment, false);
            for (Participant p : List.of(both.alice, both.bob)) {
                var replayed = Channel.evolveAll(Channel.INITIAL, p.journal);
                assertThat(afterLinkLost(p, replayed)).isEqualTo(afterLinkLost(p, p.state));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void law_2_a_crash_at_any_event_loses_nothing(long seed) {
        var both = TwoChannels.open();
        both.invariant = both::assertConserved;
        var chance = new Random(seed);
        int payment = 0;
        for (int step = 0; step < STEPS; step++) payment = randomStep(both, chance, payment, true);

        settleEverything(both);

        assertThat(both.alice.channel().ledger().isClean()).isTrue();
        assertThat(both.bob.channel().ledger().isClean()).isTrue();
        both.assertCommitmentsAgree();
        assertBalancesAreThePayments(both);
    }

    private static ChannelState afterLinkLost(Participant p, ChannelState state) {
        return Channel.decideAll(p.context, state, List.of(new LinkLost())).state();
    }

    private static int randomStep(TwoChannels both, Random chance, int payment, boolean crashes) {
        Participant p = chance.nextBoolean() ? both.alice : both.bob;
        switch (chance.nextInt(crashes ? 22 : 20)) {
            case 0, 1, 2 -> p.tell(htlc(1 + chance.nextInt(40_000_000), payment++));
            case 3 -> p.tell(htlc(1 + chance.nextInt(700_000), payment++), new Commit());
            case 4, 5 -> settleOne(both, p, chance);
            case 6, 7 -> p.tell(new Commit());
            case 8 -> p.tell(new UpdateFee(new FeeratePerKw(253 + chance.nextInt(3000))));
            case 9 -> {
                if (chance.nextInt(3) == 0) {
                    both.disconnect();
                    both.reconnect();
                }
            }
            case 20, 21 -> crash(both, p, chance);
            default -> {
                for (int i = chance.nextInt(4); i >= 0; i--)
                    both.deliverOne(chance.nextBoolean() ? both.alice : both.bob);
            }
        }
        assertThat(both.alice.state).as("alice's channel lives").isInstanceOf(Normal.class);
        assertThat(both.bob.state).as("bob's channel lives").isInstanceOf(Normal.class);
        return payment;
    }

    /** The node's last journal write is durable, its effects are lost, and so is everything on the wire. */
    private static void crash(TwoChannels both, Participant p, Random chance) {
        List<ChannelCommand> last = List.of(htlc(1 + chance.nextInt(1_000_000), 100_000 + chance.nextInt(1 << 20)),
                new Commit());
        Channel.Batch batch = chance.nextBoolean() && !both.other(p).outbox.isEmpty()
                ? Channel.decideAll(p.context, p.state, List.of(new Receive(both.other(p).outbox.poll())))
                : Channel.decideAll(p.context, p.state, last);
        assertThat(batch.stop()).isEmpty();
        p.journal.addAll(batch.events());
        p.restart(p.journal.size());
        both.disconnect();
        both.reconnect();
    }

    private static void settleOne(TwoChannels both, Participant p, Random chance) {
        var open = new ArrayList<Htlc>();
        for (Htlc h : p.channel().ledger().htlcs())
            if (h.offeredBy() == Side.REMOTE && h.stage() == Stage.IRREVOCABLE && h.removal().isEmpty()) open.add(h);
        if (open.isEmpty()) return;
        settle(p, open.get(chance.nextInt(open.size())), chance.nextBoolean());
    }

    private static void settle(Participant p, Htlc htlc, boolean pay) {
        if (!pay) {
            p.tell(new FailHtlc(htlc.id(), Bytes.fromHex("00")));
            return;
        }
        for (int n = 0; n < 1000; n++)
            if (TwoChannels.hash(n).equals(htlc.paymentHash())) {
                p.tell(new FulfilHtlc(htlc.id(), preimage(n)));
                return;
            }
        p.tell(new FailHtlc(htlc.id(), Bytes.fromHex("01")));
    }

    private static void settleEverything(TwoChannels both) {
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        both.commit();
        for (Participant p : List.of(both.alice, both.bob))
            for (Htlc h : p.channel().ledger().htlcs())
                if (h.offeredBy() == Side.REMOTE && h.removal().isEmpty()) settle(p, h, true);
        both.commit();
    }

    /** Each side's balance is what it began with, less what its fulfilled HTLCs paid, plus what the other's did. */
    private static void assertBalancesAreThePayments(TwoChannels both) {
        long paidByAlice = paid(both.alice);
        long paidByBob = paid(both.bob);
        assertThat(both.alice.channel().ledger().local())
                .isEqualTo(new MilliSatoshi(700_000_000 - paidByAlice + paidByBob));
    }

    private static long paid(Participant p) {
        var offered = new TreeMap<Long, Long>();
        for (ChannelEvent e : p.journal)
            if (e instanceof ChannelEvent.HtlcOffered o) offered.put(o.htlcId(), o.amount().msat());
        var settled = new TreeMap<Long, HtlcResult>();
        for (HtlcSettled s : p.effects(HtlcSettled.class)) settled.put(s.htlcId(), s.result());
        assertThat(settled.keySet()).as("every HTLC that was offered has its result").isEqualTo(offered.keySet());
        return settled.entrySet()
                .stream()
                .filter(e -> e.getValue() instanceof HtlcResult.Fulfilled)
                .mapToLong(e -> offered.get(e.getKey()))
                .sum();
    }
}
