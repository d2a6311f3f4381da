package fulgurite.simulator.routing;

import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.protocol.graph.search.SearchingFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.graph.search.Weights;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One route on a drawn network of 10,000 nodes and 40,000 channels. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RouteBenchmark {
    @Param({"fees", "probability"})
    private String costs = "fees";

    @Param({"two-sided", "textbook"})
    private String search = "two-sided";

    private View view = View.of(ChannelMap.EMPTY);
    private List<RouteRequest> questions = List.of();
    private PathFinder finder = SearchingFinder.probabilistic(new SearchSpace());
    private int next;

    @Setup
    public void draw() {
        ChannelMap map = ScaleFree.draw(10_000, 40_000, 1);
        view = View.of(map);
        questions = RouteBench.questions(map, 1000, 1);
        Weights weights = costs.equals("fees") ? Weights.FEES : Weights.USUAL;
        finder = search.equals("textbook")
                ? SearchingFinder.textbook(search, weights, new SearchSpace())
                : SearchingFinder.twoSided(search, weights, new SearchSpace());
    }

    @Benchmark
    public RouteResult route() {
        next = (next + 1) % questions.size();
        return finder.find(view, questions.get(next));
    }
}
