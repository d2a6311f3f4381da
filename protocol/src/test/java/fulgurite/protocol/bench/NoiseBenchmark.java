package fulgurite.protocol.bench;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.noise.NoiseEvent;
import fulgurite.protocol.noise.NoiseSession;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
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

/** What encryption costs on a connection: whole handshakes, and frames there and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NoiseBenchmark {
    private static final PrivateKey ALICE = PrivateKey.fromHex("11".repeat(32));
    private static final PrivateKey BOB = PrivateKey.fromHex("21".repeat(32));
    private static final NodeId BOB_ID = new NodeId(Curve.publicKey(BOB));

    /** A short message, update_add_htlc with its onion, and the longest. */
    @Param({"64", "1450", "65535"})
    private int size;

    private Bytes message = Bytes.EMPTY;
    private NoiseSession alice = initiator();
    private NoiseSession bob = responder();

    @Setup
    public void connect() {
        message = Bytes.zeros(size);
        alice = initiator();
        bob = responder();
        shake(alice, bob);
    }

    @Benchmark
    public Bytes encryptFrame() {
        return alice.encrypt(message);
    }

    /** Both halves, as the states of both ends must go along. */
    @Benchmark
    public List<NoiseEvent> encryptAndDecryptFrame() {
        return bob.receive(alice.encrypt(message));
    }

    private static NoiseSession initiator() {
        return NoiseSession.initiator(ALICE, BOB_ID, PrivateKey.fromHex("12".repeat(32)));
    }

    private static NoiseSession responder() {
        return NoiseSession.responder(BOB, PrivateKey.fromHex("22".repeat(32)));
    }

    static List<NoiseEvent> shake(NoiseSession alice, NoiseSession bob) {
        return bob.receive(reply(alice.receive(reply(bob.receive(alice.opening())))));
    }

    private static Bytes reply(List<NoiseEvent> events) {
        return ((NoiseEvent.Reply) events.getFirst()).bytes();
    }

    /** Both sides of one handshake. */
    @State(Scope.Benchmark)
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 5, time = 1)
    @Fork(1)
    public static class Handshakes {
        @Benchmark
        public List<NoiseEvent> handshake() {
            return shake(initiator(), responder());
        }
    }
}
