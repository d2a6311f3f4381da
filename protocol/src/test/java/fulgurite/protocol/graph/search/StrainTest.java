package fulgurite.protocol.graph.search;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest.AnyNode;
import fulgurite.protocol.graph.RouteRequest.Limits;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest.OwnNode;
import fulgurite.protocol.graph.RouteRequest.Strained;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a channel that failed a payment, and a payer whose channels are small, are still good for. */
class StrainTest {
    private static final long SAT = 1000;

    private static long tooMuch(long... failed) {
        List<Strained> strained = Arrays.stream(failed)
                .mapToObj(amount -> new Strained(DrawnGraph.channel(1), DrawnGraph.node(1), new MilliSatoshi(amount)))
                .toList();
        var request = new RouteRequest(new AnyNode(DrawnGraph.node(1)), DrawnGraph.node(2), new MilliSatoshi(1),
                new CltvDelta(18), DrawnGraph.HEIGHT, Limits.usual(new MilliSatoshi(1)), List.of(), List.of(),
                strained, List.of());
        assertThat(Strain.tooMuchMsat(request, DrawnGraph.channel(1), DrawnGraph.node(2))).isEqualTo(Long.MAX_VALUE);
        return Strain.tooMuchMsat(request, DrawnGraph.channel(1), DrawnGraph.node(1));
    }

    @Test
    void after_each_failure_with_less_a_channel_is_tried_with_much_less_and_at_last_not_at_all() {
        assertThat(tooMuch()).isEqualTo(Long.MAX_VALUE);
        assertThat(tooMuch(1600)).isEqualTo(1500);
        assertThat(tooMuch(1600, 1000)).isEqualTo(500);
        assertThat(tooMuch(1600, 1000, 480)).isEqualTo(120);
        assertThat(tooMuch(1600, 1000, 480, 100)).isEqualTo(12);
        assertThat(tooMuch(1600, 1000, 480, 100, 10)).isZero();
    }

    @Test
    void parts_that_failed_together_have_told_one_thing() {
        assertThat(tooMuch(1600, 1600, 1600, 1600, 1600, 1600)).isEqualTo(1500);
        assertThat(tooMuch(1600, 1590, 1601, 1520)).isEqualTo(1520 - 95);
    }

    /**
     * Four channels of 100,000 sat and four of 60,000, each to a neighbour of its own; from there a channel that is wide,
     * and one that costs nothing and takes little: crumbs would become parts of their own.
     */
    @Test
    void the_channels_of_a_payer_are_used_up_with_a_part_for_each() {
        var links = new ArrayList<Topology.Link>();
        var own = new ArrayList<LocalChannel>();
        for (int first : new int[]{0, 50})
            for (int peer = 3; peer <= 10; peer++)
                links.add(
                        new Topology.Link(DrawnGraph.channel(first + peer), DrawnGraph.node(2), DrawnGraph.node(peer)));
        for (int peer = 3; peer <= 10; peer++) {
            own.add(new LocalChannel(DrawnGraph.channel(100 + peer), DrawnGraph.node(peer),
                    new MilliSatoshi((peer < 7 ? 100_000 : 60_000) * SAT), new MilliSatoshi(1)));
        }
        Topology topology = Topology.of(links);
        ChannelMap map = ChannelMap.of(topology,
                slot -> topology.channel(topology.channelOf(slot)).blockHeight().height() < 50
                        ? new Terms(true, 0, 100, 40, 1, 1_000_000 * SAT, 1_000_000)
                        : new Terms(true, 0, 0, 40, 1, 30_000 * SAT, 1_000_000),
                node -> false);
        var amount = new MilliSatoshi(630_000 * SAT);
        var request = new RouteRequest(new OwnNode(DrawnGraph.node(1), own), DrawnGraph.node(2), amount,
                new CltvDelta(18), DrawnGraph.HEIGHT, Limits.usual(amount));
        PathFinder finder = SearchingFinder.probabilistic(new SearchSpace());
        assertThat(finder.split(View.of(map), request, 8)).isInstanceOfSatisfying(PathFinder.Parts.class, parts -> {
            assertThat(parts.routes()).hasSize(8);
            assertThat(parts.routes().stream().mapToLong(part -> part.amount().msat()).sum()).isEqualTo(amount.msat());
            for (Route part : parts.routes())
                assertThat(own).anyMatch(channel -> channel.shortChannelId()
                        .equals(part.hops()
                                .getFirst()
                                .shortChannelId())
                        && part.amountWithFees().msat() <= channel.spendable().msat());
        });
    }
}
