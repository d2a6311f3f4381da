package fulgurite.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void a_network_is_connected_and_no_two_nodes_have_two_channels(long seed) {
        Topology topology = Topology.draw(40, 2, new SplittableRandom(seed));
        var pairs = new TreeSet<String>();
        var reached = new TreeSet<Integer>();
        reached.add(0);
        for (int i = 0; i < 40; i++)
            for (Topology.PlannedChannel channel : topology.channels())
                if (reached.contains(channel.opener()) || reached.contains(channel.other())) {
                    reached.add(channel.opener());
                    reached.add(channel.other());
                }
        for (Topology.PlannedChannel channel : topology.channels()) {
            int lower = Math.min(channel.opener(), channel.other());
            int higher = Math.max(channel.opener(), channel.other());
            assertThat(lower).isNotEqualTo(higher);
            assertThat(pairs.add(lower + "-" + higher)).as("a second channel " + lower + "-" + higher).isTrue();
            assertThat(channel.push()).isLessThan(channel.capacity());
        }
        assertThat(reached).hasSize(40);
        assertThat(topology.channels()).hasSizeBetween(60, 120);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nobody_pays_himself_and_payments_begin_in_order_at_the_rate_asked_for(long seed) {
        Workload workload = Workload.draw(1_000, 3, Duration.ofMillis(200), new SplittableRandom(seed));
        var times = new ArrayList<Duration>();
        for (Workload.PlannedPayment payment : workload.payments()) {
            assertThat(payment.payer()).isNotEqualTo(payment.payee()).isBetween(0, 2);
            assertThat(payment.payee()).isBetween(0, 2);
            assertThat(payment.amount().msat()).isBetween(10_000L, 2_000_000_000L);
            times.add(payment.after());
        }
        assertThat(times).isSorted();
        assertThat(times.getLast()).isBetween(Duration.ofSeconds(170), Duration.ofSeconds(230));
    }
}
