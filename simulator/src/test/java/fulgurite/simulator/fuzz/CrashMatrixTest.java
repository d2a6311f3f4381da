package fulgurite.simulator.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.journal.EventFamily;
import fulgurite.protocol.channel.ChannelEvent;
import fulgurite.simulator.engine.QuietLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * For every kind of event in the journals and every node that writes it in some story: the node dies when the event is
 * stored and nothing that follows from it has happened, starts again, and all settles with every satoshi where it
 * belongs.
 */
class CrashMatrixTest {
    /** Written anew by {@code -Dcrash.matrix.write=true}. */
    private static final Path PAGE = Path.of("..", "docs", "crash-matrix.md");
    private static final Duration DOWN = Duration.ofSeconds(2);

    /** Kinds that no node writes in these stories, and why. */
    private static final Map<Class<?>, String> NEVER = never();

    private static Map<Class<?>, String> never() {
        var never = new LinkedHashMap<Class<?>, String>();
        String quiet = "nothing asks for quiescence yet";
        never.put(ChannelEvent.QuiescenceWanted.class, quiet);
        never.put(ChannelEvent.QuiescenceOffered.class, quiet);
        never.put(ChannelEvent.QuiescenceAccepted.class, quiet);
        never.put(ChannelEvent.RemovalDeferred.class, quiet);
        never.put(ChannelEvent.ChannelRestored.class, "written by the restore command, before a node runs on it");
        never.put(ChannelEvent.HtlcTransactionFunded.class, "kept for old journals: no version writes it any more");
        return never;
    }

    /** One cell of the matrix. */
    private record Cell(CrashStory story, boolean legacy, int node, Class<?> kind) {
        @Override
        public String toString() {
            return Setup.name(node) + " dies after " + Words.of(kind) + " (" + story.told()
                    + (legacy ? ", without anchors" : "") + ")";
        }
    }

    private final QuietLog quiet = QuietLog.begin();

    @AfterEach
    void tellAgain() {
        quiet.end();
    }

    @TestFactory
    Stream<DynamicTest> every_event_survives_a_crash_between_its_persisting_and_its_effects() throws IOException {
        List<Cell> cells = cells();
        if (Boolean.getBoolean("crash.matrix.write")) Files.writeString(PAGE, table(cells));
        Set<Class<?>> covered = new LinkedHashSet<>();
        cells.forEach(cell -> covered.add(cell.kind()));
        Stream<DynamicTest> whole = Stream.of(
                DynamicTest.dynamicTest("every kind has a story or a reason", () -> assertThat(covered)
                        .containsExactlyInAnyOrderElementsOf(kinds().stream()
                                .filter(kind -> !NEVER.containsKey(kind))
                                .toList())),
                DynamicTest.dynamicTest("the table in docs is the matrix", () -> assertThat(PAGE)
                        .hasContent(table(cells))));
        return Stream.concat(whole, cells.stream()
                .map(cell -> DynamicTest.dynamicTest(cell.toString(),
                        () -> survives(cell))));
    }

    private static void survives(Cell cell) {
        Setup setup = cell.story().setup(cell.legacy());
        try (Stage stage = Stage.set(CrashStory.SEED, setup)) {
            boolean[] died = {false};
            stage.world().listenToWrites((node, id, events) -> {
                if (died[0] || node != stage.world().node(cell.node())
                        || events.stream().noneMatch(event -> Census.kind(event) == cell.kind()))
                    return Optional.empty();
                died[0] = true;
                return Optional.of(DOWN);
            });
            Optional<Run.Failure> failure = Run.act(stage, setup, cell.story().steps());
            assertThat(failure).as(cell.toString()).isEmpty();
            assertThat(died[0]).as("it died").isTrue();
        }
    }

    /** The first story in which a node writes an event of a kind is the one in which it dies after it. */
    private static List<Cell> cells() {
        var seen = new LinkedHashSet<CrashStory.Writing>();
        var cells = new ArrayList<Cell>();
        for (boolean legacy : new boolean[]{false, true})
            for (CrashStory story : CrashStory.all())
                for (CrashStory.Writing writing : story.writings(legacy))
                    if (seen.add(writing)) cells.add(new Cell(story, legacy, writing.node(), writing.kind()));
        return cells;
    }

    private static List<Class<?>> kinds() {
        var kinds = new ArrayList<Class<?>>();
        EventFamily.ALL.forEach(family -> collect(family.type(), kinds));
        return kinds;
    }

    /** The kinds of a sealed type; a kind that only wraps another sealed type stands for that one's kinds. */
    private static void collect(Class<?> type, List<Class<?>> kinds) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) collect(permitted, kinds);
            return;
        }
        var components = type.getRecordComponents();
        if (components.length == 1 && components[0].getType().isSealed() && components[0].getName().equals("event"))
            collect(components[0].getType(), kinds);
        else
            kinds.add(type);
    }

    private static String table(List<Cell> cells) {
        var page = new StringBuilder("""
                # The crash matrix

                For every kind of event that a journal can hold: which node dies when an event of that kind is stored
                and before anything follows from it, and in which story. Afterwards it starts again, and everything
                settles with every satoshi where it belongs. `CrashMatrixTest` runs every cell and writes this page.

                | event | who dies | story |
                |---|---|---|
                """);
        for (Class<?> kind : kinds()) {
            if (NEVER.containsKey(kind)) page.append(row(kind, "-", NEVER.get(kind)));
            for (Cell cell : cells)
                if (cell.kind() == kind)
                    page.append(row(kind, Setup.name(cell.node()),
                            cell.story().told() + (cell.legacy() ? ", without anchors" : "")));
        }
        write(page.toString());
        return page.toString();
    }

    private static String row(Class<?> kind, String who, String story) {
        return "| " + Words.of(kind) + " | " + who + " | " + story + " |\n";
    }

    /** So that the page can be taken from there. */
    private static void write(String page) {
        try {
            Files.writeString(Files.createDirectories(Path.of("target")).resolve("crash-matrix.md"), page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
