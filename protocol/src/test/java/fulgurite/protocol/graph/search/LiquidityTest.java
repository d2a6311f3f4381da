package fulgurite.protocol.graph.search;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A channel of a million millisatoshi between two nodes, and what attempts tell about it. */
class LiquidityTest {
    private static final long CAPACITY = 1_000_000;
    private static final Timestamp NOW = new Timestamp(1_700_000_000_000L);
    private static final Timestamp HALF_LATER = new Timestamp(NOW.epochMillis() + Liquidity.HALF_LIFE_MS);
    private final Topology topology = Topology
            .of(List.of(new Topology.Link(DrawnGraph.channel(1), DrawnGraph.node(1), DrawnGraph.node(2))));
    private final int there = topology.slotFromNode1(0);
    private final int back = topology.twin(there);

    @Test
    void nothing_is_known_at_first() {
        Liquidity unknown = Liquidity.unknown(topology);
        assertThat(unknown.leastMsat(there, NOW)).isZero();
        assertThat(unknown.mostMsat(there, CAPACITY, NOW)).isEqualTo(CAPACITY + 1);
        assertThat(unknown.known()).isZero();
    }

    @Test
    void what_passed_one_way_is_a_floor_there_and_a_ceiling_for_the_way_back() {
        Liquidity learned = Liquidity.unknown(topology).passed(there, new MilliSatoshi(300_000), CAPACITY, NOW);
        assertThat(learned.leastMsat(there, NOW)).isEqualTo(300_000);
        assertThat(learned.mostMsat(back, CAPACITY, NOW)).isEqualTo(700_000);
        assertThat(learned.known()).isEqualTo(1);
    }

    @Test
    void what_failed_one_way_is_a_ceiling_there_and_a_floor_for_the_way_back() {
        Liquidity learned = Liquidity.unknown(topology).failed(there, new MilliSatoshi(300_000), CAPACITY, NOW);
        assertThat(learned.mostMsat(there, CAPACITY, NOW)).isEqualTo(300_000);
        assertThat(learned.leastMsat(back, NOW)).isEqualTo(700_000);
    }

    @Test
    void what_passed_before_is_still_known_when_less_passes() {
        Liquidity learned = Liquidity.unknown(topology)
                .passed(there, new MilliSatoshi(300_000), CAPACITY, NOW)
                .passed(there, new MilliSatoshi(1_000), CAPACITY, NOW)
                .passed(back, new MilliSatoshi(200_000), CAPACITY, NOW)
                .passed(back, new MilliSatoshi(2_000), CAPACITY, NOW);
        assertThat(learned.leastMsat(there, NOW)).isEqualTo(300_000);
        assertThat(learned.leastMsat(back, NOW)).isEqualTo(200_000);
    }

    @Test
    void what_is_held_was_there_when_more_passed_or_failed() {
        Liquidity held = Liquidity.unknown(topology).holding(there, 400_000);
        assertThat(held.failed(there, new MilliSatoshi(100_000), CAPACITY, NOW).mostMsat(there, CAPACITY, NOW))
                .isEqualTo(500_000);
        assertThat(held.passed(there, new MilliSatoshi(100_000), CAPACITY, NOW).leastMsat(there, NOW))
                .isEqualTo(500_000);
    }

    @Test
    void half_of_it_is_forgotten_after_a_half_life_and_all_in_the_end() {
        Liquidity learned = Liquidity.unknown(topology)
                .passed(there, new MilliSatoshi(200_000), CAPACITY, NOW)
                .failed(there, new MilliSatoshi(600_000), CAPACITY, NOW);
        assertThat(learned.leastMsat(there, HALF_LATER)).isEqualTo(100_000);
        assertThat(learned.mostMsat(there, CAPACITY, HALF_LATER)).isEqualTo(800_000);
        var later = new Timestamp(NOW.epochMillis() + 100 * Liquidity.HALF_LIFE_MS);
        assertThat(learned.leastMsat(there, later)).isZero();
        assertThat(learned.mostMsat(there, CAPACITY, later)).isEqualTo(CAPACITY + 1);
    }

    @Test
    void what_went_over_for_good_moves_both_bounds() {
        Liquidity learned = Liquidity.unknown(topology)
                .passed(there, new MilliSatoshi(500_000), CAPACITY, NOW)
                .settled(there, new MilliSatoshi(500_000), CAPACITY, NOW);
        assertThat(learned.leastMsat(there, NOW)).isZero();
        assertThat(learned.leastMsat(back, NOW)).isEqualTo(500_000);
    }

    @Test
    void the_older_bound_gives_way_where_two_contradict() {
        Liquidity learned = Liquidity.unknown(topology)
                .failed(there, new MilliSatoshi(100_000), CAPACITY, NOW)
                .passed(there, new MilliSatoshi(400_000), CAPACITY, NOW);
        assertThat(learned.leastMsat(there, NOW)).isEqualTo(400_000);
        assertThat(learned.mostMsat(there, CAPACITY, NOW)).isGreaterThan(400_000);
    }

    @Test
    void what_is_held_counts_until_it_is_taken_back_and_a_value_never_changes() {
        Liquidity before = Liquidity.unknown(topology);
        Liquidity held = before.holding(there, 1000);
        assertThat(held.heldMsat(there)).isEqualTo(1000);
        assertThat(held.heldMsat(back)).isZero();
        assertThat(before.heldMsat(there)).isZero();
        assertThat(held.holding(there, -1000).heldMsat(there)).isZero();
    }

    @Test
    void it_moves_to_another_topology_channel_by_channel() {
        var links = new ArrayList<Topology.Link>();
        for (int number = 0; number < 200; number++)
            links.add(new Topology.Link(DrawnGraph.channel(number + 1), DrawnGraph.node(1), DrawnGraph.node(2)));
        Topology large = Topology.of(links);
        Liquidity learned = Liquidity.unknown(large);
        for (int channel = 0; channel < 200; channel += 3)
            learned = learned.passed(large.slotFromNode1(channel), new MilliSatoshi(channel + 1), CAPACITY, NOW);
        Topology small = Topology.of(links.subList(100, 200));
        Liquidity moved = learned.on(small);
        for (int channel = 100; channel < 200; channel++)
            assertThat(moved.leastMsat(small.slotFromNode1(channel - 100), NOW))
                    .isEqualTo(channel % 3 == 0 ? channel + 1 : 0);
        assertThat(moved.known()).isEqualTo(33);
    }

    @Test
    void the_price_of_failing_grows_with_the_amount_whatever_is_known() {
        var random = new Random(1);
        for (int round = 0; round < 300; round++) {
            DrawnGraph drawn = DrawnGraph.draw(random);
            var costs = new Costs(drawn.view(), Weights.USUAL, drawn.request());
            int slot = random.nextInt(drawn.view().map().topology().slots());
            long before = 0;
            for (long amount = 0; amount < 4_000_000; amount += 1 + random.nextInt(100_000)) {
                long price = costs.failure(slot, amount);
                assertThat(price).isGreaterThanOrEqualTo(before);
                before = price;
            }
        }
    }

    @Test
    void the_logarithm_is_close_and_never_falls() {
        var random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            double x = random.nextDouble() + 1e-9;
            assertThat(Logarithm.ln(x)).isCloseTo(StrictMath.log(x), org.assertj.core.data.Offset.offset(3e-7));
            assertThat(Logarithm.ln(x * (1 + 1e-12))).isGreaterThanOrEqualTo(Logarithm.ln(x));
        }
    }
}
