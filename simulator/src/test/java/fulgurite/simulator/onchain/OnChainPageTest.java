package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.simulator.onchain.OnChainTable.Cell;
import fulgurite.simulator.onchain.OnChainTable.Rule;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every cell of the table that asks for something has a test, and docs/on-chain.md says which. */
class OnChainPageTest {
    private static final String WRITE = "onchain.write";
    private static final String COMMAND = "mvn -q -o -pl protocol,node,simulator -Dtest=OnChainPageTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -D" + WRITE + "=true test";
    private final OnChainPage page = OnChainPage.read();

    @Test
    void every_cell_that_asks_for_something_has_a_test() {
        List<String> missing = OnChainTable.cells()
                .stream()
                .filter(cell -> cell.rule() instanceof Rule.Demand && page.testsOf(cell).isEmpty())
                .map(Cell::tag)
                .toList();
        assertThat(missing).as("cells without a test").isEmpty();
    }

    @Test
    void every_tag_names_a_cell_that_asks_for_something() {
        List<String> demanding = OnChainTable.cells()
                .stream()
                .filter(cell -> cell.rule() instanceof Rule.Demand)
                .map(Cell::tag)
                .toList();
        assertThat(demanding).doesNotHaveDuplicates().containsAll(page.byTag().keySet());
    }

    @Test
    void no_test_of_the_table_is_without_a_cell() throws ReflectiveOperationException {
        for (Method method : page.all())
            for (Method each : method.getDeclaringClass().getDeclaredMethods())
                if (OnChainPage.isTest(each)) assertThat(page.all()).contains(each);
    }

    @Test
    void the_committed_page_is_what_the_tests_say() throws IOException {
        // The tests run in their module's directory, or in the project's.
        Path docs = Path.of(Files.isDirectory(Path.of("docs")) ? "docs" : "../docs");
        Path committed = docs.resolve("on-chain.md");
        if (Boolean.getBoolean(WRITE)) Files.writeString(committed, page.text());
        assertThat(Files.exists(committed) ? Files.readString(committed) : "")
                .as("docs/on-chain.md is stale. Write it again with: " + COMMAND)
                .isEqualTo(page.text());
    }
}
