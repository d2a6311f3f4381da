package fulgurite.simulator.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that docs/security.md names are there. */
class SecurityPageTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z]+Test)#([a-z0-9_]+)`");

    @Test
    void every_test_that_the_page_names_exists() throws IOException {
        List<MatchResult> named = NAMED.matcher(Files.readString(ROOT.resolve("docs/security.md"))).results().toList();
        assertThat(named).hasSizeGreaterThan(30);
        for (MatchResult one : named)
            assertThat(Files.readString(source(one.group(1)))).as(one.group())
                    .contains(" void " + one.group(2) + "(");
    }

    private static Path source(String test) throws IOException {
        try (Stream<Path> all = Stream.of("node", "simulator").flatMap(SecurityPageTest::sources)) {
            return all.filter(file -> file.endsWith(test + ".java")).findFirst().orElseThrow();
        }
    }

    private static Stream<Path> sources(String module) {
        try {
            return Files.walk(ROOT.resolve(module).resolve("src/test/java"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
