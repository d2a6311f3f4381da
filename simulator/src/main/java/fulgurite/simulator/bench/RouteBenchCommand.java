package fulgurite.simulator.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.protocol.graph.search.SearchingFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.graph.search.Weights;
import fulgurite.simulator.routing.RouteBench.Comparison;
import fulgurite.simulator.routing.RouteBench.Result;
import fulgurite.simulator.routing.RouteBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fulgurite bench route}: one route after another on a map of mainnet's size. */
@Command(name = "route", mixinStandardHelpOptions = true, description = {
        "Measures how long finding a route takes, beside a textbook Dijkstra of the same costs.",
        "Times are CPU times of the thread, so other work on the machine counts little."}, footer = {"", "Examples:",
                "  fulgurite bench route", "  fulgurite bench route --import describegraph.json --queries 5000 --json"})
public final class RouteBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private GraphOptions graph = new GraphOptions();

    @Option(names = "--queries", paramLabel = "N", defaultValue = "2000", description = "Routes to find, 1 and up (default: ${DEFAULT-VALUE}).")
    private int queries;

    @Option(names = "--costs", paramLabel = "WHAT", defaultValue = "probability", description = "What a way costs: fees (and delay), or the probability to succeed too (default: ${DEFAULT-VALUE}).")
    private CostsOption costs = CostsOption.PROBABILITY;

    @Option(names = "--json", description = "Print the result as one JSON object, and nothing else.")
    private boolean json;

    /** The weights to choose from. */
    enum CostsOption {
        FEES, PROBABILITY
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (queries < 1) throw graph.refuse(spec, "--queries must be 1 or more, got " + queries);
        ChannelMap map = graph.map(spec, !json);
        View view = View.of(map);
        List<RouteRequest> questions = questions(map);
        LongSupplier cpu = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
        Weights weights = costs == CostsOption.FEES ? Weights.FEES : Weights.USUAL;
        Result fast = RouteBench.run(fast(weights), view, questions, cpu);
        Result plain = RouteBench.run(SearchingFinder.textbook("textbook dijkstra", weights, new SearchSpace()), view,
                questions, cpu);
        double onAll = RouteBench.onAllThreads(() -> fast(weights), view, questions);
        report(map, fast, plain, RouteBench.compare(fast, plain), onAll);
        return 0;
    }

    private List<RouteRequest> questions(ChannelMap map) {
        try {
            return RouteBench.questions(map, queries, graph.seed());
        } catch (IllegalArgumentException e) {
            throw graph.refuse(spec, String.valueOf(e.getMessage()));
        }
    }

    private static PathFinder fast(Weights weights) {
        return SearchingFinder.twoSided("two-sided", weights, new SearchSpace());
    }

    private void report(ChannelMap map, Result fast, Result plain, Comparison compared, double onAll)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        double bytes = (double) map.bytes() / Math.max(1, map.topology().channels());
        if (json) {
            ObjectNode all = fields(fast);
            all.put("nodes", map.topology().nodes());
            all.put("channels", map.topology().channels());
            all.put("bytes_per_channel", bytes);
            all.put("routes_per_second_all_threads", onAll);
            all.put("threads", Runtime.getRuntime().availableProcessors());
            all.put("equal_costs", compared.equal());
            all.put("cheaper", compared.cheaper());
            all.put("dearer", compared.dearer());
            all.set("plain", fields(plain));
            out.println(new ObjectMapper().writeValueAsString(all));
        } else {
            out.printf(Locale.ROOT, "%d nodes, %d channels, %.0f bytes a channel%n", map.topology().nodes(),
                    map.topology().channels(), bytes);
            line(out, fast);
            line(out, plain);
            out.printf(Locale.ROOT, "costs: %d equal, %d cheaper, %d dearer than the textbook's; %.1f times as fast%n",
                    compared.equal(), compared.cheaper(), compared.dearer(),
                    fast.routesPerCpuSecond() / plain.routesPerCpuSecond());
            out.printf(Locale.ROOT, "on %d threads: %.0f routes a second of real time%n",
                    Runtime.getRuntime().availableProcessors(), onAll);
        }
        out.flush();
    }

    private static ObjectNode fields(Result result) {
        ObjectNode fields = new ObjectMapper().createObjectNode();
        fields.put("algorithm", result.algorithm());
        fields.put("queries", result.queries());
        fields.put("found", result.found());
        fields.put("median_ms", result.medianMs());
        fields.put("p99_ms", result.p99Ms());
        fields.put("routes_per_cpu_second", result.routesPerCpuSecond());
        return fields;
    }

    private static void line(PrintWriter out, Result result) {
        out.printf(Locale.ROOT, "%-18s %d of %d found, median %.3f ms, 99%% %.3f ms, %.0f routes a CPU second%n",
                result.algorithm(), result.found(), result.queries(), result.medianMs(), result.p99Ms(),
                result.routesPerCpuSecond());
    }
}
