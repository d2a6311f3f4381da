package fulgurite.simulator.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.simulator.engine.Journals.Fate;
import fulgurite.simulator.engine.QuietLog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * For every kind of event and every node that writes it in some story: the journal of that node fails when the event is
 * written, whether that is stored or not, and takes nothing for a while after; the node lives on. Nobody acts on what may
 * not be written, and all settles with every satoshi where it belongs. Every other cell has its first write stored; with
 * {@code -Doutage.all=true} each is played both ways.
 */
class OutageMatrixTest {
    private static final long AWAY_MILLIS = 3_000;

    private record Cell(CrashStory story, boolean legacy, int node, Class<?> kind, Fate first) {
        @Override
        public String toString() {
            return Setup.name(node) + "'s journal is away from " + Words.of(kind) + " on, which is "
                    + (first == Fate.STORED_REFUSED ? "stored" : "lost") + " (" + story.told()
                    + (legacy ? ", without anchors" : "") + ")";
        }
    }

    private final QuietLog quiet = QuietLog.begin();

    @AfterEach
    void tellAgain() {
        quiet.end();
    }

    @TestFactory
    Stream<DynamicTest> a_journal_that_is_away_for_a_while_stalls_its_node_and_loses_nothing() {
        return cells().stream().map(cell -> DynamicTest.dynamicTest(cell.toString(), () -> survives(cell)));
    }

    private static void survives(Cell cell) {
        Setup setup = cell.story().setup(cell.legacy());
        try (Stage stage = Stage.set(CrashStory.SEED, setup)) {
            var begun = new AtomicBoolean();
            stage.world().failWrites((node, id, events) -> {
                boolean due = node == stage.world().node(cell.node())
                        && events.stream().anyMatch(event -> Census.kind(event) == cell.kind());
                if (due && begun.compareAndSet(false, true))
                    stage.outages().begin(node, AWAY_MILLIS, cell.first() == Fate.STORED_REFUSED);
                return stage.outages().about(node, id, events);
            });
            Optional<Run.Failure> failure = Run.act(stage, setup, cell.story().steps());
            assertThat(failure).as(cell.toString()).isEmpty();
            assertThat(begun).as("the journal was away").isTrue();
        }
    }

    /** The first story in which a node writes an event of a kind. */
    private static List<Cell> cells() {
        boolean all = Boolean.getBoolean("outage.all");
        var seen = new LinkedHashSet<CrashStory.Writing>();
        var cells = new ArrayList<Cell>();
        for (boolean legacy : new boolean[]{false, true})
            for (CrashStory story : CrashStory.all())
                for (CrashStory.Writing writing : story.writings(legacy)) {
                    if (!seen.add(writing)) continue;
                    boolean stored = seen.size() % 2 == 0;
                    if (all || stored)
                        cells.add(new Cell(story, legacy, writing.node(), writing.kind(), Fate.STORED_REFUSED));
                    if (all || !stored)
                        cells.add(new Cell(story, legacy, writing.node(), writing.kind(), Fate.REFUSED));
                }
        return cells;
    }

}
