package fulgurite.simulator.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tests of all modules with their tags, read from their sources: a module does not see the test classes of another. */
final class TestSources {
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"([^\"]+)\"\\)");
    private static final Pattern TEST = Pattern.compile("^    (?:public )?void (\\w+)\\(");
    private static final Pattern TYPE = Pattern.compile("^(?:public )?(?:final )?class (\\w+)");

    private TestSources() {}

    /** A test method. @param file from the project's directory, with slashes; @param tags of the method and its class */
    record Test(String file, String type, String method, List<String> tags) {}

    static List<Test> read(Path project) throws IOException {
        var all = new ArrayList<Test>();
        for (String module : List.of("protocol", "node", "simulator")) {
            Path root = project.resolve(module).resolve("src/test/java");
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(each -> each.toString().endsWith("Test.java")).sorted().toList())
                    read(project, file, all);
            }
        }
        return all;
    }

    private static void read(Path project, Path file, List<Test> into) throws IOException {
        String name = project.relativize(file).toString().replace('\\', '/');
        var ofType = new ArrayList<String>();
        var pending = new ArrayList<String>();
        String type = "";
        boolean isTest = false;
        for (String line : Files.readAllLines(file)) {
            Matcher tag = TAG.matcher(line);
            if (line.strip().startsWith("@") && tag.find()) pending.add(tag.group(1));
            isTest |= line.startsWith("    @Test") || line.startsWith("    @ParameterizedTest")
                    || line.startsWith("    @RepeatedTest");
            Matcher head = TYPE.matcher(line);
            if (head.find() && type.isEmpty()) {
                type = head.group(1);
                ofType.addAll(pending);
                pending.clear();
            }
            Matcher method = TEST.matcher(line);
            if (!method.find()) continue;
            var tags = new ArrayList<>(ofType);
            pending.stream().filter(one -> !tags.contains(one)).forEach(tags::add);
            if (isTest) into.add(new Test(name, type, method.group(1), List.copyOf(tags)));
            pending.clear();
            isTest = false;
        }
    }
}
