package fulgurite.simulator.check;

import fulgurite.node.api.NodeService.Channel;
import fulgurite.node.api.NodeService.Payment;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.util.List;

/**
 * One node's money and payments, as it tells them itself, beside what is known of it from outside.
 *
 * @param name for people
 * @param given to its wallet by the chain's faucet
 * @param pushed given to peers when it opened channels, less what peers gave to it so
 * @param chainFees of the transactions with which it funded channels
 * @param onChain what its wallet holds, unconfirmed too
 * @param channels that are not over
 * @param payments sent and received
 */
public record NodeAccount(NodeId id, String name, MilliSatoshi given, MilliSatoshi pushed, MilliSatoshi chainFees,
        MilliSatoshi onChain, List<Channel> channels, List<Payment> payments) {
    public NodeAccount {
        channels = List.copyOf(channels);
        payments = List.copyOf(payments);
    }
}
