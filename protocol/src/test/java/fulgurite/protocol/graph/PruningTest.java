package fulgurite.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Timestamp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two public channels of others and one of ours, last spoken of in the first seconds of time. */
class PruningTest {
    private static final RoutingPolicy TERMS = TestGraph.policy(1, 1, 1, 1, 1000);
    private static final long TWO_WEEKS = 14 * 24 * 60 * 60;
    private final TestGraph graph = new TestGraph()
            .channel(1, TestGraph.node(1), TestGraph.node(2), Satoshi.sat(1000))
            .channel(2, TestGraph.node(2), TestGraph.node(3), Satoshi.sat(1000))
            .channel(3, TestGraph.node(4), TestGraph.node(2), Satoshi.sat(1000))
            .terms(1, TestGraph.node(1), TERMS, true)
            .terms(3, TestGraph.node(4), TERMS, true);

    private GraphDecision pruneAt(long seconds) {
        return RoutingTable.decide(new GraphContext(TestGraph.CHAIN, Timestamp.ofEpochSeconds(seconds)),
                graph.table(), new GraphCommand.PruneStale(TestGraph.node(4)));
    }

    @Test
    void what_was_spoken_of_within_two_weeks_stays() {
        assertThat(pruneAt(TWO_WEEKS + 1)).isInstanceOf(GraphDecision.Ignored.class);
    }

    @Test
    void others_channels_whose_one_side_is_silent_for_longer_are_forgotten_but_ours_never() {
        assertThat(pruneAt(TWO_WEEKS + 10)).isEqualTo(new GraphDecision.Accepted(
                List.of(new GraphEvent.ChannelForgotten(TestGraph.scid(1))), List.of()));
    }
}
