package fulgurite.simulator.process;

import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.bitcoind.Bitcoind;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;

/** The chain of a bitcoind, whose wallet mines and pays. */
final class MinedByBitcoind implements SharedChain {
    private static final String[] USUAL = {"-fallbackfee=0.0001", "-wallet=miner"};
    private final Bitcoind bitcoind;

    MinedByBitcoind(Path directory) {
        bitcoind = Bitcoind.start(directory, "-fallbackfee=0.0001");
        bitcoind.call("createwallet", "miner");
        mine(101);
    }

    @Override
    public List<String> options() {
        var cookie = (RpcCredentials.Cookie) bitcoind.credentials();
        return List.of("--chain", bitcoind.url().toString(), "--chain-cookie", cookie.file().toString());
    }

    @Override
    public void fund(Address address, Satoshi amount) {
        bitcoind.call("sendtoaddress", address.toString(), BigDecimal.valueOf(amount.sat(), 8));
        mine();
    }

    @Override
    public int mine() {
        mine(1);
        return bitcoind.call("getblockcount").asInt();
    }

    private void mine(int blocks) {
        bitcoind.call("generatetoaddress", blocks, bitcoind.call("getnewaddress").asText());
    }

    void kill() {
        bitcoind.kill();
    }

    void startAgain() {
        bitcoind.startAgain(USUAL);
    }

    @Override
    public void close() {
        bitcoind.close();
    }
}
