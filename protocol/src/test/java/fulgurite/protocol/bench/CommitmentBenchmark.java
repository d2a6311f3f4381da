package fulgurite.protocol.bench;

import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentParameters;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.transactions.Commitments;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.transactions.HtlcTransaction;
import fulgurite.protocol.transactions.HtlcTransactions;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
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

/** What a commitment costs: building it, and building and signing it with all of its HTLC transactions. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CommitmentBenchmark {
    @Param({"0", "10", "483"})
    private int htlcs;

    private final ChannelKeys owner = ChannelKeys.derive(Bytes32.ZERO, 1);
    private final ChannelKeys other = ChannelKeys.derive(Bytes32.ZERO, 2);
    private final PublicKey point = owner.perCommitmentPoint(1);
    private final CommitmentParameters parameters = new CommitmentParameters(
            CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX, new OutPoint(new TxId(Bytes.zeros(32)), 0),
            new Satoshi(10_000_000), true, new Satoshi(354), 144, owner.basepoints(), other.basepoints());
    private CommitmentSpec spec = spec(0);

    @Setup
    public void fill() {
        spec = spec(htlcs);
    }

    @Benchmark
    public Commitment build() {
        return Commitments.build(parameters, spec, 1, point);
    }

    @Benchmark
    public List<Signature> buildAndSign() {
        Commitment commitment = Commitments.build(parameters, spec, 1, point);
        var signatures = new ArrayList<Signature>();
        signatures.add(Commitments.signForOwner(commitment, other.funding()));
        PrivateKey secret = Claim.htlcSecret(commitment, other);
        for (HtlcTransaction h : commitment.htlcTransactions())
            signatures.add(HtlcTransactions.signForOwner(h, secret));
        return signatures;
    }

    private static CommitmentSpec spec(int count) {
        var all = new ArrayList<CommittedHtlc>();
        for (int i = 0; i < count; i++) {
            var direction = i % 2 == 0 ? CommittedHtlc.Direction.OFFERED : CommittedHtlc.Direction.RECEIVED;
            var hash = new PaymentHash(Bytes.fromHex(String.format("%064x", i)));
            all.add(new CommittedHtlc(
                    direction, i, new MilliSatoshi(1_000_000L + i), hash, new CltvExpiry(800_000 + i)));
        }
        return new CommitmentSpec(
                new FeeratePerKw(1000), new MilliSatoshi(5_000_000_000L), new MilliSatoshi(4_000_000_000L), all);
    }
}
