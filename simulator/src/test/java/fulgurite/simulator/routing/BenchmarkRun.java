package fulgurite.simulator.routing;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs benchmarks by hand, with the build's JVM and flags (docs/benchmarks.md). Its name keeps it out of the build. */
class BenchmarkRun {
    @Test
    void run_the_benchmarks_that_the_property_bench_names() throws RunnerException {
        new Runner(new OptionsBuilder().include(System.getProperty("bench", ".*")).build()).run();
    }
}
