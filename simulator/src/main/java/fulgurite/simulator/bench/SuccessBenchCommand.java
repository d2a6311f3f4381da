package fulgurite.simulator.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.file.FileTrouble;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.PathFinders;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.simulator.routing.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fulgurite bench success}: what each algorithm makes of the same payments. */
@Command(name = "success", mixinStandardHelpOptions = true, description = {
        "Makes the same payments over the same graph, whose balances nobody knows, once with each algorithm.",
        "Possible are those that could be made by who knew every balance, at any fee.",
        "The same options give the same result but for the times."}, footer = {"", "Examples:",
                "  fulgurite bench success", "  fulgurite bench success --import gossip_store --balances even --json"})
public final class SuccessBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private GraphOptions graph = new GraphOptions();

    @Option(names = "--payments", paramLabel = "N", defaultValue = "1000", description = "Payments, 1 and up (default: ${DEFAULT-VALUE}).")
    private int payments;

    @Option(names = "--payers", paramLabel = "N", defaultValue = "100", description = "Nodes that pay, each learning for itself (default: ${DEFAULT-VALUE}).")
    private int payers;

    @Option(names = "--least", paramLabel = "SAT", defaultValue = "10000", description = "The least amount (default: ${DEFAULT-VALUE}).")
    private long least;

    @Option(names = "--most", paramLabel = "SAT", defaultValue = "2000000", description = "The greatest amount (default: ${DEFAULT-VALUE}).")
    private long most;

    @Option(names = "--parts", paramLabel = "N", defaultValue = "16", description = "Parts of a payment at most (default: ${DEFAULT-VALUE}).")
    private int parts;

    @Option(names = "--attempts", paramLabel = "N", defaultValue = "30", description = "HTLCs that a payment may send at most (default: ${DEFAULT-VALUE}).")
    private int attempts;

    @Option(names = "--balances", paramLabel = "HOW", defaultValue = "ends", description = "How balances lie: ends (nearly all on one side in two channels of three), or even (default: ${DEFAULT-VALUE}).")
    private Balances balances = Balances.ENDS;

    @Option(names = "--drain", description = "Let each payment move balances for those after it (left out: each finds the same).")
    private boolean drain;

    @Option(names = "--algorithms", paramLabel = "NAMES", split = ",", description = "Only these, with commas between (left out: all).")
    private List<String> algorithms = List.of();

    @Option(names = "--json", description = "Print the result as one JSON object, and nothing else.")
    private boolean json;

    @Option(names = "--plot", paramLabel = "DIRECTORY", description = "Draw the result into PNG files there.")
    private @Nullable Path plot;

    /** How balances lie. */
    enum Balances {
        EVEN, ENDS
    }

    @Override
    public Integer call() throws IOException {
        if (payments < 1 || payers < 1 || parts < 1 || attempts < 1 || least < 1 || most < least)
            throw graph.refuse(spec, "counts and amounts must be 1 or more, and --most not below --least");
        ChannelMap map = graph.map(spec, !json);
        List<PathFinder> finders = finders();
        List<Trial.Task> tasks = tasks(map);
        LongSupplier cpu = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
        var rows = new ArrayList<SuccessRow>();
        if (!json) spec.commandLine().getOut().println(SuccessRow.HEAD);
        for (PathFinder finder : finders) {
            rows.add(new SuccessRow(finder.name(), Trial.run(map, finder, tasks, balances == Balances.EVEN,
                    new Trial.Rules(parts, attempts, drain), graph.seed(), cpu)));
            if (!json) spec.commandLine().getOut().println(rows.getLast().line(tasks));
            spec.commandLine().getOut().flush();
        }
        report(rows, tasks);
        if (plot != null) draw(rows, tasks, plot);
        return 0;
    }

    private void draw(List<SuccessRow> rows, List<Trial.Task> tasks, Path directory) {
        try {
            SuccessPlots.draw(rows, tasks, directory);
        } catch (IOException e) {
            throw graph.refuse(spec, "cannot draw into " + FileTrouble.of(directory, e));
        }
    }

    private List<PathFinder> finders() {
        return (algorithms.isEmpty() ? PathFinders.names() : algorithms).stream()
                .map(name -> PathFinders.named(name, new SearchSpace())
                        .orElseThrow(() -> graph.refuse(spec, "an algorithm is one of " + PathFinders.names()
                                + ", got " + name)))
                .toList();
    }

    private List<Trial.Task> tasks(ChannelMap map) {
        try {
            return Trial.tasks(map, payments, payers, least, most, graph.seed());
        } catch (IllegalArgumentException e) {
            throw graph.refuse(spec, String.valueOf(e.getMessage()));
        }
    }

    private void report(List<SuccessRow> rows, List<Trial.Task> tasks) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode all = new ObjectMapper().createObjectNode();
            ArrayNode list = all.putArray("algorithms");
            for (SuccessRow row : rows) {
                ObjectNode one = list.addObject();
                one.put("algorithm", row.algorithm());
                one.put("payments", row.outcomes().size());
                one.put("succeeded", row.succeeded());
                one.put("possible", row.possible());
                one.put("attempts", row.attempts());
                one.put("attempts_of_succeeded", row.attemptsOfSucceeded());
                one.put("fee_ppm", row.feePpm(tasks, List.of(row)));
                one.put("fee_ppm_common", row.feePpm(tasks, rows));
                one.put("parts", row.parts());
                one.put("cpu_ms_per_payment", row.cpuMsPerPayment());
            }
            out.println(new ObjectMapper().writeValueAsString(all));
        } else if (rows.size() > 1) {
            out.println("fees of the payments that succeed with every algorithm, in millionths:");
            for (SuccessRow row : rows)
                out.printf(Locale.ROOT, "%-14s %.0f%n", row.algorithm(), row.feePpm(tasks, rows));
        }
        out.flush();
    }
}
