package fulgurite.protocol.bench;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.onion.OnionPacket;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import java.util.ArrayList;
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

/** What a payment's onion costs: once to build for the payer, once to peel for each hop. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OnionBenchmark {
    private static final PrivateKey SESSION = PrivateKey.fromHex("41".repeat(32));
    private static final Bytes HASH = Bytes.zeros(32);
    /** About what amount, expiry and short_channel_id take. */
    private static final Bytes PAYLOAD = Bytes.zeros(18);

    @Param({"1", "3", "20"})
    private int hops;

    private List<PublicKey> keys = List.of();
    private List<Bytes> payloads = List.of();
    private OnionPacket packet = new OnionPacket(0, Bytes.zeros(33), Bytes.zeros(1300), Bytes32.ZERO);

    @Setup
    public void route() {
        var nodes = new ArrayList<PublicKey>();
        var told = new ArrayList<Bytes>();
        for (int i = 1; i <= hops; i++) {
            nodes.add(Curve.publicKey(PrivateKey.fromHex("%064x".formatted(i))));
            told.add(PAYLOAD);
        }
        keys = nodes;
        payloads = told;
        packet = build().packet();
    }

    @Benchmark
    public Sphinx.Built build() {
        return Sphinx.build(SESSION, keys, payloads, HASH);
    }

    @Benchmark
    public Object peel() {
        return Sphinx.peel(PrivateKey.fromHex("%064x".formatted(1)), HASH, packet);
    }
}
