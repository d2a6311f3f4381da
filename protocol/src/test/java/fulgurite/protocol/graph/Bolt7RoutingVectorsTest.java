package fulgurite.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.Vectors;
import fulgurite.protocol.graph.RouteRequest.AnyNode;
import fulgurite.protocol.graph.RouteRequest.Limits;
import fulgurite.protocol.graph.search.PathFinding;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BOLT 7, Routing Example: four nodes in a square, the terms and the numbers as published. */
class Bolt7RoutingVectorsTest {
    private static final NodeId A = TestGraph.node(1);
    private static final NodeId B = TestGraph.node(2);
    private static final NodeId C = TestGraph.node(3);
    private static final NodeId D = TestGraph.node(4);
    private static final int HEIGHT = 800_000;
    private static final int MIN_FINAL = 18;
    private static final int SHADOW = 42;

    @Test
    void the_three_published_routes_cost_and_last_what_is_published() {
        Route direct = find(B, List.of());
        assertThat(direct.hops()).hasSize(1);
        expect(direct.hops().getFirst(), B, C, 4_999_999, MIN_FINAL + SHADOW, 0);

        Route throughB = find(A, List.of());
        assertThat(throughB.hops()).hasSize(2);
        expect(throughB.hops().getFirst(), A, B, 5_010_198, 20 + MIN_FINAL + SHADOW, 10_199);
        expect(throughB.hops().getLast(), B, C, 4_999_999, MIN_FINAL + SHADOW, 0);

        Route throughD = find(A, List.of(B));
        assertThat(throughD.hops()).hasSize(2);
        expect(throughD.hops().getFirst(), A, D, 5_020_398, 40 + MIN_FINAL + SHADOW, 20_399);
        expect(throughD.hops().getLast(), D, C, 4_999_999, MIN_FINAL + SHADOW, 0);

        Vectors.report("BOLT 7", "routing example", 3);
    }

    private static void expect(Route.Hop hop, NodeId from, NodeId to, long amount, int blocks, long fee) {
        assertThat(hop.from()).isEqualTo(from);
        assertThat(hop.to()).isEqualTo(to);
        assertThat(hop.amount()).isEqualTo(MilliSatoshi.msat(amount));
        assertThat(hop.expiry().blocksFrom(new BlockHeight(HEIGHT))).isEqualTo(blocks);
        assertThat(hop.fee()).isEqualTo(MilliSatoshi.msat(fee));
    }

    private static Route find(NodeId source, List<NodeId> excluded) {
        var request = new RouteRequest(new AnyNode(source), C, MilliSatoshi.msat(4_999_999),
                new CltvDelta(MIN_FINAL + SHADOW), new BlockHeight(HEIGHT),
                new Limits(MilliSatoshi.msat(100_000), new CltvDelta(2016), 20), excluded, List.of(), List.of());
        RouteResult result = PathFinding.findRoute(square(), request);
        assertThat(result).isInstanceOf(RouteResult.Found.class);
        return ((RouteResult.Found) result).route();
    }

    private static RoutingTable square() {
        var graph = new TestGraph();
        connect(graph, 1, A, 1, B, 2);
        connect(graph, 2, B, 2, C, 3);
        connect(graph, 3, A, 1, D, 4);
        connect(graph, 4, D, 4, C, 3);
        return graph.table();
    }

    /** Node n of the example asks n × 10 blocks and n × (100 msat + 1000 millionths). */
    private static void connect(TestGraph graph, int channel, NodeId a, int rankA, NodeId b, int rankB) {
        graph.channel(channel, a, b, Satoshi.sat(1_000_000));
        graph.terms(channel, a, terms(rankA), true);
        graph.terms(channel, b, terms(rankB), true);
    }

    private static RoutingPolicy terms(int rank) {
        return TestGraph.policy(100L * rank, 1000L * rank, 10 * rank, 1, 1_000_000_000);
    }
}
