package fulgurite.simulator.bench;

import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.protocol.graph.search.SearchingFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.graph.search.Weights;
import fulgurite.simulator.routing.RouteBench;
import fulgurite.simulator.routing.ScaleFree;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fulgurite bench route}. */
@Command(name = "route", mixinStandardHelpOptions = true, description = "Measures how long finding a route takes.")
public final class RouteBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--queries", defaultValue = "1000")
    private int queries;

    @Option(names = "--seed", defaultValue = "1")
    private long seed;

    @Override
    public Integer call() {
        ChannelMap map = ScaleFree.draw(10_000, 40_000, seed);
        View view = View.of(map);
        List<RouteRequest> questions = RouteBench.questions(map, queries, seed);
        var threads = ManagementFactory.getThreadMXBean();
        var space = new SearchSpace();
        for (Weights weights : List.of(Weights.FEES, Weights.USUAL)) {
            PathFinder fast = SearchingFinder.twoSided("two-sided", weights, space);
            PathFinder plain = SearchingFinder.textbook("textbook", weights, space);
            RouteBench.Result a = RouteBench.run(fast, view, questions, threads::getCurrentThreadCpuTime);
            RouteBench.Result b = RouteBench.run(plain, view, questions, threads::getCurrentThreadCpuTime);
            for (var r : List.of(a, b))
                spec.commandLine()
                        .getOut()
                        .printf("%s found %d median %.3f p99 %.3f rate %.0f%n", r.algorithm(), r.found(), r.medianMs(),
                                r.p99Ms(), r.routesPerCpuSecond());
            int equal = 0, cheaper = 0, dearer = 0;
            for (int i = 0; i < queries; i++) {
                long x = a.costs().get(i).orElse(Long.MAX_VALUE);
                long y = b.costs().get(i).orElse(Long.MAX_VALUE);
                if (x == y) equal++;
                else if (x < y) cheaper++;
                else dearer++;
            }
            spec.commandLine().getOut().printf("equal %d cheaper %d dearer %d%n", equal, cheaper, dearer);
            spec.commandLine().getOut().flush();
        }
        return 0;
    }
}
