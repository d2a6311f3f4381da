package fulgurite.node.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFormatTest {
    private static final int SAMPLES = 25;

    static Stream<Class<?>> everyKindOfEvent() {
        return EventFamily.ALL.stream().flatMap(family -> SealedTypes.kindsOf(family.type()).stream());
    }

    @ParameterizedTest
    @MethodSource("everyKindOfEvent")
    void every_kind_of_event_is_read_back_as_it_was_written(Class<?> kind) {
        var serializer = new EventSerializer();
        for (int seed = 0; seed < SAMPLES; seed++) {
            Object event = new SampleValues(seed).of(kind);

            byte[] written = serializer.toBinary(event);
            Object read = serializer.fromBinary(written, serializer.manifest(event));

            assertThat(read).isEqualTo(event);
            assertThat(serializer.toBinary(read)).isEqualTo(written);
        }
    }

    /** A journal that was written once must be readable for ever: a name may be added to this file, never changed. */
    @Test
    void the_names_of_events_in_journals_do_not_change() throws IOException {
        var names = new ArrayList<String>();
        for (EventFamily family : EventFamily.ALL)
            for (Class<?> kind : SealedTypes.kindsOf(family.type()))
                for (int version = 1; version <= family.version(); version++)
                    names.add(family.name() + "/" + version + " " + SealedTypes.nameOf(kind));

        assertThat(names).containsAll(golden()).doesNotHaveDuplicates();
    }

    private static List<String> golden() throws IOException {
        try (var in = EventFormatTest.class.getResourceAsStream("/journal/event-names.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** Stands for events: one of each form that a component can have. */
    sealed interface Sample {
        record AllUnits(Satoshi amount, NodeId node, OutPoint outPoint, ShortChannelId channel, CltvExpiry expiry)
                implements Sample {}

        record Containers(Optional<MilliSatoshi> amount, List<PaymentHash> hashes, SortedMap<Long, Sample> inner,
                SortedMap<NodeId, Satoshi> byNode) implements Sample {}

        record Empty() implements Sample {}

        /** A form inside another one of the family. */
        record Nested(Sample inner, Nesting nesting) implements Sample {}
    }

    sealed interface Nesting {
        record Plain(boolean isShort) implements Nesting {}

        enum Fixed implements Nesting {
            LOW, HIGH
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void every_form_of_component_survives_in_every_version(int version) {
        for (int seed = 0; seed < 300; seed++) {
            Sample event = (Sample) new SampleValues(seed).of(Sample.class);

            assertThat(EventFormat.read(version, Sample.class, EventFormat.write(version, Sample.class, event)))
                    .isEqualTo(event);
        }
    }

    @Test
    void units_are_written_as_scalars() {
        var amounts = new TreeMap<NodeId, Satoshi>();
        NodeId node = (NodeId) new SampleValues(1).of(NodeId.class);
        amounts.put(node, Satoshi.sat(5));
        var sample = new Sample.Containers(Optional.empty(), List.of(), new TreeMap<>(), amounts);

        assertThat(text(EventFormat.write(1, Sample.class, sample))).contains("containers", "byNode", node.toHex())
                .doesNotContain("sat");
        assertThat(text(EventFormat.write(2, Sample.class, sample))).contains("containers", node.toHex())
                .doesNotContain("byNode", "sat");
    }

    private static String text(byte[] written) {
        return new String(written, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void refuses_what_lacks_a_component_or_has_one_too_many(int version) {
        byte[] empty = EventFormat.write(version, Sample.class, new Sample.Empty());
        byte[] two = EventFormat.write(version, Two.class, new Two(true, true));
        byte[] three = EventFormat.write(version, Three.class, new Three(true, true, true));

        assertThatThrownBy(() -> EventFormat.read(version, Sample.Nested.class, empty))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> EventFormat.read(version, Two.class, three)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> EventFormat.read(version, Three.class, two)).isInstanceOf(MalformedException.class);
        for (byte[] nothing : new byte[][]{{(byte) 0xa0}, {(byte) 0x80}, {}, {(byte) 0xf6}})
            assertThatThrownBy(() -> EventFormat.read(version, Sample.class, nothing))
                    .isInstanceOf(MalformedException.class);
    }

    private record Two(boolean one, boolean two) {}

    private record Three(boolean one, boolean two, boolean three) {}

    @Test
    void a_version_that_is_not_known_is_refused_by_name() {
        assertThatThrownBy(() -> EventFamily.ofManifest("channel-event/99")).isInstanceOf(MalformedException.class)
                .hasMessageContaining("version");
    }
}
