package fulgurite.protocol.bench;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.MessageGenerator;
import fulgurite.protocol.wire.Messages;
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

/** What messages cost to write and to read, by kind: those of a payment and those of gossip. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MessageCodecBenchmark {
    @Param({"UpdateAddHtlc", "CommitmentSigned", "RevokeAndAck", "ChannelUpdate", "ChannelAnnouncement"})
    private String kind = "UpdateAddHtlc";

    private LightningMessage message = of(kind);
    private Bytes bytes = Messages.encode(message);

    @Setup
    public void draw() {
        message = of(kind);
        bytes = Messages.encode(message);
    }

    @Benchmark
    public Bytes encode() {
        return Messages.encode(message);
    }

    @Benchmark
    public LightningMessage decode() {
        return Messages.decode(bytes);
    }

    private static LightningMessage of(String kind) {
        List<LightningMessage> one = new MessageGenerator(1).oneOfEach();
        return one.stream().filter(any -> any.getClass().getSimpleName().equals(kind)).findFirst().orElseThrow();
    }
}
