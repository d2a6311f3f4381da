package fulgurite.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerSettings;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.simulator.engine.Engine;
import fulgurite.simulator.engine.TaskOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The node's own peer actors, with encryption, init and pings, on a simulated network. */
class SimulatedPeersTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Nodes that each dial the one before them, and what they have seen. */
    private static final class World {
        private final Engine engine;
        private final SimulatedNetwork network;
        private final List<ActorRef<PeersActor.Command>> peers = new ArrayList<>();
        private final List<TreeSet<NodeId>> connected = new ArrayList<>();
        private final List<ActorRef<PeerActor.ConnectResult>> results = new ArrayList<>();
        private final int size;

        private World(Engine engine, int size) {
            this.engine = engine;
            this.network = new SimulatedNetwork(engine, NetworkConditions.ORDINARY);
            this.size = size;
            engine.start(Behaviors.<PeersActor.ListenResult>setup(context -> {
                results.add(context.spawn(Behaviors.<PeerActor.ConnectResult>ignore(), "results"));
                for (int i = 0; i < size; i++) {
                    connected.add(new TreeSet<>());
                    var listener = context.spawn(listener(i), "listener-" + i);
                    peers.add(context.spawn(
                            PeersActor.create(settings(i), network.transport(address(i)), engine.entropy("node " + i),
                                    listener),
                            "peers-" + i));
                    peers.get(i).tell(new PeersActor.Listen(context.getSelf()));
                }
                return Behaviors.ignore();
            }));
            engine.runFor(Duration.ofSeconds(1));
            for (int i = 1; i < size; i++) dial(i, i - 1);
        }

        private void dial(int from, int to) {
            peers.get(from).tell(new PeersActor.ToPeer(id(to), new PeerActor.Connect(address(to), results.getFirst())));
        }

        private Behavior<PeerActor.Event> listener(int node) {
            return Behaviors.receiveMessage(event -> {
                switch (event) {
                    case PeerActor.Event.PeerUp up -> connected.get(node).add(up.peer());
                    case PeerActor.Event.PeerDown down -> connected.get(node).remove(down.peer());
                    case PeerActor.Event.AddressWanted lost -> {}
                    case PeerActor.Event.MessageReceived received -> {}
                    case PeerActor.Event.GossipReceived received -> {}
                }
                engine.trace().record(node + " " + event.getClass().getSimpleName() + " " + event.peer());
                return Behaviors.same();
            });
        }

        private boolean allConnected() {
            for (int i = 1; i < size; i++)
                if (!connected.get(i).contains(id(i - 1)) || !connected.get(i - 1).contains(id(i))) return false;
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(TaskOrder.class)
    void a_seed_has_one_trace_through_faults_and_recovery(TaskOrder order) {
        assertThat(faultsThenCalm(5, order)).isEqualTo(faultsThenCalm(5, order)).isNotEqualTo(faultsThenCalm(6, order));
    }

    @Test
    void idle_peers_stay_connected_by_their_pings() {
        try (Engine engine = Engine.create(9)) {
            var world = new World(engine, 5);
            assertThat(engine.runUntil(world::allConnected, MINUTE)).isTrue();
            engine.runFor(Duration.ofHours(1));
            assertThat(world.allConnected()).isTrue();
            assertThat(world.network.openLines()).isEqualTo(4);
        }
    }

    private static String faultsThenCalm(long seed, TaskOrder order) {
        try (Engine engine = Engine.create(seed, order)) {
            var world = new World(engine, 12);
            assertThat(engine.runUntil(world::allConnected, MINUTE)).isTrue();
            world.network.partition(address(3), address(4));
            world.network.disconnect(address(8));
            engine.runFor(MINUTE);
            assertThat(world.connected.get(4)).doesNotContain(id(3));
            assertThat(world.connected.get(8)).contains(id(7));
            world.network.healAll();
            assertThat(engine.runUntil(world::allConnected, Duration.ofMinutes(10))).isTrue();
            return engine.trace().toString();
        }
    }

    private static PeerSettings settings(int node) {
        return PeerSettings.of(PrivateKey.fromHex("%064x".formatted(node + 1)), BitcoinNetwork.REGTEST.chainHash());
    }

    private static NodeId id(int node) {
        return settings(node).nodeId();
    }

    private static PeerAddress address(int node) {
        return new PeerAddress("node-" + node, 9735);
    }
}
