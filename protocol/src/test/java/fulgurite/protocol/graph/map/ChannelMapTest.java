package fulgurite.protocol.graph.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.graph.map.ChannelMap.Change;
import fulgurite.protocol.graph.map.ChannelMap.NodeChange;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random networks in arrays, against the lists that they are made of. */
class ChannelMapTest {
    private static final int NODES = 40;
    private static final int CHANNELS = 300;

    private final Random random = new Random(3);
    private final List<Topology.Link> links = links();
    private final Topology topology = Topology.of(links);
    private final Terms[] terms = new Terms[topology.slots()];
    private final ChannelMap map = drawn();

    private static NodeId node(int number) {
        byte[] key = new byte[PublicKey.SIZE];
        key[0] = 3;
        key[1] = (byte) number;
        return new NodeId(PublicKey.copyOf(key));
    }

    private List<Topology.Link> links() {
        var links = new ArrayList<Topology.Link>();
        for (int number = 0; number < CHANNELS; number++) {
            int a = random.nextInt(NODES);
            int b = (a + 1 + random.nextInt(NODES - 1)) % NODES;
            links.add(new Topology.Link(new ShortChannelId(number * 65_537L), node(a), node(b)));
        }
        return links;
    }

    private ChannelMap drawn() {
        for (int slot = 0; slot < terms.length; slot++) terms[slot] = drawTerms();
        return ChannelMap.of(topology, slot -> terms[slot], node -> node % 7 == 0);
    }

    private Terms drawTerms() {
        return new Terms(random.nextBoolean(), random.nextLong(1L << 32), random.nextLong(1L << 32),
                random.nextInt(1 << 16), random.nextLong(Long.MAX_VALUE), random.nextLong(Long.MAX_VALUE),
                random.nextLong(1L << 44));
    }

    @Test
    void every_channel_is_found_at_both_ends_and_leads_from_one_to_the_other() {
        int slots = 0;
        for (int v = 0; v < topology.nodes(); v++)
            for (int slot = topology.firstSlot(v); slot < topology.firstSlot(v + 1); slot++) {
                slots++;
                assertThat(topology.target(slot)).isEqualTo(v);
                assertThat(topology.twin(topology.twin(slot))).isEqualTo(slot);
                assertThat(topology.other(topology.twin(slot))).isEqualTo(v);
                Topology.Link link = links.get(topology.channelOf(slot));
                assertThat(List.of(topology.node(v), topology.node(topology.other(slot))))
                        .containsExactlyInAnyOrder(link.node1(), link.node2());
            }
        assertThat(slots).isEqualTo(2 * CHANNELS);
    }

    @Test
    void nodes_channels_and_directions_are_found_by_their_ids() {
        for (int channel = 0; channel < CHANNELS; channel++) {
            Topology.Link link = links.get(channel);
            assertThat(topology.indexOf(link.channel())).hasValue(channel);
            int slot = topology.slot(link.channel(), link.node1()).orElseThrow();
            assertThat(topology.node(topology.other(slot))).isEqualTo(link.node1());
            assertThat(topology.slot(link.channel(), link.node2())).hasValue(topology.twin(slot));
            assertThat(topology.slot(link.channel(), node(99))).isEmpty();
        }
        assertThat(topology.indexOf(node(99))).isEmpty();
        assertThat(topology.indexOf(new ShortChannelId(1))).isEmpty();
    }

    @Test
    void only_nodes_with_one_neighbour_are_leaves() {
        var line = Topology.of(List.of(new Topology.Link(new ShortChannelId(1), node(1), node(2)),
                new Topology.Link(new ShortChannelId(2), node(2), node(3)),
                new Topology.Link(new ShortChannelId(3), node(3), node(2))));
        int middle = line.indexOf(node(2)).orElseThrow();
        for (int slot = line.firstSlot(middle); slot < line.firstSlot(middle + 1); slot++) {
            assertThat(line.comesFromLeaf(slot)).isTrue();
            assertThat(line.comesFromLeaf(line.twin(slot))).isFalse();
        }
    }

    @Test
    void terms_come_back_as_they_were_put() {
        for (int slot = 0; slot < topology.slots(); slot++) assertThat(map.terms(slot)).isEqualTo(terms[slot]);
        for (int node = 0; node < topology.nodes(); node++) assertThat(map.isClosed(node)).isEqualTo(node % 7 == 0);
    }

    @Test
    void a_change_leaves_the_map_before_as_it_was_and_shares_all_other_pages() {
        Terms fresh = drawTerms();
        ChannelMap next = map.with(List.of(new Change(5, fresh)), List.of(new NodeChange(1, true)));
        assertThat(next.terms(5)).isEqualTo(fresh);
        assertThat(map.terms(5)).isEqualTo(terms[5]);
        assertThat(next.isClosed(1)).isTrue();
        assertThat(map.isClosed(1)).isFalse();
        for (int slot = 0; slot < topology.slots(); slot++)
            if (slot != 5) assertThat(next.terms(slot)).isEqualTo(terms[slot]);
        assertThat(next.sharedPages(map)).isEqualTo(map.pages() - 1);
        assertThat(next.topology()).isSameAs(topology);
        assertThat(next.sameAs(map)).isFalse();
        assertThat(next.with(List.of(new Change(5, terms[5])), List.of(new NodeChange(1, false))).sameAs(map)).isTrue();
    }

    @Test
    void of_equal_maps_all_share_the_first() {
        var maps = new SharedMaps();
        ChannelMap again = ChannelMap.of(Topology.of(List.copyOf(links)), slot -> terms[slot], node -> node % 7 == 0);
        ChannelMap other = map.with(List.of(new Change(5, drawTerms())), List.of());
        assertThat(maps.shared(map)).isSameAs(map);
        assertThat(maps.shared(again)).isSameAs(map);
        assertThat(maps.shared(other)).isSameAs(other);
        assertThat(maps.shared(map)).isSameAs(map);
    }

    @Test
    void channels_out_of_order_and_terms_out_of_range_are_refused() {
        assertThatThrownBy(() -> Topology.of(List.of(links.get(1), links.get(0))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> map.with(List.of(new Change(0, new Terms(true, 1L << 32, 0, 0, 0, 0, 0))), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
