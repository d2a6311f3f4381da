package fulgurite.node.cli;

import fulgurite.node.NodeSettings;
import fulgurite.node.NodeStartException;
import fulgurite.node.journal.JournalReader;
import fulgurite.node.journal.JournalStore;
import fulgurite.node.journal.Words;
import fulgurite.protocol.channel.Channel;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.protocol.channel.ChannelState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fulgurite journal}: what happened to the channels of a data directory, read from the journal while no node uses it. */
@Command(name = "journal", mixinStandardHelpOptions = true, description = "Looks into the journals of nodes: in data directories while the nodes are stopped, in PostgreSQL at any time.", footer = {
        "", "Examples:", "  fulgurite journal list --data demo-data",
        "  fulgurite journal show alice/0 --data demo-data",
        "  fulgurite journal replay alice/0 --at 17 --data demo-data",
        "  fulgurite journal list --conf alice.conf"})
public final class JournalCommand {
    private static final String CHANNEL_PREFIX = "channel|";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Where journals are looked for. */
    static final class Where {
        @Option(names = "--data", paramLabel = "DIR", description = "A node's data directory, or a folder of such.")
        private @Nullable Path data;

        @Option(names = "--conf", paramLabel = "FILE", description = "A node's settings: its journal, in its data directory or in PostgreSQL.")
        private @Nullable Path conf;

        /** Each journal, and what channels in it are called before their index. */
        List<Place> places() throws IOException {
            if (conf == null) return ofDirectory(Objects.requireNonNull(data));
            NodeSettings settings = NodeSettings
                    .of(SettingSources.given(Map.of(), Optional.of(conf), System.getenv()));
            return switch (settings.journal().store(settings.dataDirectory())) {
                case JournalStore.Postgres store -> List.of(new Place("", () -> JournalReader.open(store)));
                case JournalStore.H2File store -> ofDirectory(settings.dataDirectory());
                case JournalStore.InMemory none -> List.of();
            };
        }

        private static List<Place> ofDirectory(Path data) throws IOException {
            return nodeDirectories(data).stream()
                    .map(directory -> new Place(String.valueOf(directory.getFileName()),
                            () -> JournalReader.open(new JournalStore.H2File(directory))))
                    .toList();
        }
    }

    /** One journal. @param name of its node; blank: it has those of several nodes, which it names itself */
    private record Place(String name, Supplier<JournalReader> open) {
        String channel(String persistenceId) {
            String[] parts = persistenceId.split("\\|", -1);
            return (name.isEmpty() ? parts[1] : name) + "/" + parts[2];
        }
    }

    /** One channel's journal. @param name as the commands take it: node/index */
    private record ChannelJournal(String name, JournalReader reader, JournalReader.Summary summary) {
        ChannelState stateAt(long number) {
            ChannelState state = Channel.INITIAL;
            for (JournalReader.Recorded recorded : reader.events(summary.persistenceId()))
                if (recorded.number() <= number) state = Channel.evolve(state, (ChannelEvent) recorded.event());
            return state;
        }
    }

    @Command(description = "The channels that a data directory knows, with the state that their events lead to.", mixinStandardHelpOptions = true)
    int list(
            @ArgGroup(multiplicity = "1") Where where) {
        return each(where, (journals, out) -> {
            if (journals.isEmpty()) out.println("(no channels)");
            for (ChannelJournal journal : journals) {
                ChannelState state = journal.stateAt(Long.MAX_VALUE);
                out.printf("%-16s %5d events, %s to %s UTC  %s%n", journal.name(), journal.summary().events(),
                        TIME.format(journal.summary().first()), TIME.format(journal.summary().last()), inShort(state));
            }
        });
    }

    @Command(description = "A channel's events, one a line: its number, its time, what happened.", mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "CHANNEL", description = "As 'list' names it, such as alice/0.") String channel,
            @ArgGroup(multiplicity = "1") Where where) {
        return each(where, (journals, out) -> {
            ChannelJournal journal = find(journals, channel);
            for (JournalReader.Recorded recorded : journal.reader().events(journal.summary().persistenceId()))
                out.printf("%5d  %s  %s%n", recorded.number(), TIME.format(recorded.at()),
                        Words.line((Record) recorded.event()));
        });
    }

    @Command(description = "A channel's state after an event, by the same function that runs live.", mixinStandardHelpOptions = true)
    int replay(@Parameters(paramLabel = "CHANNEL", description = "As 'list' names it, such as alice/0.") String channel,
            @Option(names = "--at", paramLabel = "N", description = "After event N; without it, after the last.") @Nullable Long at,
            @ArgGroup(multiplicity = "1") Where where) {
        return each(where, (journals, out) -> {
            ChannelJournal journal = find(journals, channel);
            long last = journal.summary().events();
            if (at != null && (at < 0 || at > last))
                throw new IllegalArgumentException(channel + " has events 1 to " + last + "; 0 is before the first");
            long number = at == null ? last : at;
            out.printf("after event %d of %d:%n", number, last);
            out.print(Words.page((Record) journal.stateAt(number)));
        });
    }

    private static ChannelJournal find(List<ChannelJournal> journals, String name) {
        return journals.stream()
                .filter(journal -> journal.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no channel '" + name + "'; there are "
                        + String.join(", ", journals.stream().map(ChannelJournal::name).toList())));
    }

    private int each(Where where, BiConsumer<List<ChannelJournal>, PrintWriter> action) {
        PrintWriter out = spec.commandLine().getOut();
        var readers = new ArrayList<JournalReader>();
        try {
            var journals = new ArrayList<ChannelJournal>();
            for (Place place : where.places()) {
                JournalReader reader = place.open().get();
                readers.add(reader);
                for (JournalReader.Summary summary : reader.list())
                    if (summary.persistenceId().startsWith(CHANNEL_PREFIX))
                        journals.add(new ChannelJournal(place.channel(summary.persistenceId()), reader, summary));
            }
            action.accept(journals, out);
            out.flush();
            return 0;
        } catch (JournalStore.JournalUnavailableException | NodeStartException | IllegalArgumentException
                | IOException e) {
            spec.commandLine().getErr().println("error: " + e.getMessage());
            return 1;
        } finally {
            readers.forEach(JournalReader::close);
        }
    }

    /** The directory itself when it has a journal, else those of its folders that have one. */
    private static List<Path> nodeDirectories(Path data) throws IOException {
        Path directory = data.toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) throw new IllegalArgumentException("there is no directory " + data);
        if (hasJournal(directory)) return List.of(directory);
        try (Stream<Path> inside = Files.list(directory)) {
            List<Path> nodes = inside.filter(JournalCommand::hasJournal).sorted().toList();
            if (nodes.isEmpty())
                throw new IllegalArgumentException(
                        "there is no journal in " + data + ": give the data directory of a node, or of a demo");
            return nodes;
        }
    }

    private static boolean hasJournal(Path directory) {
        return Files.exists(Path.of(new JournalStore.H2File(directory).file() + ".mv.db"));
    }

    private static String inShort(ChannelState state) {
        String phase = state.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return state instanceof ChannelState.Funded funded
                ? phase + ", " + funded.channel().id().toHex().substring(0, 16) + "…, ours "
                        + funded.channel().ledger().local() + ", theirs " + funded.channel().ledger().remote()
                : phase;
    }
}
