package fulgurite.protocol.bench;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Signature;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a signature costs, and the other curve operations of a payment. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CurveBenchmark {
    private final PrivateKey key = PrivateKey.fromHex("42".repeat(32));
    private final PublicKey point = Curve.publicKey(key);
    private final Bytes32 digest = Hashes.sha256(Bytes.fromHex("2a"));
    private final Signature signature = Curve.sign(digest, key);

    @Benchmark
    public Signature sign() {
        return Curve.sign(digest, key);
    }

    @Benchmark
    public boolean verify() {
        return Curve.verify(digest, signature, point);
    }

    @Benchmark
    public Bytes32 sharedSecret() {
        return Curve.sharedSecret(key, point);
    }
}
