package fulgurite.node.chain.bitcoind;

import fulgurite.protocol.bitcoin.BitcoinNetwork;
import java.net.URI;
import java.time.Duration;

/**
 * Which bitcoind to ask, and how.
 *
 * @param url such as {@code http://127.0.0.1:8332}
 * @param network that bitcoind must be on
 * @param pollInterval how often to look for a new block
 * @param followMempool whether transactions that enter the mempool are told: it reads every one, so it suits a mempool
 *     of thousands, not of hundreds of thousands
 */
public record BitcoindSettings(URI url, RpcCredentials credentials, BitcoinNetwork network, Duration pollInterval,
        boolean followMempool) {
    /** A fifth of a second and the mempool on regtest; ten seconds and no mempool elsewhere. */
    public static BitcoindSettings of(URI url, RpcCredentials credentials, BitcoinNetwork network) {
        boolean regtest = network == BitcoinNetwork.REGTEST;
        return new BitcoindSettings(url, credentials, network, Duration.ofMillis(regtest ? 200 : 10_000), regtest);
    }
}
