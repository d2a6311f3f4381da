package fulgurite.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that follows its events, against one that is made of the table anew. */
class NetworkTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_map_that_follows_the_events_is_the_map_of_the_table(long seed) {
        var random = new Random(seed);
        var graph = new TestGraph();
        Network network = Network.EMPTY;
        int shared = 0;
        for (int round = 0; round < 150; round++) {
            GraphEvent event = event(random, graph);
            graph.apply(event);
            ChannelMap before = network.map();
            network = network.after(List.of(event), graph.table());
            // Sometimes several events pass before anyone looks.
            if (random.nextInt(3) == 0) continue;
            expectSame(network.map(), Network.of(graph.table()).map());
            if (network.map().topology() == before.topology()) shared++;
        }
        expectSame(network.map(), Network.of(graph.table()).map());
        assertThat(shared).isGreaterThan(20);
        assertThat(network.map()).isSameAs(network.map());
    }

    private static GraphEvent event(Random random, TestGraph graph) {
        int number = 1 + random.nextInt(12);
        NodeId one = TestGraph.node(1 + number % 4);
        NodeId two = TestGraph.node(1 + (number + 1 + number % 3) % 5);
        boolean known = graph.table().channel(TestGraph.scid(number)).isPresent();
        if (!known || one.equals(two)) return added(number, one.equals(two) ? TestGraph.node(9) : one, two);
        return switch (random.nextInt(8)) {
            case 0 -> new GraphEvent.ChannelForgotten(TestGraph.scid(number));
            case 1 -> new GraphEvent.ChannelSpent(TestGraph.scid(number), new BlockHeight(5));
            case 2 -> new GraphEvent.NodeAnnounced(OwnGossip.nodeAnnouncement(
                    random.nextBoolean() ? Features.ofBits(200) : Features.EMPTY, Timestamp.ofEpochSeconds(1), "n",
                    Bytes.zeros(3), Bytes.EMPTY, TestGraph.secret(1 + number % 4)));
            default -> terms(random, graph, number);
        };
    }

    private static GraphEvent added(int number, NodeId one, NodeId two) {
        boolean ordered = one.compareTo(two) < 0;
        return new GraphEvent.PrivateChannelAdded(TestGraph.scid(number), ordered ? one : two, ordered ? two : one,
                Satoshi.sat(1000 + number));
    }

    private static GraphEvent terms(Random random, TestGraph graph, int number) {
        KnownChannel channel = graph.table().channel(TestGraph.scid(number)).orElseThrow();
        var other = new TestGraph().channel(number, channel.node1(), channel.node2(), channel.capacity())
                .terms(number, random.nextBoolean() ? channel.node1() : channel.node2(),
                        TestGraph.policy(random.nextInt(5000), random.nextInt(5000), random.nextInt(100), 1, 900_000),
                        random.nextInt(5) != 0);
        KnownChannel changed = other.table().channel(TestGraph.scid(number)).orElseThrow();
        return new GraphEvent.ChannelUpdated(changed.update1().or(changed::update2).orElseThrow());
    }

    private static void expectSame(ChannelMap map, ChannelMap fresh) {
        assertThat(all(map)).isEqualTo(all(fresh));
        for (int node = 0; node < map.topology().nodes(); node++)
            assertThat(map.isClosed(node)).isEqualTo(fresh.isClosed(node));
    }

    private static List<Object> all(ChannelMap map) {
        var all = new ArrayList<Object>();
        for (int slot = 0; slot < map.topology().slots(); slot++) {
            Terms terms = map.terms(slot);
            all.add(List.of(map.topology().node(map.topology().other(slot)),
                    map.topology().node(map.topology().target(slot)),
                    map.topology().channel(map.topology().channelOf(slot)), terms));
        }
        return all;
    }
}
