package fulgurite.protocol.bench;

import fulgurite.protocol.channel.PaidChannels;
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

/** Two payments over a channel, at both its ends and with all signatures, with and without the invariants. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InvariantsBenchmark {
    @Param({"true", "false"})
    public boolean checked;

    /** On their way, too small for an output, so that the signatures do not hide the bookkeeping. */
    @Param({"0", "100"})
    public int pending;

    private PaidChannels channels = new PaidChannels(0, true);

    @Setup
    public void open() {
        channels = new PaidChannels(pending, checked);
    }

    @Benchmark
    public void payBothWays() {
        channels.payBothWays();
    }
}
