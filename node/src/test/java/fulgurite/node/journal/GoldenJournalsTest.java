package fulgurite.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.channel.Registry;
import fulgurite.node.channel.RegistryEvent;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What any version has written is read for ever: samples of every kind of event, and whole journals of real nodes. The
 * files of a version are never changed; {@link GoldenSamplesCapture} says how those of a new one are made.
 */
class GoldenJournalsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/journal");

    /** An event as a file holds it. */
    private record Line(String manifest, byte[] bytes) {
        Object event() {
            return new EventSerializer().fromBinary(bytes, manifest);
        }
    }

    static List<Path> versions() throws IOException {
        try (Stream<Path> inside = Files.list(GOLDEN)) {
            return inside.filter(Files::isDirectory).sorted().toList();
        }
    }

    static List<Path> files() throws IOException {
        var all = new ArrayList<Path>();
        for (Path version : versions())
            try (Stream<Path> inside = Files.list(version)) {
                inside.filter(file -> file.toString().endsWith(".journal")).sorted().forEach(all::add);
            }
        return all;
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_event_of_every_version_is_read_whole(Path file) throws IOException {
        assertThat(lines(file)).isNotEmpty();
        for (Line line : lines(file)) {
            Object event = line.event();
            EventFamily.Written written = EventFamily.ofManifest(line.manifest());

            // Writing it the old way again gives the same bytes: nothing was lost, nothing made up.
            assertThat(write(written.version(), written.family().type(), event)).isEqualTo(line.bytes());
            var serializer = new EventSerializer();
            assertThat(serializer.fromBinary(serializer.toBinary(event), serializer.manifest(event))).isEqualTo(event);
        }
    }

    private static <T> byte[] write(int version, Class<T> type, Object event) {
        return EventFormat.write(version, type, type.cast(event));
    }

    /** What was folded when the journals were captured is folded today. */
    @ParameterizedTest
    @MethodSource("versions")
    void the_states_that_whole_journals_lead_to_do_not_change(Path version) throws IOException {
        Path summary = version.resolve("states.txt");

        if (System.getProperty("golden.states") != null) Files.writeString(summary, states(version));

        assertThat(states(version)).isEqualTo(Files.readString(summary));
    }

    @Test
    void the_first_version_had_samples_of_every_kind_that_it_knew() throws IOException {
        Set<Object> kinds = new LinkedHashSet<>();
        for (Line line : lines(GOLDEN.resolve("v1/samples.journal"))) kinds.add(line.event().getClass());
        assertThat(kinds).hasSizeGreaterThan(45);
    }

    /** Positions are as good as names only while records of events keep their components: they are never changed. */
    @Test
    void the_second_version_is_smaller_than_the_first() throws IOException {
        long first = 0;
        long second = 0;
        for (Path file : files()) {
            if (!file.toString().contains("v1/mutual-close")) continue;
            for (Line line : lines(file)) {
                first += line.bytes().length;
                second += new EventSerializer().toBinary(line.event()).length;
            }
        }
        assertThat(second).isLessThan(first * 4 / 5);
    }

    private static List<Line> lines(Path file) throws IOException {
        var all = new ArrayList<Line>();
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            String[] parts = line.split(" ");
            all.add(new Line(parts[0], Base64.getDecoder().decode(parts[1])));
        }
        return all;
    }

    private static String states(Path version) throws IOException {
        var text = new StringBuilder();
        try (Stream<Path> inside = Files.list(version)) {
            for (Path file : inside.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.contains("-channel")) text.append(name).append('\n').append(channel(lines(file)));
                if (name.contains("-registry")) text.append(name).append('\n').append(registry(lines(file)));
            }
        }
        return text.toString();
    }

    /** What matters of a state, said here, so that a state may learn more without changing these files. */
    private static String channel(List<Line> lines) {
        ChannelState state = Channel.INITIAL;
        var phases = new StringJoiner(", ", "  phases: ", "\n");
        Optional<ActiveChannel> found = Optional.empty();
        for (Line line : lines) {
            ChannelState next = Channel.evolve(state, (ChannelEvent) line.event());
            if (next.getClass() != state.getClass()) phases.add(next.getClass().getSimpleName());
            if (next instanceof ChannelState.Funded funded) found = Optional.of(funded.channel());
            state = next;
        }
        if (found.isEmpty()) return phases.toString();
        ActiveChannel last = found.get();
        String closing = state instanceof ChannelState.Closed(var reason) ? "  closed: " + reason.reason() + "\n" : "";
        return "  events: " + lines.size() + "\n" + phases + closing
                + "  channel: " + last.id() + ", capacity " + last.terms().capacity() + ", key " + last.terms()
                        .keyIndex()
                + ", funder " + last.terms().funder() + ", " + last.terms().format() + "\n"
                + "  balances: " + last.ledger().local() + ", " + last.ledger().remote() + ", feerate "
                + last.ledger().feerate() + "\n"
                + "  htlcs: " + last.ledger().htlcs().size() + " pending, next " + last.ledger().nextOffered() + ", "
                + last.ledger().nextReceived() + ", archive " + last.ledger().archive().size() + ", sequence "
                + last.ledger().nextSequence() + "\n"
                + "  commitments: " + last.chain().localNumber() + ", " + last.chain().remoteNumber() + ", signature "
                + last.chain().signature().bytes().toHex() + "\n"
                + "  points: " + last.chain().remotePoint() + ", " + last.chain().remoteNextPoint() + "\n"
                + "  unacknowledged: " + last.chain().unacknowledged().isPresent() + ", settlements "
                + last.settlements().size() + "\n"
                + "  shutdown: " + last.shutdown().localScript() + ", " + last.shutdown().remoteScript() + "\n"
                + "  funding: " + last.funding() + ", " + last.fundingStatus().shortChannelId() + ", depth "
                + last.fundingStatus().depth() + "\n";
    }

    private static String registry(List<Line> lines) {
        Registry registry = Registry.EMPTY;
        for (Line line : lines) registry = Registry.evolve(registry, (RegistryEvent) line.event());
        return "  next index: " + registry.nextIndex() + ", channels " + new TreeSet<>(registry.channels().keySet())
                + ", peers " + registry.addresses().keySet() + "\n";
    }
}
