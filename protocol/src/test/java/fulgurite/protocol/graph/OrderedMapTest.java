package fulgurite.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderedMapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void it_holds_what_a_tree_map_holds_after_any_changes(long seed) {
        var random = new Random(seed);
        var expected = new TreeMap<Integer, Integer>();
        OrderedMap<Integer, Integer> map = OrderedMap.empty();
        for (int step = 0; step < 5000; step++) {
            int key = random.nextInt(400);
            if (random.nextInt(5) < 3) {
                expected.put(key, step);
                map = map.with(key, step);
            } else {
                expected.remove(key);
                map = map.without(key);
            }
            assertThat(map.size()).isEqualTo(expected.size());
            assertThat(map.get(key).orElse(-1)).isEqualTo(expected.getOrDefault(key, -1));
            if (step % 100 == 0) assertThat(entries(map)).isEqualTo(List.copyOf(expected.entrySet()));
        }
        assertThat(entries(map)).isEqualTo(List.copyOf(expected.entrySet()));
    }

    @Test
    void an_older_version_stays_as_it_was() {
        OrderedMap<Integer, String> old = OrderedMap.<Integer, String>empty().with(1, "a").with(2, "b").with(3, "c");
        OrderedMap<Integer, String> changed = old.with(2, "x").without(3);
        assertThat(old.get(2)).contains("b");
        assertThat(old.get(3)).contains("c");
        assertThat(changed.get(2)).contains("x");
        assertThat(changed.size()).isEqualTo(2);
    }

    @Test
    void maps_with_the_same_entries_are_equal_however_they_were_built() {
        OrderedMap<Integer, Integer> up = OrderedMap.empty();
        OrderedMap<Integer, Integer> down = OrderedMap.<Integer, Integer>empty().with(1000, 0);
        for (int i = 0; i < 100; i++) {
            up = up.with(i, i);
            down = down.with(99 - i, 99 - i);
        }
        down = down.without(1000);
        assertThat(up).isEqualTo(down).hasSameHashCodeAs(down);
        assertThat(up).isNotEqualTo(down.with(5, 6)).isNotEqualTo(down.without(5));
    }

    @Test
    void a_change_of_a_large_map_copies_only_a_path() {
        OrderedMap<Integer, Integer> map = OrderedMap.empty();
        for (int i = 0; i < 100_000; i++) map = map.with(i, i);
        assertThat(map.height()).isLessThanOrEqualTo(24);
        for (int i = 0; i < 90_000; i++) map = map.without(i);
        assertThat(map.height()).isLessThanOrEqualTo(20);
    }

    private static List<Map.Entry<Integer, Integer>> entries(OrderedMap<Integer, Integer> map) {
        var entries = new ArrayList<Map.Entry<Integer, Integer>>();
        for (var entry : map) entries.add(Map.entry(entry.key(), entry.value()));
        return entries;
    }
}
