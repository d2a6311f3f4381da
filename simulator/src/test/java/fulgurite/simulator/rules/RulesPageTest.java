package fulgurite.simulator.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every rule has a test that shows it, and docs/rules.md says which. */
class RulesPageTest {
    private static final String PREFIX = "rule:";
    private static final String WRITE = "rules.write";
    private static final String COMMAND = "mvn -q -o -pl protocol,node,simulator -Dtest=RulesPageTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -D" + WRITE + "=true test";
    // The tests run in their module's directory, or in the project's.
    private final Path project = Path.of(Files.isDirectory(Path.of("docs")) ? "." : "..");
    private final List<TestSources.Test> tests;

    RulesPageTest() throws IOException {
        tests = TestSources.read(project);
    }

    @Test
    void every_rule_has_a_test() {
        assertThat(Rule.ALL).filteredOn(rule -> testsOf(rule).isEmpty())
                .extracting(Rule::tag)
                .as("rules without a test")
                .isEmpty();
    }

    @Test
    void every_tag_of_a_rule_names_one() {
        List<String> known = Rule.ALL.stream().map(rule -> PREFIX + rule.tag()).toList();
        assertThat(known).doesNotHaveDuplicates();
        assertThat(tests.stream().flatMap(test -> test.tags().stream()).filter(tag -> tag.startsWith(PREFIX)).toList())
                .isNotEmpty()
                .allMatch(known::contains);
    }

    @Test
    void the_committed_page_is_what_the_tests_say() throws IOException {
        Path committed = project.resolve("docs/rules.md");
        if (Boolean.getBoolean(WRITE)) Files.writeString(committed, page());
        assertThat(Files.exists(committed) ? Files.readString(committed) : "")
                .as("docs/rules.md is stale. Write it again with: " + COMMAND)
                .isEqualTo(page());
    }

    private List<TestSources.Test> testsOf(Rule rule) {
        return tests.stream().filter(test -> test.tags().contains(PREFIX + rule.tag())).toList();
    }

    private String page() {
        long shown = tests.stream()
                .filter(test -> test.tags().stream().anyMatch(tag -> tag.startsWith(PREFIX)))
                .count();
        var page = new StringBuilder();
        page.append("# Rules\n\n")
                .append("The rules of the protocol that are easily missed, each with the tests that show it. The BOLTs ")
                .append("are the source. What of a rule this node does not do is said under it. This page is written ")
                .append("by `RulesPageTest` from the tests' tags: do not edit it.\n\n")
                .append("**")
                .append(Rule.ALL.size())
                .append(" rules, ")
                .append(shown)
                .append(" tests.** What happens on chain has a page of its own, `on-chain.md`.\n");
        for (Rule rule : Rule.ALL) {
            page.append("\n## ")
                    .append(number(rule))
                    .append(rule.title())
                    .append("\n\n")
                    .append(rule.text())
                    .append(" (")
                    .append(rule.source())
                    .append(")\n\n");
            rule.gap().ifPresent(gap -> page.append("**Not here:** ").append(gap).append("\n\n"));
            for (TestSources.Test test : testsOf(rule))
                page.append("- [")
                        .append(test.type())
                        .append("](../")
                        .append(test.file())
                        .append("): ")
                        .append(test.method().replace('_', ' '))
                        .append('\n');
        }
        return page.toString();
    }

    private static String number(Rule rule) {
        return Character.isDigit(rule.tag().charAt(0)) ? rule.tag() + ". " : "";
    }
}
