package fulgurite.node;

import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.FundingLookup;
import fulgurite.node.payment.ForwarderActor;
import fulgurite.node.router.FundingSource;
import fulgurite.node.router.RouterSettings;
import fulgurite.node.transport.Announced;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.graph.FundingOutput;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A node's settings, as its parts want them. */
final class NodeParts {
    private static final CltvDelta SOONEST = new CltvDelta(2);
    private static final int URGENT_BLOCKS = 2;
    private static final int NORMAL_BLOCKS = 6;
    private static final int SLOW_BLOCKS = 144;

    private NodeParts() {}

    static RouterSettings router(NodeSettings settings, NodeKeys keys, Optional<PeerAddress> listening) {
        NodeSettings.Relay relay = settings.relay();
        var terms = new RoutingPolicy(relay.feeBase(), relay.feeProportionalMillionths(), relay.expiryDelta(),
                relay.htlcMinimum(), relay.htlcMinimum());
        return new RouterSettings(NodeActor.shortName(keys.nodeId()), keys.nodeId(), keys.nodeKey(),
                settings.network().chainHash(), settings.features(), settings.alias(),
                addresses(settings, listening), terms, settings.gossip());
    }

    static ForwarderActor.Terms forwarding(NodeSettings settings) {
        NodeSettings.Relay relay = settings.relay();
        return new ForwarderActor.Terms(relay.feeBase(), relay.feeProportionalMillionths(), relay.expiryDelta(),
                relay.htlcMinimum(), SOONEST);
    }

    /** The address descriptors of its node_announcement. @bolt 7, The node_announcement Message */
    private static Bytes addresses(NodeSettings settings, Optional<PeerAddress> listening) {
        List<PeerAddress> announced = settings.lines().announced();
        if (!announced.isEmpty()) return Announced.descriptors(announced);
        boolean anyhow = settings.network() == BitcoinNetwork.REGTEST;
        return listening.filter(bound -> Announced.isReachable(bound) || anyhow && !Announced.isEverywhere(bound))
                .map(bound -> Announced.descriptors(List.of(bound)))
                .orElse(Bytes.EMPTY);
    }

    /** The chain's estimates for each of our hurries. */
    static CompletionStage<Feerates> feerates(ChainBackend chain) {
        return chain.estimateFee(URGENT_BLOCKS)
                .thenCombine(chain.estimateFee(NORMAL_BLOCKS).thenCombine(chain.estimateFee(SLOW_BLOCKS), Pair::new),
                        (urgent, rest) -> new Feerates(urgent, rest.normal(), rest.slow()));
    }

    private record Pair(FeeratePerKw normal, FeeratePerKw slow) {}

    static FundingSource fundings(ChainBackend chain) {
        return channel -> FundingLookup.find(chain, channel)
                .thenApply(found -> found instanceof FundingLookup.Funding.Unspent unspent
                        ? Optional.of(new FundingOutput(unspent.outPoint(), unspent.output().amount(),
                                unspent.output().script()))
                        : Optional.empty());
    }
}
