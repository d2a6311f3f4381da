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
                names.add(family.manifest() + " " + SealedTypes.nameOf(kind));

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

    @Test
    void every_form_of_component_survives() {
        for (int seed = 0; seed < 300; seed++) {
            Sample event = (Sample) new SampleValues(seed).of(Sample.class);

            assertThat(EventFormat.read(Sample.class, EventFormat.write(Sample.class, event))).isEqualTo(event);
        }
    }

    @Test
    void units_are_written_as_scalars() {
        var amounts = new TreeMap<NodeId, Satoshi>();
        NodeId node = (NodeId) new SampleValues(1).of(NodeId.class);
        amounts.put(node, Satoshi.sat(5));

        byte[] written = EventFormat.write(Sample.class,
                new Sample.Containers(Optional.empty(), List.of(), new TreeMap<>(), amounts));

        assertThat(new String(written, StandardCharsets.ISO_8859_1)).contains("containers", node.toHex())
                .doesNotContain("sat");
    }

    @Test
    void refuses_what_lacks_a_component_or_has_one_too_many() {
        byte[] empty = EventFormat.write(Sample.class, new Sample.Empty());
        byte[] nameless = {(byte) 0xa0};

        assertThatThrownBy(() -> EventFormat.read(Sample.Nested.class, empty)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> EventFormat.read(Sample.class, nameless)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> EventFamily.ofManifest("channel-event/99")).isInstanceOf(MalformedException.class)
                .hasMessageContaining("version");
    }
}
