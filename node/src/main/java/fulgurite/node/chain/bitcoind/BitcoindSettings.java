package fulgurite.node.chain.bitcoind;

import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.FeeratePerKw;
import java.net.URI;
import java.time.Duration;

/**
 * Which bitcoind to ask, and how.
 *
 * @param url such as {@code http://127.0.0.1:8332}
 * @param network that bitcoind must be on
 * @param pollInterval how often to look for a new block when nobody tells of it
 * @param timeout of a call: then bitcoind counts as unreachable
 * @param followMempool whether transactions that enter the mempool are looked for when ZeroMQ does not tell of them: it
 *     reads every one, so it suits a mempool of thousands, not of hundreds of thousands
 */
public record BitcoindSettings(URI url, RpcCredentials credentials, BitcoinNetwork network, Duration pollInterval,
        Duration timeout, boolean followMempool, Zmq zmq, Fees fees) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** A fifth of a second and the mempool on regtest; ten seconds and no mempool elsewhere; ZeroMQ as bitcoind offers it. */
    public static BitcoindSettings of(URI url, RpcCredentials credentials, BitcoinNetwork network) {
        boolean regtest = network == BitcoinNetwork.REGTEST;
        return new BitcoindSettings(url, credentials, network, Duration.ofMillis(regtest ? 200 : 10_000), TIMEOUT,
                regtest, new Zmq.Offered(), regtest ? Fees.REGTEST : Fees.DEFAULT);
    }

    public BitcoindSettings withPollInterval(Duration interval) {
        return new BitcoindSettings(url, credentials, network, interval, timeout, followMempool, zmq, fees);
    }

    public BitcoindSettings withTimeout(Duration longest) {
        return new BitcoindSettings(url, credentials, network, pollInterval, longest, followMempool, zmq, fees);
    }

    public BitcoindSettings withZmq(Zmq other) {
        return new BitcoindSettings(url, credentials, network, pollInterval, timeout, followMempool, other, fees);
    }

    public BitcoindSettings withFees(Fees other) {
        return new BitcoindSettings(url, credentials, network, pollInterval, timeout, followMempool, zmq, other);
    }

    /** Where bitcoind publishes what happens. */
    public sealed interface Zmq {
        /** Where it says that it does ({@code getzmqnotifications}). */
        record Offered() implements Zmq {}

        /** It is not listened to. */
        record Off() implements Zmq {}

        /** @param blocks of rawblock or hashblock, such as {@code tcp://127.0.0.1:28332}; @param transactions of rawtx; empty: none */
        record At(String blocks, String transactions) implements Zmq {}
    }

    /**
     * What is made of bitcoind's estimates.
     *
     * @param fallback while it has none, as in its first hours
     * @param least never less than this, nor than the mempool takes
     * @param most never more than this, whatever is estimated
     */
    public record Fees(FeeratePerKw fallback, FeeratePerKw least, FeeratePerKw most) {
        /** 10 sat/vB without an estimate, 1 at least, 400 at most. */
        public static final Fees DEFAULT = new Fees(new FeeratePerKw(2_500), FeeratePerKw.FLOOR,
                new FeeratePerKw(100_000));

        /** As calm as nobody else is. */
        public static final Fees REGTEST = new Fees(new FeeratePerKw(1_000), FeeratePerKw.FLOOR,
                new FeeratePerKw(100_000));

        public Fees {
            if (most.lessThan(least) || fallback.lessThan(least) || most.lessThan(fallback))
                throw new IllegalArgumentException(
                        "the fallback feerate must be between the least and the most: " + fallback + ", " + least
                                + " and " + most);
            if (least.lessThan(FeeratePerKw.FLOOR))
                throw new IllegalArgumentException("no feerate is below " + FeeratePerKw.FLOOR);
        }
    }
}
