package fulgurite.simulator.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.protocol.graph.search.SearchingFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.graph.search.Weights;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A drawn network of mainnet's size, and what the finders say of it. */
class ScaleFreeTest {
    @Test
    void a_network_has_as_many_nodes_and_channels_as_asked_few_with_many_and_many_with_few() {
        Topology topology = ScaleFree.draw(10_000, 40_000, 1).topology();
        assertThat(topology.nodes()).isEqualTo(10_000);
        assertThat(topology.channels()).isEqualTo(40_000);
        int[] degrees = IntStream.range(0, topology.nodes())
                .map(node -> topology.firstSlot(node + 1) - topology.firstSlot(node))
                .sorted()
                .toArray();
        assertThat(degrees[0]).isPositive();
        assertThat(degrees[5000]).isLessThan(8);
        assertThat(degrees[9999]).isGreaterThan(300);
    }

    @Test
    void the_same_seed_draws_the_same_and_another_another() {
        ChannelMap one = ScaleFree.draw(100, 300, 1);
        assertThat(terms(ScaleFree.draw(100, 300, 1))).isEqualTo(terms(one));
        assertThat(terms(ScaleFree.draw(100, 300, 2))).isNotEqualTo(terms(one));
    }

    private static List<String> terms(ChannelMap map) {
        return IntStream.range(0, map.topology().slots())
                .mapToObj(slot -> map.topology().other(slot) + " " + map.terms(slot))
                .toList();
    }

    @Test
    void too_few_channels_to_join_the_nodes_are_refused() {
        assertThatThrownBy(() -> ScaleFree.draw(10, 8, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void on_a_large_network_the_fast_search_costs_what_the_textbook_s_costs_or_less() {
        ChannelMap map = ScaleFree.draw(2000, 8000, 7);
        List<RouteRequest> questions = RouteBench.questions(map, 300, 7);
        var space = new SearchSpace();
        for (Weights weights : List.of(Weights.FEES, Weights.USUAL)) {
            PathFinder fast = SearchingFinder.twoSided("fast", weights, space);
            PathFinder plain = SearchingFinder.textbook("plain", weights, space);
            long[] clock = {0};
            RouteBench.Result quick = RouteBench.run(fast, View.of(map), questions, () -> clock[0]++);
            RouteBench.Result slow = RouteBench.run(plain, View.of(map), questions, () -> clock[0]++);
            RouteBench.Comparison compared = RouteBench.compare(quick, slow);
            assertThat(compared.dearer()).isZero();
            assertThat(compared.equal()).isGreaterThan(285);
            assertThat(quick.found()).isGreaterThan(280);
        }
    }
}
