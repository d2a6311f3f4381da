package fulgurite.simulator.routing;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Measures path-finders on one map with the same questions. */
public final class RouteBench {
    private static final BlockHeight HEIGHT = new BlockHeight(930_000);

    private RouteBench() {}

    /**
     * What a finder did.
     *
     * @param medianMs of one route, by the thread's CPU time, as {@code p99Ms}
     * @param routesPerCpuSecond questions answered
     * @param costs of the routes as the finder counts them; empty where it found none
     */
    public record Result(String algorithm, int queries, int found, double medianMs, double p99Ms,
            double routesPerCpuSecond, List<Optional<Long>> costs) {}

    /** Payer and payee drawn among the nodes with a usable way out and in, amounts from 1,000 to 1,000,000 satoshi.
     * @throws IllegalArgumentException when there are no two such nodes */
    public static List<RouteRequest> questions(ChannelMap map, int count, long seed) {
        var random = new SplittableRandom(seed);
        List<Integer> ends = ends(map);
        if (ends.size() < 2)
            throw new IllegalArgumentException("the graph has fewer than two nodes that could pay and be paid");
        var questions = new ArrayList<RouteRequest>();
        while (questions.size() < count) {
            int from = ends.get(random.nextInt(ends.size()));
            int to = ends.get(random.nextInt(ends.size()));
            if (from == to) continue;
            long sat = Math.round(StrictMath.pow(10, 3 + 3 * random.nextDouble()));
            var amount = new MilliSatoshi(1000 * sat);
            questions.add(new RouteRequest(new RouteRequest.AnyNode(map.topology().node(from)),
                    map.topology().node(to), amount, new CltvDelta(40), HEIGHT, limits(amount)));
        }
        return questions;
    }

    /** Two percent and 20 satoshi, so that most questions have an answer. */
    private static RouteRequest.Limits limits(MilliSatoshi amount) {
        return new RouteRequest.Limits(new MilliSatoshi(20_000 + amount.msat() / 50), new CltvDelta(2016), 20);
    }

    private static List<Integer> ends(ChannelMap map) {
        Topology topology = map.topology();
        var ends = new ArrayList<Integer>();
        for (int node = 0; node < topology.nodes(); node++) {
            boolean in = false;
            boolean out = false;
            for (int slot = topology.firstSlot(node); slot < topology.firstSlot(node + 1); slot++) {
                in |= map.isUsable(slot);
                out |= map.isUsable(topology.twin(slot));
            }
            if (in && out) ends.add(node);
        }
        return ends;
    }

    /** Asks all questions once to warm up, and once to measure. @param cpuNanos the thread's CPU time */
    public static Result run(PathFinder finder, View view, List<RouteRequest> questions, LongSupplier cpuNanos) {
        for (RouteRequest question : questions) finder.find(view, question);
        long[] times = new long[questions.size()];
        var answers = new ArrayList<RouteResult>();
        long begun = cpuNanos.getAsLong();
        for (int i = 0; i < times.length; i++) {
            long before = cpuNanos.getAsLong();
            answers.add(finder.find(view, questions.get(i)));
            times[i] = cpuNanos.getAsLong() - before;
        }
        long total = cpuNanos.getAsLong() - begun;
        var costs = new ArrayList<Optional<Long>>();
        for (int i = 0; i < times.length; i++) costs.add(cost(finder, view, questions.get(i), answers.get(i)));
        Arrays.sort(times);
        return new Result(finder.name(), times.length, (int) costs.stream().filter(Optional::isPresent).count(),
                times[times.length / 2] / 1e6, times[Math.min(times.length - 1, times.length * 99 / 100)] / 1e6,
                times.length / (total / 1e9), costs);
    }

    private static Optional<Long> cost(PathFinder finder, View view, RouteRequest question, RouteResult answer) {
        return switch (answer) {
            case RouteResult.Found(Route route) -> Optional.of(finder.costMsat(view, question, route));
            case RouteResult.NoRoute none -> Optional.empty();
        };
    }

    /** How the costs of two finders' routes compare, question by question; a missing route is dearer than any. */
    public record Comparison(int equal, int cheaper, int dearer) {}

    public static Comparison compare(Result one, Result other) {
        int equal = 0;
        int cheaper = 0;
        for (int i = 0; i < one.queries(); i++) {
            int side = Long.compare(one.costs().get(i).orElse(Long.MAX_VALUE),
                    other.costs().get(i).orElse(Long.MAX_VALUE));
            if (side == 0) equal++;
            else if (side < 0) cheaper++;
        }
        return new Comparison(equal, cheaper, one.queries() - equal - cheaper);
    }

    /** All questions on every processor at once, each with a finder of its own. @return routes a second of real time */
    public static double onAllThreads(Supplier<PathFinder> finders, View view, List<RouteRequest> questions)
            throws InterruptedException {
        int count = Runtime.getRuntime().availableProcessors();
        var threads = new ArrayList<Thread>();
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
            PathFinder finder = finders.get();
            threads.add(Thread.ofPlatform()
                    .start(() -> {
                        for (RouteRequest question : questions) finder.find(view, question);
                    }));
        }
        for (Thread thread : threads) thread.join();
        return (double) count * questions.size() / ((System.nanoTime() - begun) / 1e9);
    }
}
