package fulgurite.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Features;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tables with public, private, spent and half-known channels, in bytes and back. */
class TableSnapshotTest {
    private static RoutingTable drawn(int channels) {
        var random = new Random(channels);
        var graph = new TestGraph();
        for (int number = 1; number <= channels; number++) {
            var a = TestGraph.node(1 + random.nextInt(9));
            var b = TestGraph.node(10 + random.nextInt(9));
            if (number % 5 == 0)
                graph.apply(new GraphEvent.PrivateChannelAdded(TestGraph.scid(number), a.compareTo(b) < 0 ? a : b,
                        a.compareTo(b) < 0 ? b : a, Satoshi.sat(number)));
            else
                graph.channel(number, a, b, Satoshi.sat(1000 + number));
            if (number % 3 != 0) graph.terms(number, a, TestGraph.policy(1, 2, 3, 4, 5), random.nextBoolean());
            if (number % 4 != 0) graph.terms(number, b, TestGraph.policy(5, 4, 3, 2, 1), true);
            if (number % 7 == 0)
                graph.apply(new GraphEvent.ChannelSpent(TestGraph.scid(number), new BlockHeight(number)));
        }
        for (int node = 1; node < 10; node += 2)
            graph.apply(new GraphEvent.NodeAnnounced(OwnGossip.nodeAnnouncement(Features.EMPTY,
                    Timestamp.ofEpochSeconds(node), "node " + node, Bytes.zeros(3), Bytes.EMPTY,
                    TestGraph.secret(node))));
        return graph.table();
    }

    @Test
    void a_table_comes_back_as_it_was() {
        for (int channels : new int[]{0, 1, 50, 300})
            assertThat(TableSnapshot.read(TableSnapshot.write(drawn(channels)))).isEqualTo(drawn(channels));
    }

    @Test
    void bytes_that_break_off_or_are_of_another_version_are_refused() {
        byte[] whole = TableSnapshot.write(drawn(20));
        for (int size = 0; size < whole.length; size += 7) {
            byte[] cut = Arrays.copyOf(whole, size);
            assertThatThrownBy(() -> TableSnapshot.read(cut)).isInstanceOf(MalformedException.class);
        }
        whole[0] = 99;
        assertThatThrownBy(() -> TableSnapshot.read(whole)).isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 99");
    }
}
