package fulgurite.simulator.check;

import fulgurite.protocol.units.MilliSatoshi;
import java.util.List;

/**
 * A whole network's accounts.
 *
 * @param chainFees of every transaction in a block, but those of the faucet
 */
public record Accounts(List<NodeAccount> nodes, MilliSatoshi chainFees) {
    public Accounts {
        nodes = List.copyOf(nodes);
    }
}
