package fulgurite.simulator.scenario;

import fulgurite.node.api.NodeService;
import fulgurite.node.router.RouterActor;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.Satoshi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** From nodes that do not know each other to a network in which every node knows every channel. */
final class Opening {
    private static final Duration LIMIT = Duration.ofHours(12);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(20);
    /** For the funding transaction's fee. */
    private static final Satoshi SPARE = new Satoshi(50_000);
    private static final int OUTPUTS_AT_ONCE = 1_000;

    private final SimulatedWorld world;
    private final Topology topology;

    Opening(SimulatedWorld world, Topology topology) {
        this.world = world;
        this.topology = topology;
    }

    /** Gives every node a coin for each channel that it is to open. @return what each was given, by its number */
    List<Satoshi> fund() {
        var given = new ArrayList<Satoshi>();
        var outputs = new ArrayList<TxOutput>();
        for (SimulatedNode node : world.nodes()) {
            Address address = Address.parse(world.await(node.service().newAddress()), BitcoinNetwork.REGTEST);
            Satoshi sum = Satoshi.ZERO;
            // Coins of one size: whichever is chosen for whichever channel, it is enough.
            Satoshi coin = largestOf(node.number()).plus(SPARE);
            for (int i = topology.openedBy(node.number()); i > 0; i--) {
                outputs.add(new TxOutput(coin, address.script()));
                sum = sum.plus(coin);
            }
            given.add(sum);
        }
        for (int i = 0; i < outputs.size(); i += OUTPUTS_AT_ONCE)
            world.chain().faucet(outputs.subList(i, Math.min(outputs.size(), i + OUTPUTS_AT_ONCE)));
        for (SimulatedNode node : world.nodes())
            waitUntil(node.name() + " sees its coins", () -> world.await(node.service().balance())
                    .onChainConfirmed()
                    .equals(given.get(node.number())));
        return given;
    }

    private Satoshi largestOf(int node) {
        return topology.channels()
                .stream()
                .filter(channel -> channel.opener() == node)
                .map(Topology.PlannedChannel::capacity)
                .reduce(Satoshi.ZERO, Satoshi::max);
    }

    /** Connects the peers and publishes the funding of every channel. */
    List<NodeService.Channel> open() {
        var connecting = new ArrayList<CompletionStage<NodeService.Peer>>();
        for (Topology.PlannedChannel planned : topology.channels()) {
            NodeService.Info other = world.await(world.node(planned.other()).service().info());
            connecting.add(world.node(planned.opener()).service().connect(other.uri().orElseThrow()));
        }
        connecting.forEach(world::await);
        var opening = new ArrayList<CompletionStage<NodeService.Channel>>();
        for (Topology.PlannedChannel planned : topology.channels())
            opening.add(world.node(planned.opener())
                    .service()
                    .create(new NodeService.Create(world.node(planned.other()).id(), planned.capacity(),
                            planned.push(), true, false, Optional.empty())));
        return opening.stream().map(world::await).toList();
    }

    /** Waits for confirmations and gossip. */
    void awaitUsable() {
        for (SimulatedNode node : world.nodes()) {
            waitUntil("the channels of " + node.name() + " are usable", () -> areUsable(node));
            waitUntil(node.name() + " knows the network", () -> knowsAll(node));
        }
    }

    private boolean areUsable(SimulatedNode node) {
        return world.await(node.service().channels())
                .stream()
                .allMatch(channel -> channel.state().equals("normal") && channel.connected() && channel.announced());
    }

    private boolean knowsAll(SimulatedNode node) {
        RoutingTable table = world.ask(node.running().router(), RouterActor.GetTable::new);
        int known = 0;
        for (var entry : table.channels()) if (isWhole(entry.value())) known++;
        return known == topology.channels().size();
    }

    private static boolean isWhole(KnownChannel channel) {
        return channel.isPublic() && channel.policyOf(channel.node1()).isPresent()
                && channel.policyOf(channel.node2()).isPresent();
    }

    /** Looks now and then; looking takes no virtual time. */
    private void waitUntil(String what, BooleanSupplier condition) {
        Duration spent = Duration.ZERO;
        while (!condition.getAsBoolean()) {
            if (spent.compareTo(LIMIT) >= 0)
                throw new SimulationFailedException("not within " + LIMIT.toHours() + " simulated hours: " + what);
            world.engine().runFor(BETWEEN_LOOKS);
            spent = spent.plus(BETWEEN_LOOKS);
        }
    }
}
