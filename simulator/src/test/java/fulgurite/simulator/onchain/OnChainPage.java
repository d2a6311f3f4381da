package fulgurite.simulator.onchain;

import fulgurite.simulator.onchain.OnChainTable.Cell;
import fulgurite.simulator.onchain.OnChainTable.Column;
import fulgurite.simulator.onchain.OnChainTable.Row;
import fulgurite.simulator.onchain.OnChainTable.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tests of this package by the cells that their tags name, and the page that says so. */
record OnChainPage(Map<String, List<Method>> byTag, List<Method> all) {
    private static final String SOURCES = "../simulator/src/test/java/";

    /** Reads the compiled classes beside this one. */
    static OnChainPage read() {
        var all = new ArrayList<Method>();
        for (Class<?> type : classes())
            Arrays.stream(type.getDeclaredMethods())
                    .filter(OnChainPage::isTest)
                    .filter(method -> method.getAnnotationsByType(Tag.class).length > 0)
                    .sorted(Comparator.comparing(Method::getName))
                    .forEach(all::add);
        var byTag = new LinkedHashMap<String, List<Method>>();
        for (Method method : all)
            for (Tag tag : method.getAnnotationsByType(Tag.class))
                byTag.computeIfAbsent(tag.value(), none -> new ArrayList<>()).add(method);
        return new OnChainPage(byTag, all);
    }

    List<Method> testsOf(Cell cell) {
        return byTag.getOrDefault(cell.tag(), List.of());
    }

    /** How many stories these methods tell: each once for every channel and case that it is told of. */
    static int runs(List<Method> methods) {
        return methods.stream().mapToInt(OnChainPage::runs).sum();
    }

    String text() {
        List<Cell> cells = OnChainTable.cells();
        long demanding = cells.stream().filter(cell -> cell.rule() instanceof Rule.Demand).count();
        var page = new StringBuilder();
        page.append("# On chain\n\n")
                .append("What a channel does once a transaction of its end is on chain, cell by cell: who published,")
                .append(" which output or event. BOLT 5 is the source. Each cell that asks for something is shown by")
                .append(" tests against a validating chain with a real mempool: scripts are run, fees are paid,")
                .append(" transactions are replaced. ")
                .append("This page is written by `OnChainPageTest` from the tests' tags: do not edit it.\n\n")
                .append("**")
                .append(cells.size())
                .append(" cells, ")
                .append(demanding)
                .append(" of them ask for something; ")
                .append(all.size())
                .append(" tests show them in ")
                .append(runs(all))
                .append(" runs.**\n\n")
                .append("Most tests run four times: with anchors and with static_remotekey, each funded by us and by")
                .append(" them. \"Their current or next\": between our commitment_signed and the peer's")
                .append(" revoke_and_ack both are valid, and both are tested.\n");
        summary(page);
        for (Row row : OnChainTable.ROWS) section(page, row);
        return page.toString();
    }

    private void summary(StringBuilder page) {
        page.append("\n| output or event |");
        for (Column column : Column.values()) page.append(' ').append(column.title).append(" |");
        page.append("\n|---|---|---|---|\n");
        for (Row row : OnChainTable.ROWS) {
            page.append("| [").append(row.title()).append("](#").append(row.slug()).append(") |");
            for (Column column : Column.values()) {
                var cell = new Cell(row, column);
                page.append(switch (cell.rule()) {
                    case Rule.Demand demand -> " " + tests(testsOf(cell)) + " |";
                    case Rule.Nothing nothing -> " nothing |";
                });
            }
            page.append('\n');
        }
    }

    private void section(StringBuilder page, Row row) {
        page.append("\n<a id=\"").append(row.slug()).append("\"></a>\n\n## ").append(row.title()).append('\n');
        for (Column column : Column.values()) {
            var cell = new Cell(row, column);
            page.append("\n**").append(column.title).append("**: ");
            page.append(switch (cell.rule()) {
                case Rule.Demand demand -> demand.text() + ".\n";
                case Rule.Nothing nothing -> "asks for nothing (" + nothing.text() + ").\n";
            });
            if (!testsOf(cell).isEmpty()) page.append('\n');
            for (Method method : testsOf(cell)) page.append("- ").append(link(method)).append('\n');
        }
    }

    private static String link(Method method) {
        Class<?> type = method.getDeclaringClass();
        return "[" + type.getSimpleName() + "](" + SOURCES + type.getName().replace('.', '/') + ".java): "
                + method.getName().replace('_', ' ');
    }

    private static String tests(List<Method> methods) {
        return methods.size() + (methods.size() == 1 ? " test, " : " tests, ") + runs(methods) + " runs";
    }

    private static int runs(Method method) {
        EnumSource values = method.getAnnotation(EnumSource.class);
        if (values != null)
            return values.names().length > 0
                    ? values.names().length
                    : method.getParameterTypes()[0].getEnumConstants().length;
        CsvSource rows = method.getAnnotation(CsvSource.class);
        return rows == null ? 1 : rows.value().length;
    }

    static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }

    private static List<Class<?>> classes() {
        String of = OnChainPage.class.getPackageName();
        try {
            Path here = Path.of(OnChainPage.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .resolve(of.replace('.', '/'));
            var found = new ArrayList<Class<?>>();
            try (Stream<Path> files = Files.list(here)) {
                for (String name : files.map(file -> file.getFileName().toString()).sorted().toList())
                    if (name.endsWith("Test.class"))
                        found.add(Class.forName(of + "." + name.substring(0, name.length() - ".class".length())));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
