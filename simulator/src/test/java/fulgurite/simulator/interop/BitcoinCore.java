package fulgurite.simulator.interop;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.simulator.bitcoind.Bitcoind;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A bitcoind on a regtest chain of its own, with a wallet that mines, for nodes that sign in by a password. */
final class BitcoinCore implements AutoCloseable {
    static final String USER = "interop";
    static final String PASSWORD = "interop";
    private static final String MINER = "miner";
    private final Bitcoind bitcoind;
    final Path directory;

    /** Skips the test when there is none. */
    BitcoinCore(Path directory) {
        Assumptions.assumeTrue(Bitcoind.find().isPresent(), Bitcoind.HOW);
        this.directory = directory;
        this.bitcoind = Bitcoind.start(directory, "-rpcuser=" + USER, "-rpcpassword=" + PASSWORD, "-txindex=1",
                "-fallbackfee=0.0001");
        createWallet(MINER);
        mine(101);
    }

    int port() {
        return bitcoind.url().getPort();
    }

    /** For a node that keeps its coins in bitcoind. */
    void createWallet(String name) {
        bitcoind.call("createwallet", name);
    }

    /** Where it publishes blocks. */
    String blocksEndpoint() {
        return bitcoind.blocksEndpoint();
    }

    /** Where it publishes transactions. */
    String transactionsEndpoint() {
        return bitcoind.transactionsEndpoint();
    }

    void mine(int blocks) {
        bitcoind.call("generatetoaddress", blocks, bitcoind.callWallet(MINER, "getnewaddress").asText());
    }

    int height() {
        return bitcoind.call("getblockcount").asInt();
    }

    void pay(String address, double bitcoins) {
        bitcoind.callWallet(MINER, "sendtoaddress", address, bitcoins);
    }

    /** Transactions that wait for a block. */
    int mempool() {
        JsonNode waiting = bitcoind.call("getrawmempool");
        return waiting.size();
    }

    @Override
    public void close() {
        bitcoind.close();
    }
}
