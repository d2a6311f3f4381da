package fulgurite.simulator.process;

import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.units.Satoshi;
import java.util.List;

/** The regtest chain of nodes in processes of their own, which speaks bitcoind's JSON-RPC. */
public interface SharedChain extends AutoCloseable {
    /** With which {@code fulgurite node} finds it. */
    List<String> options();

    /** Pays to the address, and mines. */
    void fund(Address address, Satoshi amount);

    /** Mines a block. @return its height */
    int mine();

    @Override
    void close();
}
